import { assertEquals } from "@std/assert";
import { buildPlayReadyObject, buildPlayReadyPssh } from "../../lib/drm/playready.ts";
import { Secret } from "../../lib/drm/secret.ts";
import type { SignalledKey } from "../../lib/drm/system.ts";
import { DRM_SYSTEMS, type DrmSystemName } from "../../lib/drm/system_id.ts";
import { SYSTEM_SIGNALLING } from "../../lib/drm/systems.ts";
import type { VendorSignalling } from "../../lib/drm/vendor_signalling.ts";
import { buildWidevinePssh } from "../../lib/drm/widevine.ts";
import { hex } from "../codecs/entry.ts";

const KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";
const KEY = {
  kid: KID,
  key: new Secret<Uint8Array>(Uint8Array.fromBase64("tCyjFy7k5pv1GEilnbnNEw==")),
};
const KEY_ID = "KEYID=0x09E367028F33436CA5DD60FFE6671E70";
const VERSIONS = 'KEYFORMATVERSIONS="1"';

const box = (scheme: "cenc" | "cbcs") => buildWidevinePssh(KID, scheme).toBase64();
const object = (scheme: "cenc" | "cbcs", licenseUrl?: string) =>
  buildPlayReadyObject({ key: KEY, scheme, licenseUrl });

Deno.test("SYSTEM_SIGNALLING has each system under its name", () => {
  assertEquals(DRM_SYSTEMS.map((name) => SYSTEM_SIGNALLING[name].name), [...DRM_SYSTEMS]);
});

for (const scheme of ["cenc", "cbcs"] as const) {
  const method = scheme === "cenc" ? "SAMPLE-AES-CTR" : "SAMPLE-AES";
  const signal = (name: DrmSystemName, licence?: string) => {
    const { dash, hls, smooth } = SYSTEM_SIGNALLING[name];
    const key: SignalledKey = { scheme, key: KEY, licence };
    return { dash: dash?.(key), hls: hls?.(key), smooth: smooth?.(key) };
  };
  const same = (line: string) => ({ media: [line], session: [line] });

  Deno.test(`widevine signals its box in DASH and HLS: ${scheme}`, () => {
    const uuid = "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed";
    const uri = `URI="data:text/plain;base64,${box(scheme)}"`;
    assertEquals(signal("widevine"), {
      dash: {
        "@schemeIdUri": uuid,
        "@value": "Widevine",
        "cenc:pssh": { "#text": box(scheme) },
      },
      hls: same(`METHOD=${method},${uri},${KEY_ID},KEYFORMAT="${uuid}",${VERSIONS}`),
      smooth: undefined,
    });
  });

  Deno.test(`playready signals one object in all protocols: ${scheme}`, () => {
    const url = "https://pr.example/?a=1&b=2";
    const text = object(scheme, url).toBase64();
    const uri = `URI="data:text/plain;charset=UTF-16;base64,${text}"`;
    assertEquals(signal("playready", url), {
      dash: {
        "@schemeIdUri": "urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95",
        "@value": "MSPR 2.0",
        "cenc:pssh": { "#text": buildPlayReadyPssh(object(scheme, url)).toBase64() },
        "mspr:pro": { "#text": text },
        "dashif:Laurl": { "@licenseType": undefined, "#text": url },
      },
      hls: same(`METHOD=${method},${uri},KEYFORMAT="com.microsoft.playready",${VERSIONS}`),
      smooth: text,
    });
  });

  Deno.test(`fairplay signals a URI in HLS with cbcs alone: ${scheme}`, () => {
    const line = (uri: string) =>
      `METHOD=SAMPLE-AES,URI="${uri}",KEYFORMAT="com.apple.streamingkeydelivery",${VERSIONS}`;
    const expect = (uri: string) => scheme === "cenc" ? undefined : same(line(uri));
    const { dash, hls, smooth } = signal("fairplay");
    assertEquals([dash, hls, smooth], [undefined, expect(`skd://${KID}`), undefined]);
    assertEquals(signal("fairplay", "skd://x/y").hls, expect("skd://x/y"));
  });

  Deno.test(`clearkey signals the KID and the license URL: ${scheme}`, () => {
    const kid = hex("09e367028f33436ca5dd60ffe6671e70").toBase64();
    const uri = `URI="data:text/plain;base64,${kid}"`;
    const element = {
      "@schemeIdUri": "urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e",
      "@value": "ClearKey1.0",
    };
    const hls = same(`METHOD=${method},${uri},${KEY_ID},KEYFORMAT="org.w3.clearkey",${VERSIONS}`);
    assertEquals(signal("clearkey"), { dash: element, hls, smooth: undefined });
    const url = "https://a.example/clearkey";
    assertEquals(signal("clearkey", url).dash, {
      ...element,
      "dashif:Laurl": { "@licenseType": "EME-1.0", "#text": url },
    });
  });
}

