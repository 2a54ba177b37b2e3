import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  fillKeyTemplate,
  getLicenceUrl,
  KeyFileError,
  parseKeyFile,
} from "../../lib/drm/key_file.ts";
import { PLAYREADY_TEST_SEED as SEED } from "./vectors.ts";

const KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

const KEY = "00112233445566778899aabbccddeeff";

/** Marks values, none of which an error may contain. */
const MARK = "s3cret";

const parse = (sources: unknown) => parseKeyFile(JSON.stringify({ ams: 1, sources }));

Deno.test("parseKeyFile() reads a seed, systems and URLs of licenses", () => {
  const licences = { widevine: "https://wv.example/{content}", fairplay: "skd://{kid}" };
  const house = parse({ house: { seed: SEED, systems: ["widevine", "fairplay"], licences } })
    .get("house")!;
  assert(house.kind === "seed");
  assertEquals(house.seed.reveal(), Uint8Array.fromBase64(SEED));
  assertEquals([house.systems, house.licences], [["widevine", "fairplay"], licences]);
});

Deno.test("parseKeyFile() reads a list by KID in either format", () => {
  const keys = { [KID.toUpperCase()]: { key: KEY.toUpperCase(), iv: KEY }, [KEY]: { key: KEY } };
  const list = parse({ list: { keys } }).get("list")!;
  assert(list.kind === "keys");
  assertEquals([...list.keys.keys()], [KID, "00112233-4455-6677-8899-aabbccddeeff"]);
  const { kid, key, iv } = list.keys.get(KID)!;
  assertEquals([kid, key.reveal().toHex(), iv?.toHex()], [KID, KEY, KEY]);
  assertEquals([list.systems, list.licences], [["clearkey"], {}]);
});

Deno.test("parseKeyFile() leaves the systems of a CPIX source to the document", () => {
  const docs = parse({ docs: { cpix: "cpix/{content}.xml" } }).get("docs")!;
  assert(docs.kind === "cpix");
  assertEquals([docs.document.reveal(), "systems" in docs], ["cpix/{content}.xml", false]);
  assertEquals([docs.timeout, docs.keep, docs.headers], [8, 86_400, {}]);
});

Deno.test("parseKeyFile() reads a SPEKE source", () => {
  const vendor = parse({
    vendor: {
      speke: "https://keys.example/SpekeV2",
      version: "2.1",
      systems: [],
      headers: { Authorization: "Basic abc" },
      timeout: 2,
      keep: 60,
      ca: "ca.pem",
      certificate: { cert: "a.pem", key: "b.pem" },
    },
  }).get("vendor")!;
  assert(vendor.kind === "speke");
  assertEquals(vendor.url.reveal(), "https://keys.example/SpekeV2");
  assertEquals(vendor.headers.Authorization!.reveal(), "Basic abc");
  assertEquals([vendor.version, vendor.systems, vendor.timeout, vendor.keep], ["2.1", [], 2, 60]);
  assertEquals([vendor.ca?.reveal(), vendor.certificate?.key.reveal()], ["ca.pem", "b.pem"]);
});

Deno.test("parseKeyFile() shows no secret of what it returns", () => {
  const file = parse({
    a: { seed: SEED },
    b: { keys: { [KID]: { key: KEY } } },
    c: { cpix: `https://${MARK}:${MARK}@a.example/?p=${MARK}`, headers: { A: MARK } },
  });
  const text = Deno.inspect(file, { depth: 10 }) + JSON.stringify([...file]);
  assertEquals([SEED, KEY, MARK].filter((secret) => text.includes(secret)), []);
});

const KINDS = "expected exactly one of seed, keys, cpix, speke";

