import { createHash } from "node:crypto";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import { formatKeyRequest, type KeyRequest, readKeyResponse } from "../../lib/drm/key_request.ts";
import { parseCpix } from "../../lib/drm/cpix.ts";
import { findElements, parseCpixXml } from "../../lib/drm/cpix_xml.ts";
import { buildCpix, buildKey, SPEKE_KEY } from "./cpix_document.ts";

const AUDIO = "75794092-4434-8559-bd33-c5716f3ba359";

const VIDEO = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

const REQUEST: KeyRequest = {
  content: "heat",
  scheme: "cbcs",
  kids: { audio: AUDIO, video: VIDEO },
  systems: ["widevine", "fairplay"],
  version: "2.0",
};

Deno.test("formatKeyRequest() formats a request for cbcs", () => {
  const signalling = `<cpix:PSSH/>
        <cpix:ContentProtectionData/>
        <cpix:HLSSignalingData playlist="media"/>
        <cpix:HLSSignalingData playlist="master"/>`;
  const systems = (kid: string) =>
    `      <cpix:DRMSystem kid="${kid}" systemId="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed">
        ${signalling}
      </cpix:DRMSystem>
      <cpix:DRMSystem kid="${kid}" systemId="94ce86fb-07ff-4f43-adb8-93d2fa968ca2">
        <cpix:HLSSignalingData playlist="media"/>
        <cpix:HLSSignalingData playlist="master"/>
      </cpix:DRMSystem>`;
  assertEquals(
    formatKeyRequest(REQUEST).replace(/^ +/gm, ""),
    `<?xml version="1.0" encoding="UTF-8"?>
<cpix:CPIX id="heat" contentId="heat" version="2.3" xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc">
  <cpix:ContentKeyList>
    <cpix:ContentKey kid="${AUDIO}" explicitIV="${AUDIO_IV}" commonEncryptionScheme="cbcs"/>
    <cpix:ContentKey kid="${VIDEO}" explicitIV="${VIDEO_IV}" commonEncryptionScheme="cbcs"/>
  </cpix:ContentKeyList>
  <cpix:DRMSystemList>
${systems(AUDIO)}
${systems(VIDEO)}
  </cpix:DRMSystemList>
  <cpix:ContentKeyUsageRuleList>
    <cpix:ContentKeyUsageRule kid="${AUDIO}" intendedTrackType="AUDIO">
      <cpix:AudioFilter/>
    </cpix:ContentKeyUsageRule>
    <cpix:ContentKeyUsageRule kid="${VIDEO}" intendedTrackType="VIDEO">
      <cpix:VideoFilter/>
    </cpix:ContentKeyUsageRule>
  </cpix:ContentKeyUsageRuleList>
</cpix:CPIX>
`.replace(/^ +/gm, ""),
  );
});

/** The constant IV of the example, in base64. */
const VIDEO_IV = Uint8Array.fromHex("d478259eb723c8ffb5a2cda72872cdcc").toBase64();

const AUDIO_IV = (() => {
  const kid = Uint8Array.fromHex(AUDIO.replaceAll("-", ""));
  const text = new TextEncoder().encode("ams iv\n");
  return new Uint8Array(
    createHash("sha256").update(text).update(kid).digest().subarray(0, 16),
  ).toBase64();
})();

const lines: [what: string, change: Partial<KeyRequest>, present: RegExp[], absent: RegExp[]][] = [
  ["cenc", { scheme: "cenc" }, [/commonEncryptionScheme="cenc"/], [/explicitIV/, /94ce86fb/]],
  [
    "PlayReady with cenc",
    { scheme: "cenc", systems: ["playready"] },
    [/9a04f079[^]*<cpix:SmoothStreamingProtectionHeaderData\/>/],
    [/edef8ba9/],
  ],
  ["PlayReady with cbcs", { systems: ["playready"] }, [/9a04f079/], [/Smooth/]],
  ["SPEKE 2.1", { version: "2.1" }, [/version="2\.4"/, /playlist="multiVariant"/], [/master/]],
  ["ClearKey alone", { systems: ["clearkey"] }, [/<cpix:ContentKey /], [/DRMSystem/]],
  ["content that is not an XML name", { content: "7:a" }, [/<cpix:CPIX contentId="7:a"/], [/ id=/]],
];

