/** Requests to key servers, and CPIX documents of the tests, are valid against testdata/schemas/cpix.xsd. */

import { assertEquals, assertMatch } from "@std/assert";
import { formatKeyRequest, type KeyRequest } from "../../lib/drm/key_request.ts";
import { DRM_SYSTEMS, SYSTEM_IDS } from "../../lib/drm/system_id.ts";
import {
  buildCpix,
  buildKey,
  buildRule,
  buildSystem,
  SPEKE_KEY,
  toBase64,
} from "../drm/cpix_document.ts";

const SCHEMA = new URL("../../testdata/schemas/cpix.xsd", import.meta.url).pathname;

const [A, B, C, D] = [1, 2, 3, 4].map((n) => `00000000-0000-8000-8000-00000000000${n}`) as [
  string,
  string,
  string,
  string,
];

const CONTRACTS: KeyRequest["kids"][] = [
  { all: A },
  { audio: A, video: B },
  { audio: A, sd: B, hd: C, uhd: D },
  { audio: A, sd: B, hd: B },
];

for (const kids of CONTRACTS) {
  Deno.test(`requests for ${Object.keys(kids).join(", ")} are valid`, async () => {
    for (const scheme of ["cenc", "cbcs"] as const) {
      for (const version of ["2.0", "2.1"] as const) {
        for (const systems of [DRM_SYSTEMS, ["clearkey"] as const]) {
          const request = { content: "heat", scheme, kids, systems, version };
          assertEquals(await validate(formatKeyRequest(request)), "");
        }
      }
    }
  });
}

const FILTERS =
  `<c:VideoFilter minPixels="0" maxFps="30" hdr="true"/><c:AudioFilter maxChannels="2"/>`;

const SIGNALLING = `<c:PSSH>AAAA</c:PSSH><c:ContentProtectionData>${
  toBase64("<a/>")
}</c:ContentProtectionData><c:HLSSignalingData/><c:HLSSignalingData playlist="master"/>`;

const DOCUMENT = {
  keys: buildKey(SPEKE_KEY.kid, `explicitIV="${SPEKE_KEY.iv}" commonEncryptionScheme="cbcs"`),
  systems: buildSystem(SYSTEM_IDS.widevine, SIGNALLING),
  rules: buildRule('intendedTrackType="ALL"', FILTERS),
};

Deno.test("documents of the tests are valid", async () => {
  assertEquals(await validate(buildCpix(DOCUMENT)), "");
});

const invalid: [what: string, document: string, message: RegExp][] = [
  [
    "a KID twice",
    buildCpix({ ...DOCUMENT, keys: DOCUMENT.keys.repeat(2) }),
    /Duplicate key-sequence/,
  ],
  [
    "a track type twice",
    buildCpix({ ...DOCUMENT, rules: DOCUMENT.rules.repeat(2) }),
    /Duplicate key-/,
  ],
  ["an unknown filter", buildCpix({ ...DOCUMENT, rules: buildRule("", "<c:A/>") }), /not expected/],
];

for (const [what, document, message] of invalid) {
  Deno.test(`the schema rejects ${what}`, async () => {
    assertMatch(await validate(document), message);
  });
}

/** Returns the messages of xmllint; "" if the document is valid. */
async function validate(text: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    await Deno.writeTextFile(file, text);
    const args = ["--nonet", "--noout", "--schema", SCHEMA, file];
    const { success, stderr } = await new Deno.Command("xmllint", { args }).output();
    return success ? "" : new TextDecoder().decode(stderr) + text;
  } finally {
    await Deno.remove(file);
  }
}
