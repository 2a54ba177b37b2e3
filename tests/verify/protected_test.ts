/** Verifies what AMS builds of protected presentations. */

import { assertEquals } from "@std/assert";
import type { EncryptionScheme } from "../../lib/drm/encryption_scheme.ts";
import type { KeyPer } from "../../lib/drm/key_label.ts";
import { verify } from "../../lib/verify/verification.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import { openProtected, protect } from "../protected_presentations.ts";
import { MEDIA, openSample, PRESENTATION_NAMES } from "../sample_presentations.ts";

async function check(presentation: OpenPresentation): Promise<void> {
  try {
    assertEquals((await verify(presentation)).differences, []);
  } finally {
    presentation.close();
  }
}

const SCHEMES: readonly EncryptionScheme[] = ["cenc", "cbcs", "aes-128"];

for (const scheme of SCHEMES) {
  for (const file of MEDIA) {
    Deno.test(`verify() finds no difference in ${file}, protected with ${scheme}`, async () =>
      await check(await openProtected([file], { scheme, servesKeys: true })));
  }
}

const SEVERAL_KEYS: readonly (readonly [EncryptionScheme, KeyPer])[] = [
  ["cenc", "resolution"],
  ["cbcs", "type"],
];

for (const [scheme, per] of SEVERAL_KEYS) {
  for (const name of PRESENTATION_NAMES) {
    Deno.test(`verify() finds no difference in ${name}, with ${scheme} per ${per}`, async () =>
      await check(await protect(await openSample(name), { scheme, per })));
  }
}

const LINE = 'METHOD=SAMPLE-AES,URI="vendor://key",KEYFORMAT="com.vendor"';

Deno.test("verify() takes the signalling of a key server as it is", async () => {
  const signalling = new Map([
    ["widevine", {
      mediaPlaylist: [`#EXT-X-KEY:${LINE}`],
      multivariantPlaylist: [`#EXT-X-SESSION-KEY:${LINE},KEYFORMATVERSIONS="1"`],
      contentProtection: { "vendor:data": { "#text": "AQID" } },
    }] as const,
  ]);
  const files = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];
  await check(await openProtected(files, { scheme: "cbcs", per: "type", signalling }));
});

Deno.test("verify() builds no HLS playlists without a system that has a key there", async () => {
  const presentation = await openProtected(["ladder-avc-240p.mp4"], {
    scheme: "cenc",
    systems: ["fairplay"],
  });
  try {
    const { rows, differences } = await verify(presentation);
    assertEquals(differences, []);
    assertEquals(rows.map(({ location: { format } }) => format), [
      "CMAF",
      "CMAF key frames",
      "DASH manifest",
    ]);
  } finally {
    presentation.close();
  }
});