for (const [what, change, present, absent] of lines) {
  Deno.test(`formatKeyRequest() formats a request for ${what}`, () => {
    const text = formatKeyRequest({ ...REQUEST, ...change });
    for (const pattern of present) assertMatch(text, pattern);
    assertEquals(absent.filter((pattern) => pattern.test(text)), []);
  });
}

const contracts: [kids: KeyRequest["kids"], rules: string[]][] = [
  [{ all: VIDEO }, ["ALL VideoFilter AudioFilter"]],
  [
    { audio: AUDIO, sd: kid(1), hd: kid(2), uhd: kid(3) },
    [
      "AUDIO AudioFilter",
      "SD VideoFilter maxPixels=442368",
      "HD VideoFilter minPixels=442369 maxPixels=2073600",
      "UHD VideoFilter minPixels=2073601",
    ],
  ],
  [
    { audio: AUDIO, sd: kid(1), hd: kid(1) },
    [
      "AUDIO AudioFilter",
      "SD+HD VideoFilter maxPixels=442368 VideoFilter minPixels=442369 maxPixels=2073600",
    ],
  ],
];

for (const [kids, rules] of contracts) {
  Deno.test(`formatKeyRequest() declares the contract ${rules.join("; ")}`, () => {
    const root = parseCpixXml(formatKeyRequest({ ...REQUEST, kids }));
    const found = findElements(root, "cpix:ContentKeyUsageRuleList", "cpix:ContentKeyUsageRule");
    assertEquals(
      found.map((rule) => {
        const filters = rule.children.filter((child) => typeof child !== "string");
        const texts = filters.map(({ name, attributes }) => [
          name.replace("cpix:", ""),
          ...[...attributes].map(([key, value]) => `${key}=${value}`),
        ]);
        return [rule.attributes.get("intendedTrackType"), ...texts.flat()].join(" ");
      }),
      rules,
    );
    const keys = findElements(root, "cpix:ContentKeyList", "cpix:ContentKey");
    assertEquals(keys.map((key) => key.attributes.get("kid")), [...new Set(Object.values(kids))]);
  });
}

/** Servers repeat the request with keys added. */
Deno.test("parseCpix() reads a request, which has no keys", () => {
  const { contentId, keys, signalling } = parseCpix(formatKeyRequest(REQUEST), {
    scheme: "cbcs",
    kids: new Set([AUDIO, VIDEO]),
  });
  assertEquals([contentId, keys.size], ["heat", 0]);
  assertEquals([...signalling.get(VIDEO)!], [["widevine", {}], ["fairplay", {}]]);
});

function kid(n: number): string {
  return `00000000-0000-0000-0000-00000000000${n}`;
}

const respond = (attributes: string, keys: string) =>
  readKeyResponse(buildCpix({ attributes: `version="2.3" ${attributes}`, keys }), REQUEST);

const BOTH = buildKey(AUDIO, 'commonEncryptionScheme="cbcs"') + buildKey(VIDEO);

Deno.test("readKeyResponse() reads the keys that were requested, and ignores others", () => {
  const other = buildKey(SPEKE_KEY.kid, 'commonEncryptionScheme="cenc"');
  for (const attributes of ['contentId="heat"', ""]) {
    assertEquals([...respond(attributes, other + BOTH).keys.keys()], [AUDIO, VIDEO]);
  }
});

const lies: [what: string, attributes: string, keys: string, message: string][] = [
  ["other content", 'contentId="heat2"', BOTH, "expected the contentId requested"],
  [
    "another KID",
    "",
    buildKey(AUDIO) + buildKey(SPEKE_KEY.kid),
    `Cannot find the key of KID ${VIDEO}`,
  ],
  ["no key", "", buildKey(AUDIO) + buildKey(VIDEO, "", ""), `Cannot find the key of KID ${VIDEO}`],
  [
    "another scheme",
    "",
    buildKey(VIDEO, 'commonEncryptionScheme="cenc"'),
    "expected a key for cbcs",
  ],
];

for (const [what, attributes, keys, message] of lies) {
  Deno.test(`readKeyResponse() rejects a response with ${what}`, () => {
    const error = assertThrows(() => respond(attributes, keys), KeysError, message);
    assertEquals(error.code, "KEYS_INVALID");
  });
}