/** Signalling of a key server, and what manifests then contain. */
interface VendorCase {
  readonly what: string;
  readonly system: DrmSystemName;
  readonly vendor: VendorSignalling;
  readonly dash?: Record<string, unknown>;
  readonly media?: readonly string[];
  readonly session?: readonly string[];
  readonly smooth?: string;
}

const LAURL = "https://licences.example/";

const widevineBox = hex(
  "00000024 70737368 00000000 edef8ba979d64acea3c827dcd51d21ed 00000004 01020304",
);
const playreadyBox = buildPlayReadyPssh(hex("0a0b0c"));
const line = (text: string) => `METHOD=SAMPLE-AES,URI="${text}",KEYFORMAT="k"`;

const VENDOR_CASES: VendorCase[] = [
  {
    what: "ContentProtectionData before PSSH, and PSSH in HLS",
    system: "widevine",
    vendor: { pssh: widevineBox, contentProtection: { "cenc:pssh": [{ "#text": "AAAA" }] } },
    dash: { "cenc:pssh": [{ "#text": "AAAA" }], "dashif:Laurl": { "#text": LAURL } },
    media: [
      `METHOD=SAMPLE-AES,URI="data:text/plain;base64,${widevineBox.toBase64()}",${KEY_ID},` +
      `KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",${VERSIONS}`,
    ],
  },
  {
    what: "a license URL of the key server",
    system: "widevine",
    vendor: { contentProtection: { "dashif:Laurl": [{ "#text": "https://v.example/" }] } },
    dash: { "dashif:Laurl": [{ "#text": "https://v.example/" }] },
  },
  {
    what: "the object in PSSH, in all protocols",
    system: "playready",
    vendor: { pssh: playreadyBox },
    dash: {
      "cenc:pssh": { "#text": playreadyBox.toBase64() },
      "mspr:pro": { "#text": "CgsM" },
      "dashif:Laurl": { "#text": LAURL },
    },
    media: [
      `METHOD=SAMPLE-AES,URI="data:text/plain;charset=UTF-16;base64,CgsM",` +
      `KEYFORMAT="com.microsoft.playready",${VERSIONS}`,
    ],
    smooth: "CgsM",
  },
  {
    what: "the header of Smooth Streaming, before PSSH",
    system: "playready",
    vendor: { pssh: playreadyBox, smooth: "DQ4P" },
    smooth: "DQ4P",
  },
  {
    what: "the header of Smooth Streaming, in all protocols where there is no PSSH",
    system: "playready",
    vendor: { smooth: "DQ4P" },
    dash: {
      "cenc:pssh": { "#text": buildPlayReadyPssh(hex("0d0e0f")).toBase64() },
      "mspr:pro": { "#text": "DQ4P" },
      "dashif:Laurl": { "#text": LAURL },
    },
    smooth: "DQ4P",
  },
  {
    what: "lines of both playlists",
    system: "fairplay",
    vendor: {
      mediaPlaylist: [`#EXT-X-KEY:${line("a")}`, `#EXT-X-KEY:${line("b")}`],
      multivariantPlaylist: [`#EXT-X-SESSION-KEY:${line("c")}`],
    },
    media: [line("a"), line("b")],
    session: [line("c")],
  },
  {
    what: "lines of one playlist, in both",
    system: "playready",
    vendor: { multivariantPlaylist: [`#EXT-X-SESSION-KEY:${line("skd://c:1")}`] },
    media: [line("skd://c:1")],
    session: [line("skd://c:1")],
  },
  {
    what: "its PSSH for ClearKey",
    system: "clearkey",
    vendor: { pssh: hex("00") },
    dash: {
      "cenc:pssh": { "#text": "AA==" },
      "dashif:Laurl": { "@licenseType": "EME-1.0", "#text": LAURL },
    },
  },
];

for (const { what, system, vendor, dash, media, session, smooth } of VENDOR_CASES) {
  Deno.test(`${system} signals what the key server supplies: ${what}`, () => {
    const signalling = SYSTEM_SIGNALLING[system];
    const key: SignalledKey = { scheme: "cbcs", key: KEY, licence: LAURL, vendor };
    if (dash) {
      const { "@schemeIdUri": _, "@value": __, ...children } = signalling.dash!(key)!;
      assertEquals(JSON.stringify(children), JSON.stringify(dash));
    }
    if (media) assertEquals(signalling.hls!(key), { media, session: session ?? media });
    if (smooth) assertEquals(signalling.smooth!(key), smooth);
  });
}

Deno.test("fairplay signals nothing with cenc, whatever the key server supplies", () => {
  const vendor = { mediaPlaylist: [`#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="a",KEYFORMAT="k"`] };
  assertEquals(SYSTEM_SIGNALLING.fairplay.hls!({ scheme: "cenc", key: KEY, vendor }), undefined);
});
