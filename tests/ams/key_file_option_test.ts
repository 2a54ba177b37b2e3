/** `ams --keys` with key files that cannot be used. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ams } from "../../lib/ams/ams.ts";

/** In each value that no message may contain. */
const SECRET = "hunter2";
const SEED = "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I";
const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

interface Result {
  readonly code: number;
  readonly out: string;
  readonly warnings: readonly string[];
}

async function run(args: readonly string[]): Promise<Result> {
  let out = "";
  const warnings: string[] = [];
  const output = {
    write: (text: string) => Promise.resolve(void (out += text)),
    warn: (line: string) => void warnings.push(line),
  };
  const flags = ["-p", "0", "--host", "127.0.0.1", ...args];
  const code = await ams(flags, output, "1", () => {}); // tests write files
  return { code, out, warnings };
}

function withDirectory<T>(work: (directory: string, root: string) => Promise<T>): Promise<T> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const root = join(directory, "root");
  Deno.mkdirSync(root);
  return work(directory, root).finally(() => Deno.removeSync(directory, { recursive: true }));
}

const source = (entry: unknown) => JSON.stringify({ ams: 1, sources: { a: entry } });
const list = (keys: unknown) => source({ keys });

const cases: [name: string, text: string, expected: string][] = [
  ["no JSON", `{ "seed": ${SECRET}`, "Cannot read line 1, column 11: expected JSON"],
  ["an empty file", "", "Cannot read line 1, column 1: expected JSON"],
  ["a list", "[]", "Cannot use this value: expected an object"],
  ["no version", '{ "sources": {} }', "ams: Cannot find this key"],
  ["a later version", '{ "ams": 2, "sources": {} }', "ams: Cannot read this version, expected 1"],
  ["no sources", '{ "ams": 1 }', "sources: Cannot find this key"],
  ["an unknown key", `{ "ams": 1, "sources": {}, "key": "${SECRET}" }`, "key: Cannot use this key"],
  ["sources of another type", '{ "ams": 1, "sources": [] }', "sources: Cannot use this value"],
  ["an invalid name", '{ "ams": 1, "sources": { "A": {} } }', "sources.A: Cannot use this name"],
  ["a source of no kind", source({ systems: [] }), "sources.a: Cannot use this value"],
  ["a source of two kinds", source({ seed: SEED, keys: {} }), "sources.a: Cannot use this value"],
  [
    "an unknown key of a source",
    source({ seed: SEED, keep: 1 }),
    "sources.a.keep: Cannot use this",
  ],
  ["a short seed", source({ seed: btoa(SECRET) }), "sources.a.seed: Cannot use this value"],
  ["a seed that is not base64", source({ seed: SECRET.repeat(9) }), "sources.a.seed: Cannot use"],
  ["a seed of another type", source({ seed: 5 }), "sources.a.seed: Cannot use this value"],
  [
    "an invalid KID",
    list({ [SECRET]: { key: "" } }),
    "sources.a.keys.hunter2: Cannot use this name",
  ],
  ["a short key", list({ [KID]: { key: SECRET } }), `sources.a.keys["${KID}"].key: Cannot use`],
  ["no key", list({ [KID]: {} }), `sources.a.keys["${KID}"].key: Cannot find this key`],
  [
    "an invalid IV",
    list({ [KID]: { key: "0".repeat(32), iv: SECRET } }),
    `sources.a.keys["${KID}"].iv: Cannot use this value`,
  ],
  [
    "a KID twice",
    list({ [KID]: { key: "0".repeat(32) }, [KID.toUpperCase()]: { key: "1".repeat(32) } }),
    `sources.a.keys["${KID}"]: Cannot use a KID twice`,
  ],
  ["an unknown system", source({ seed: SEED, systems: [SECRET] }), "sources.a.systems[0]: Cannot"],
  [
    "a license URL with another placeholder",
    source({ seed: SEED, licences: { widevine: `https://${SECRET}/{name}` } }),
    "sources.a.licences.widevine: Cannot use this value",
  ],
  [
    "a key server without TLS",
    source({ speke: `http://${SECRET}.example/`, systems: [] }),
    "sources.a.speke: Cannot use this value: expected an https URL",
  ],
  [
    "a key server without systems",
    source({ speke: `https://${SECRET}.example/` }),
    "sources.a.systems: Cannot find this key",
  ],
  [
    "a document without TLS",
    source({ cpix: `http://${SECRET}.example/` }),
    "sources.a.cpix: Cannot use this value",
  ],
  [
    "an invalid header",
    source({ cpix: "https://a.example/", headers: { "x y": SECRET } }),
    "sources.a.headers",
  ],
  [
    "a header with a line break",
    source({ cpix: "https://a.example/", headers: { a: `${SECRET}\n` } }),
    "sources.a.headers.a: Cannot use this value",
  ],
  [
    "a long timeout",
    source({ cpix: "https://a.example/", timeout: 301 }),
    "sources.a.timeout: Cannot use this value: expected seconds",
  ],
  [
    "a missing certificate",
    source({ cpix: "https://a.example/", ca: `${SECRET}.pem` }),
    "sources.a.ca: Cannot read this file: no such file or directory",
  ],
  [
    "documents in the document root",
    source({ cpix: "root/{content}.xml" }),
    "sources.a.cpix: Cannot use documents in the document root",
  ],
];

for (const [name, text, expected] of cases) {
  Deno.test(`ams --keys rejects ${name} with a line that names the key`, () =>
    withDirectory(async (directory, root) => {
      const file = join(directory, "keys.json");
      Deno.writeTextFileSync(file, text, { mode: 0o600 });
      const { code, out, warnings } = await run(["-d", root, "--keys", file]);
      assertEquals([code, out, warnings.length], [1, "", 1]);
      const [line] = warnings as [string];
      const start = `ams: Cannot use --keys '${file}': ${expected}`;
      assertEquals(line.slice(0, start.length), start);
      assertEquals(line.includes("\n"), false);
      if (!expected.includes(SECRET)) assertEquals(line.includes(SECRET), false, line);
    }));
}

Deno.test("ams --keys rejects files that it cannot read, or that are in the document root", () =>
  withDirectory(async (directory, root) => {
    const inside = join(root, "keys.json");
    const link = join(directory, "link.json");
    Deno.writeTextFileSync(inside, source({ seed: SEED }));
    Deno.symlinkSync(inside, link);
    const files: [file: string, reason: RegExp][] = [
      [join(directory, "none.json"), /: Cannot read the key file: no such file or directory$/],
      [directory, /: Cannot read the key file: \S/],
      [inside, /: Cannot use a key file in the document root$/],
      [link, /: Cannot use a key file in the document root$/],
    ];
    for (const [file, reason] of files) {
      const { code, warnings } = await run(["-d", root, "--keys", file]);
      assertEquals([code, warnings.length], [1, 1]);
      assertMatch(warnings[0]!, reason);
    }
  }));
