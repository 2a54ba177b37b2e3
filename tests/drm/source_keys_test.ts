import { assertEquals, assertThrows } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import { type KeySource, parseKeyFile } from "../../lib/drm/key_file.ts";
import { checkKeySource, getLocalKeys, getSourceHost } from "../../lib/drm/source_keys.ts";
import { PLAYREADY_TEST_SEED } from "./vectors.ts";

const KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

const KEY = "00112233445566778899aabbccddeeff";

function parseSource(source: object): KeySource {
  return parseKeyFile(JSON.stringify({ ams: 1, sources: { a: source } })).get("a")!;
}

const SEED = parseSource({ seed: PLAYREADY_TEST_SEED });

const LIST = parseSource({ keys: { [KID]: { key: KEY } } });

const SPEKE = parseSource({ speke: "https://u:p@keys.example/SpekeV2", systems: [] });

const cpix = (document: string) => parseSource({ cpix: document });

Deno.test("getLocalKeys() derives keys of a seed, and finds those of a list", () => {
  const getKeys = (source: KeySource, kid: string) => {
    if (source.kind !== "seed" && source.kind !== "keys") throw new Error("not local");
    return getLocalKeys(source, [kid]).get(kid)?.key.reveal().toHex();
  };
  const derived = Uint8Array.fromBase64("tCyjFy7k5pv1GEilnbnNEw==").toHex();
  assertEquals([getKeys(SEED, KID), getKeys(LIST, KID)], [derived, KEY]);
  const error = assertThrows(() => getKeys(LIST, KID.replace("0", "1")), KeysError);
  assertEquals([error.code, error.message], [
    "KEYS_MISSING",
    `Cannot find the key of KID ${KID.replace("0", "1")}`,
  ]);
});

type Needs = Parameters<typeof checkKeySource>[1];

const needs: [what: string, source: KeySource, needs: Needs, message?: string][] = [
  ["a seed", SEED, { scheme: "aes-128", hasKids: true }],
  ["a key server", SPEKE, { scheme: "cbcs", hasKids: true }],
  [
    "a key server",
    SPEKE,
    { scheme: "aes-128", hasKids: true },
    "Cannot use a source with speke for aes-128",
  ],
  ["a document", cpix("a.xml"), { scheme: "aes-128", hasKids: true }],
  ["a document", cpix("{content}.xml"), { scheme: "cenc", hasKids: false }],
  ["documents by KID", cpix("{kid}.xml"), { scheme: "cenc", hasKids: true }],
  [
    "documents by KID",
    cpix("{kid}.xml"),
    { scheme: "cenc", hasKids: false },
    "Cannot use a source with {kid} in cpix",
  ],
  [
    "a seed",
    SEED,
    { scheme: "cenc", hasKids: false },
    "Cannot use a source with seed for a package without protection.kids",
  ],
  ["a list", LIST, { scheme: "cenc", hasKids: false }, "expected cpix"],
  ["a key server", SPEKE, { scheme: "cenc", hasKids: false }, "expected cpix"],
];

for (const [what, source, use, message] of needs) {
  Deno.test(`checkKeySource() ${message ? "rejects" : "allows"} ${what} for ${JSON.stringify(use)}`, () => {
    if (message === undefined) return checkKeySource(source, use);
    const error = assertThrows(() => checkKeySource(source, use), KeysError, message);
    assertEquals(error.code, "KEYS_INVALID");
  });
}

const hosts: [source: KeySource, host: string | undefined][] = [
  [SEED, undefined],
  [LIST, undefined],
  [cpix("cpix/{content}.xml"), undefined],
  [cpix("https://cpix.example/{content}?k={kid}"), "cpix.example:443"],
  [cpix("http://[::1]:8080/{content}"), "[::1]:8080"],
  [cpix("http://127.0.0.1/"), "127.0.0.1:80"],
  [SPEKE, "keys.example:443"],
];

for (const [source, host] of hosts) {
  Deno.test(`getSourceHost() returns ${host} for ${source.kind}`, () => {
    assertEquals(getSourceHost(source), host);
  });
}
