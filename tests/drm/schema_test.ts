/** Compares schema.json, which editors use, with what parseKeyFile() accepts. */

import { Ajv2020 } from "ajv/2020";
import { assert, assertEquals } from "@std/assert";
import { KeyFileError, parseKeyFile } from "../../lib/drm/key_file.ts";
import { KEY_FILE_VERSION, KEY_SOURCE_KINDS } from "../../lib/drm/schema.ts";
import published from "../../lib/drm/schema.json" with { type: "json" };
import { PLAYREADY_TEST_SEED } from "./vectors.ts";

type Json = Record<string, unknown>;

const isValid = new Ajv2020().compile(published);

const KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

const REMOTE: Json = {
  headers: { Authorization: "Basic abc" },
  timeout: 8,
  keep: 60,
  ca: "ca.pem",
  certificate: { cert: "a.pem", key: "b.pem" },
};

const COMMON: Json = {
  systems: ["widevine", "playready", "fairplay", "clearkey"],
  licences: {
    widevine: "https://wv.example/{content}",
    playready: "https://pr.example/",
    fairplay: "skd://{kid}",
    clearkey: "https://media.example/{package}/clearkey",
    "aes-128": "https://keys.example/{kid}",
  },
};

/** A source of each kind with every key. */
const SOURCES: Record<string, Json> = {
  seed: { seed: PLAYREADY_TEST_SEED, ...COMMON },
  keys: { keys: { [KID]: { key: "0".repeat(32), iv: "F".repeat(32) } }, ...COMMON },
  cpix: { cpix: "cpix/{content}.xml", ...COMMON, ...REMOTE },
  speke: { speke: "https://keys.example/SpekeV2", version: "2.1", ...COMMON, ...REMOTE },
};

/** Valid and invalid values of all keys, mostly at limits. */
// deno-fmt-ignore
const VALUES: unknown[] = [
  null, true, {}, [], -1, 0, 0.09, 0.1, 1, 1.5, 300, 301, 31536000, 31536001, "", " ", "a", "a\0", "2.0", "2.1", "2.2",
  "0".repeat(32), "0".repeat(31), "g".repeat(32), "A".repeat(39), "A".repeat(40), "A".repeat(41), "A".repeat(44), `${"A".repeat(40)}AA==`,
  `${"A".repeat(40)}AB==`, `${"A".repeat(40)}AAA=`, `${"A".repeat(40)}AAB=`, `${"A".repeat(40)}A===`, "A".repeat(4004), `${"A".repeat(40)}\n`,
  "https://a.example", "https://a.example/{kid}", "https://a.example/{other}", "https://a.example/{", "https://a.example/ b", "https://{kid}/",
  "https://u:p@a.example:8443/x?y=z#f", "https://[::1]/", "https://", "https:///a", "https://?a", "http://a.example/", "http://localhost",
  "http://127.0.0.1:80/a", "http://[::1]:1/a", "http://localhost:pw@a.example/", "http://localhost.example/", "http://127.0.0.1.example/", "ftp://a/b",
  "skd://{kid}", "skd://a", "skd://", "SKD://a", 'https://a.example/"', "https://a.example/<", "https://a.example/\u00e9", "https://a.example/{package}",
  "a/{content}/{kid}.xml", "{package}.xml", "/a b/c.xml", "C:/a", "../a.xml", "a}b",
  ["widevine"], ["widevine", "widevine"], ["marlin"], [1], { widevine: "https://a" }, { widevine: 1 }, { marlin: "https://a" },
  { A: "b" }, { A: "" }, { A: " b" }, { A: "b c" }, { A: "b\n" }, { A: "\u00e9" }, { "a b": "c" }, { "": "c" }, { constructor: "a" }, { A: 1 },
  { cert: "a", key: "b" }, { cert: "a" }, { cert: "a", key: "b", x: 1 },
  { [KID]: { key: "a".repeat(32) } }, { [KID.replaceAll("-", "").toUpperCase()]: { key: "A".repeat(32) } }, { [KID]: { key: "a" } }, { [KID]: {} },
  { [KID]: { key: "a".repeat(32), x: 1 } }, { [`${KID}0`]: { key: "a".repeat(32) } }, { [KID.replace("-", "")]: { key: "a".repeat(32) } },
];

for (const [kind, source] of Object.entries(SOURCES)) {
  for (const key of Object.keys(source)) {
    Deno.test(`schema.json and parseKeyFile() agree on every value of ${key} of ${kind}`, () => {
      const sources = [
        without(source, key),
        ...VALUES.map((value) => ({ ...source, [key]: value })),
      ];
      agree([source, ...sources].map((it) => ({ ams: 1, sources: { house: it } })));
    });
  }
}

Deno.test("schema.json and parseKeyFile() agree on kinds, names, unknown keys and the version", () => {
  const { seed, keys, cpix, speke } = SOURCES;
  const house = seed!;
  agree([
    { ams: KEY_FILE_VERSION, sources: { house, list: keys, docs: cpix, vendor: speke } },
    ...[{ ...house, ...keys }, { ...cpix, ...speke }, { ...house, headers: {} }, { ...house, x: 1 }]
      .map((source) => ({ ams: 1, sources: { house: source } })),
    ...["", "a", "A", "a_b", "a".repeat(40), "a".repeat(41), "constructor"]
      .map((name) => ({ ams: 1, sources: { [name]: house } })),
    ...VALUES.map((sources) => ({ ams: 1, sources })),
    ...VALUES.map((source) => ({ ams: 1, sources: { house: source } })),
    ...[undefined, 0, 2, "1"].map((ams) => ({ ams, sources: {} })),
    ...[{ ams: 1, sources: {}, x: 1 }, { ams: 1, sources: {} }, [], null, 1],
    { ams: 1, sources: Object.fromEntries(Array(101).keys().map((i) => [i, house])) },
  ]);
});

Deno.test("schema.json knows the keys of each kind", () => {
  for (const kind of KEY_SOURCE_KINDS) {
    assertEquals(
      Object.keys(published.$defs[kind].properties).sort(),
      Object.keys(SOURCES[kind]!).sort(),
    );
  }
});

/** Asserts equal verdicts on all documents, and that both verdicts occur. */
function agree(documents: unknown[]): void {
  const verdicts = new Set<boolean>();
  for (const document of documents.map((it) => JSON.parse(JSON.stringify(it)))) {
    const verdict = parses(document);
    assertEquals(isValid(document), verdict, JSON.stringify(document).slice(0, 300));
    verdicts.add(verdict);
  }
  assert(verdicts.size === 2, "all verdicts are the same");
}

function parses(document: unknown): boolean {
  try {
    parseKeyFile(JSON.stringify(document));
    return true;
  } catch (error) {
    if (error instanceof KeyFileError) return false;
    throw error;
  }
}

function without(object: Json, key: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
