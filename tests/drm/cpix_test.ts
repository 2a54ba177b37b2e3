import { assertEquals, assertThrows } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import {
  type CpixOptions,
  getCpixSystems,
  joinCpixDocuments,
  parseCpix,
  requireKeys,
} from "../../lib/drm/cpix.ts";
import { SYSTEM_IDS } from "../../lib/drm/system_id.ts";
import {
  buildCpix,
  buildKey,
  buildRule,
  buildSecret,
  buildSystem,
  type CpixParts,
  SPEKE_KEY,
} from "./cpix_document.ts";

const { kid: KID, key: KEY, iv: IV } = SPEKE_KEY;

const OTHER = "681e5b39-49f2-4dfa-b744-86573c22e6fc";

const parse = (parts: CpixParts, options: CpixOptions = { scheme: "cbcs" }) =>
  parseCpix(buildCpix(parts), options);

/** Unified Origin, shaka-packager and SPEKE name the namespaces so. */
Deno.test("parseCpix() reads the example of SPEKE's documentation", () => {
  const document = parseCpix(
    `<cpix:CPIX contentId="abc123" version="2.3" xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc">
      <cpix:ContentKeyList>
        <cpix:ContentKey explicitIV="${IV}" kid="${KID}" commonEncryptionScheme="cbcs">
          <cpix:Data><pskc:Secret><pskc:PlainValue>${KEY}</pskc:PlainValue></pskc:Secret></cpix:Data>
        </cpix:ContentKey>
      </cpix:ContentKeyList>
    </cpix:CPIX>`,
    { scheme: "cbcs" },
  );
  const { kid, key, iv } = document.keys.get(KID)!;
  assertEquals([kid, key.reveal().toBase64(), iv?.toBase64()], [KID, KEY, IV]);
  assertEquals([document.contentId, document.keys.size], ["abc123", 1]);
  assertEquals([document.rules, document.signalling.size], [[], 0]);
});

Deno.test("parseCpix() reads a default namespace, KIDs in capitals and documents without a version", () => {
  const { contentId, keys } = parseCpix(
    `<CPIX xmlns="urn:dashif:org:cpix"><ContentKeyList>
      <ContentKey kid="${KID.toUpperCase()}"><Data><Secret xmlns="urn:ietf:params:xml:ns:keyprov:pskc">
        <PlainValue>\n  ${KEY}\n</PlainValue></Secret></Data></ContentKey></ContentKeyList></CPIX>`,
    { scheme: "cenc" },
  );
  assertEquals([contentId, keys.get(KID)?.key.reveal().toBase64()], [undefined, KEY]);
});

const schemes: [attributes: string, scheme: CpixOptions["scheme"], isUsable: boolean][] = [
  ["", "cenc", true],
  ["", "cbcs", true],
  ["", "aes-128", true],
  ['commonEncryptionScheme="cenc"', "cenc", true],
  ['commonEncryptionScheme="cenc"', "cbcs", false],
  ['commonEncryptionScheme="cbcs"', "cenc", false],
  ['commonEncryptionScheme="cens"', "cenc", false],
  ['commonEncryptionScheme="AES-128"', "aes-128", true],
  ['commonEncryptionScheme="cbcs"', "aes-128", false],
];

for (const [attributes, scheme, isUsable] of schemes) {
  Deno.test(`parseCpix() ${isUsable ? "uses" : "rejects"} a key with ${attributes} for ${scheme}`, () => {
    const run = () => parse({ keys: buildKey(KID, attributes) }, { scheme }).keys.size;
    if (isUsable) assertEquals(run(), 1);
    else assertThrows(run, KeysError, `Cannot use the key of KID ${KID}: expected a key for `);
  });
}

const ENCRYPTED = `<c:Data><p:Secret><p:EncryptedValue/></p:Secret></c:Data>`;

const invalid: [what: string, parts: CpixParts, message: string][] = [
  ["a version of the future", { attributes: 'version="3.0"' }, "expected 2.3 or 2.4"],
  ["a key without KID", { keys: "<c:ContentKey/>" }, "Cannot use kid of ContentKey in line 3"],
  ["a KID that is no UUID", { keys: buildKey("1234") }, "expected a UUID"],
  [
    "a KID twice",
    { keys: buildKey(KID) + buildKey(KID.toUpperCase()) },
    `Cannot use KID ${KID} twice`,
  ],
  [
    "a key of 8 bytes",
    { keys: buildKey(KID, "", buildSecret("AAAAAAAAAAA=")) },
    "expected base64 of 16 bytes",
  ],
  [
    "a key of 17 bytes",
    { keys: buildKey(KID, "", buildSecret("AAAAAAAAAAAAAAAAAAAAAAA=")) },
    "expected base64 of 16 bytes",
  ],
  ["an empty key", { keys: buildKey(KID, "", buildSecret("")) }, "expected base64 of 16 bytes"],
  [
    "a key in hexadecimal",
    { keys: buildKey(KID, "", buildSecret("0g".repeat(16))) },
    "expected base64",
  ],
  ["a key with an entity", { keys: buildKey(KID, "", buildSecret("&key;")) }, "expected base64"],
  ["an encrypted key", { keys: buildKey(KID, "", ENCRYPTED) }, "encrypted keys are not supported"],
  [
    "two values of a key",
    { keys: buildKey(KID, "", buildSecret(KEY) + buildSecret(KEY)) },
    `Cannot use two keys of KID ${KID}`,
  ],
  [
    "a leaf key",
    { keys: buildKey(KID, `dependsOnKey="${OTHER}"`) },
    "key hierarchies are not supported",
  ],
  [
    "an IV of 8 bytes",
    { keys: buildKey(KID, 'explicitIV="AAAAAAAAAAA="') },
    "Cannot use explicitIV",
  ],
  [
    "a system twice",
    { systems: buildSystem(SYSTEM_IDS.widevine, "").repeat(2) },
    `Cannot use widevine of KID ${KID} twice`,
  ],
  [
    "key rotation",
    { rules: buildRule("", '<c:KeyPeriodFilter periodId="a"/>') },
    "Cannot use KeyPeriodFilter in line 5: not supported",
  ],
  [
    "a rule of another KID",
    { rules: buildRule('intendedTrackType="ALL"', "", OTHER) },
    "has no key",
  ],
];