const invalid: [sources: unknown, message: string][] = [
  [undefined, "sources: Cannot find this key"],
  [[], "sources: Cannot use this value: expected an object of at most 100 members"],
  [{ A: {} }, "sources.A: Cannot use this name: expected a name of at most 40 of a-z, 0-9 and -"],
  [
    { a: { seed: SEED }, [`${MARK} x`]: {} },
    "sources[1]: Cannot use this name: expected a name of at most 40 of a-z, 0-9 and -",
  ],
  [{ a: MARK }, "sources.a: Cannot use this value: expected an object"],
  [{ a: {} }, `sources.a: Cannot use this value: ${KINDS}`],
  [{ a: { seed: SEED, keys: {} } }, `sources.a: Cannot use this value: ${KINDS}`],
  [
    { a: { seed: SEED, sytems: [] } },
    "sources.a.sytems: Cannot use this key: expected one of seed, systems, licences",
  ],
  [
    { a: { seed: SEED, [`${MARK}=${SEED}`]: 1 } },
    "sources.a[1]: Cannot use this key: expected one of seed, systems, licences",
  ],
  [
    { a: { seed: SEED.slice(4) } },
    "sources.a.seed: Cannot use this value: expected base64 of at least 30 bytes",
  ],
  [{ a: { seed: SEED, systems: [MARK] } }, "sources.a.systems[0]: Cannot use this value"],
  [
    { a: { seed: SEED, licences: { widevine: MARK } } },
    "sources.a.licences.widevine: Cannot use this value: expected a URL of http: or https:, which may contain {content}",
  ],
  [
    { a: { keys: { [KID]: { key: MARK } } } },
    `sources.a.keys["${KID}"].key: Cannot use this value: expected 32 hexadecimal digits`,
  ],
  [
    { a: { keys: { [KEY]: { key: KID } } } }, // the other way round
    "sources.a.keys[0].key: Cannot use this value: expected 32 hexadecimal digits",
  ],
  [{ a: { keys: { [KID]: {} } } }, `sources.a.keys["${KID}"].key: Cannot find this key`],
  [
    { a: { keys: { [`${MARK}?`]: { key: KEY } } } },
    "sources.a.keys[0]: Cannot use this name: expected a KID: a UUID, or 32 hexadecimal digits",
  ],
  [
    { a: { keys: { [KID]: { key: KEY }, [KID.toUpperCase()]: { key: KEY } } } },
    `sources.a.keys["${KID}"]: Cannot use a KID twice`,
  ],
  [
    { a: { cpix: `http://a.example/${MARK}` } },
    "sources.a.cpix: Cannot use this value: expected a path or an https URL",
  ],
  [
    { a: { cpix: "a.xml", headers: { a: MARK, A: MARK } } },
    'sources.a.headers["a"]: Cannot use a header twice',
  ],
  [
    { a: { cpix: "a.xml", headers: { A: `${MARK}\n` } } },
    "sources.a.headers.A: Cannot use this value: expected printable ASCII characters",
  ],
  [{ a: { speke: "https://a.example/" } }, "sources.a.systems: Cannot find this key"],
  [
    { a: { speke: `http://localhost:${MARK}@a.example/`, systems: [] } },
    "sources.a.speke: Cannot use this value: expected an https URL",
  ],
  [
    { a: { speke: `https://a.example:99999/${MARK}`, systems: [] } },
    "sources.a.speke: Cannot use this value: expected a valid URL",
  ],
  [
    { a: { cpix: `https://[1:2]/${MARK}` } },
    "sources.a.cpix: Cannot use this value: expected a valid URL",
  ],
  [
    { a: { speke: "https://a.example/", systems: [], timeout: 0 } },
    "sources.a.timeout: Cannot use this value: expected seconds from 0.1 to 300",
  ],
];

for (const [sources, message] of invalid) {
  Deno.test(`parseKeyFile() rejects ${JSON.stringify(sources)}`, () => {
    const error = assertThrows(() => parse(sources), KeyFileError, message);
    const text = `${error.message} ${Deno.inspect(error)}`.replace(/ at .*/gs, "");
    assertEquals([SEED, SEED.slice(4), KEY, MARK].filter((secret) => text.includes(secret)), []);
    assertEquals([error.cause, Object.keys(error)], [undefined, ["name"]]);
  });
}

const texts: [text: string, message: string][] = [
  [`{\n  "ams": 1, "sources": ${MARK} }`, "Cannot read line 2, column 24: expected JSON"],
  [`{ "ams": 1, "x": "${MARK}`, "expected JSON"],
  ["", "Cannot read line 1, column 1: expected JSON"],
  ["[]", "Cannot use this value: expected an object"],
  ["{}", "ams: Cannot find this key"],
  ['{"ams":2,"tracks":[]}', "ams: Cannot read this version, expected 1"],
  ['{"ams":1,"sources":{},"source":{}}', "source: Cannot use this key: expected one of ams"],
];

for (const [text, message] of texts) {
  Deno.test(`parseKeyFile() rejects ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => parseKeyFile(text), KeyFileError, message);
    assertEquals(error.message.includes(MARK), false);
  });
}

Deno.test("parseKeyFile() ignores a byte order mark", () => {
  assertEquals(parseKeyFile('\uFEFF{"ams":1,"sources":{}}').size, 0);
});

Deno.test("fillKeyTemplate() replaces each placeholder that has a value", () => {
  const values = { content: "heat", kid: KID, package: "a%20b/heat.json" };
  const template = "https://a.example/{package}?{content}&{kid}&{kid}";
  const url = `https://a.example/a%20b/heat.json?heat&${KID}&${KID}`;
  assertEquals(fillKeyTemplate(template, values), url);
  assertEquals(fillKeyTemplate("{package}/{content}", { content: "$&", kid: KID }), "{package}/$&");
});

Deno.test("getLicenceUrl() fills the template of the system", () => {
  const licences = { fairplay: "skd://{kid}" };
  const values = { content: "heat", kid: KID };
  assertEquals(getLicenceUrl({ licences }, "fairplay", values), `skd://${KID}`);
  assertEquals(getLicenceUrl({ licences }, "widevine", values), undefined);
});