for (const [what, parts, message] of invalid) {
  Deno.test(`parseCpix() rejects ${what}`, () => {
    const error = assertThrows(() => parse(parts), KeysError, message);
    assertEquals([error.code, error.message.includes(KEY)], ["KEYS_INVALID", false]);
  });
}

const PLAIN = buildCpix({});

const documents: [what: string, text: string, message: string][] = [
  ["an empty document", "", "Cannot read line 1 of a CPIX document as XML"],
  ["a truncated document", PLAIN.slice(0, -20), "Cannot read line"],
  ["HTML", "<!doctype html><title>x</title>", "a document type"],
  [
    "a page that is XML",
    `<html xmlns="http://www.w3.org/1999/xhtml">${KEY}</html>`,
    "expected the element CPIX",
  ],
  ["CPIX without a namespace", "<CPIX/>", "expected the element CPIX of urn:dashif:org:cpix"],
  ["a prefix that is not declared", "<cpix:CPIX/>", "expected the element CPIX"],
  ["a document type", `<!DOCTYPE x [<!ENTITY key "${KEY}">]>${PLAIN}`, "a document type"],
  ["nested elements", "<a>".repeat(200), "as XML"],
  [
    "names that repeat a secret",
    `<a><b></${KEY}></a>`,
    "Cannot read line 1 of a CPIX document as XML",
  ],
  ["8 MB", PLAIN + " ".repeat(2 ** 23), "Cannot read a CPIX document of more than 1048576 bytes"],
];

for (const [what, text, message] of documents) {
  Deno.test(`parseCpix() rejects ${what}`, () => {
    const error = assertThrows(() => parseCpix(text, { scheme: "cbcs" }), KeysError, message);
    assertEquals([error.code, error.message.includes(KEY)], ["KEYS_INVALID", false]);
  });
}

Deno.test("parseCpix() ignores other keys, their systems and all usage rules where the package names KIDs", () => {
  const parts = {
    keys: buildKey(OTHER, 'commonEncryptionScheme="cens"', ENCRYPTED).repeat(2) + buildKey(KID),
    systems: buildSystem(SYSTEM_IDS.widevine, "<c:PSSH>?</c:PSSH>", OTHER),
    rules: buildRule("", "<c:LabelFilter/>") + buildRule("", "<c:KeyPeriodFilter/>", OTHER),
  };
  const document = parse(parts, { scheme: "cbcs", kids: new Set([KID]) });
  assertEquals([[...document.keys.keys()], document.rules, document.signalling.size], [
    [KID],
    [],
    0,
  ]);
  assertThrows(() => parse(parts), KeysError);
});

Deno.test("parseCpix() omits keys without a value, and requireKeys() names them", () => {
  const document = parse({ keys: buildKey(KID, "", "") });
  assertEquals(document.keys.size, 0);
  const missing = assertThrows(() => requireKeys(document, [KID]), KeysError);
  assertEquals(missing.message, `Cannot find the key of KID ${KID}`);
  assertEquals(missing.code, "KEYS_MISSING");
  requireKeys(parse({}), [KID]);
});

Deno.test("getCpixSystems() returns known systems in the order of manifests", () => {
  const marlin = "5e629af5-38da-4063-8977-97ffbd9902d4";
  const ids = [SYSTEM_IDS.fairplay, marlin, SYSTEM_IDS.widevine.toUpperCase()];
  const systems = ids.map((id) => buildSystem(id, "")).join("");
  assertEquals(getCpixSystems(parse({ systems })), ["widevine", "fairplay"]);
  assertEquals(getCpixSystems(parse({ systems }, { scheme: "aes-128" })), []);
});

Deno.test("joinCpixDocuments() joins documents of one key each", () => {
  const document = joinCpixDocuments(
    [KID, OTHER].map((kid) =>
      parse({ keys: buildKey(kid), systems: buildSystem(SYSTEM_IDS.widevine, "", kid) })
    ),
  );
  assertEquals([...document.keys.keys()], [KID, OTHER]);
  assertEquals([...document.signalling.keys()], [KID, OTHER]);
});

Deno.test("parseCpix() shows no key of what it returns", () => {
  const document = parse({});
  const text = Deno.inspect(document, { depth: 10 }) + JSON.stringify([...document.keys]);
  assertEquals(text.includes(KEY), false);
  assertEquals(text.includes(Uint8Array.fromBase64(KEY).toHex()), false);
});
