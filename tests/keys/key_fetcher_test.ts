import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { KeysError } from "../../lib/errors.ts";
import type { AssetKeyRequest } from "../../lib/drm/asset_keys.ts";
import { parseKeyFile } from "../../lib/drm/key_file.ts";
import type { KeyExchange } from "../../lib/keys/key_client.ts";
import { KeyFetcher } from "../../lib/keys/key_fetcher.ts";
import { buildCpix, buildKey, buildRule, SPEKE_KEY } from "../drm/cpix_document.ts";

const KID = SPEKE_KEY.kid;
const OTHER = "75794092-4434-8559-bd33-c5716f3ba359";
const IV = `explicitIV="${SPEKE_KEY.iv}"`;

const REQUEST: AssetKeyRequest = {
  file: "heat.json",
  source: "house",
  content: "abc123",
  scheme: "cbcs",
  kids: { video: KID },
};

/** A fetcher with one source, whose server responds with these documents by URL. */
class Fixture implements Disposable {
  readonly exchanges: KeyExchange[] = [];
  readonly directory = Deno.realPathSync(Deno.makeTempDirSync());
  readonly #source;
  readonly #fetcher;

  constructor(source: unknown, documents: Readonly<Record<string, string>> = {}) {
    this.#source = parseKeyFile(JSON.stringify({ ams: 1, sources: { a: source } })).get("a")!;
    const root = join(this.directory, "root");
    Deno.mkdirSync(root);
    this.#fetcher = new KeyFetcher({
      directory: this.directory,
      root,
      certificates: new Map(),
      client: {
        send: (exchange) => {
          this.exchanges.push(exchange);
          return Promise.resolve(documents[exchange.url.reveal()]!);
        },
      },
    });
  }

  async fetch(change: Partial<AssetKeyRequest> = {}) {
    const source = this.#source;
    if (source.kind === "seed" || source.kind === "keys") throw new Error("Cannot be fetched");
    return await this.#fetcher.fetchKeys(source, { ...REQUEST, ...change });
  }

  write(name: string, text: string | Uint8Array): void {
    const path = join(this.directory, name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (typeof text === "string") Deno.writeTextFileSync(path, text);
    else Deno.writeFileSync(path, text);
  }

  [Symbol.dispose](): void {
    this.#fetcher[Symbol.dispose]();
    Deno.removeSync(this.directory, { recursive: true });
  }
}

Deno.test("KeyFetcher requests keys of a SPEKE server, and headers of the source take precedence", async () => {
  const url = "https://keys.example/SpekeV2";
  const headers = { Authorization: "Basic eA==", "Content-Type": "text/xml" };
  const source = { speke: url, version: "2.1", systems: ["widevine"], headers, timeout: 3 };
  using fixture = new Fixture(source, { [url]: buildCpix({ keys: buildKey(KID, IV) }) });
  const { keys } = await fixture.fetch();
  assertEquals([...keys.keys()], [KID]);
  const [{ headers: sent, body, timeout }] = fixture.exchanges as [KeyExchange];
  assertEquals([...sent], [
    ["authorization", "Basic eA=="],
    ["content-type", "text/xml"],
    ["x-speke-version", "2.1"],
  ]);
  assertEquals(timeout, 3);
  assertStringIncludes(body!, `contentId="abc123"`);
});

Deno.test("KeyFetcher rejects a response of a SPEKE server that lacks a key", async () => {
  const url = "https://keys.example/";
  using fixture = new Fixture({ speke: url, systems: [] }, { [url]: buildCpix({}) });
  const error = await assertRejects(() => fixture.fetch({ kids: { all: OTHER } }), KeysError);
  assertEquals(error.code, "KEYS_INVALID");
});

Deno.test("KeyFetcher gets a document by URL with the headers of the source alone", async () => {
  const source = { cpix: "https://docs.example/{content}.xml", headers: { a: "b" } };
  using fixture = new Fixture(source, { "https://docs.example/abc123.xml": buildCpix({}) });
  assertEquals([...(await fixture.fetch()).keys.keys()], [KID]);
  const [{ headers, body }] = fixture.exchanges as [KeyExchange];
  assertEquals([[...headers], body], [[["a", "b"]], undefined]);
});

for (
  const [password, headers, expected] of [
    ["p%40ss", {}, "Basic bWU6cEBzcw=="],
    ["p%", {}, "Basic bWU6cCU="],
    ["p%40ss", { Authorization: "Bearer x" }, "Bearer x"],
  ] as const
) {
  Deno.test(`KeyFetcher sends the password of a URL as a header: ${expected}`, async () => {
    const source = { cpix: `https://me:${password}@docs.example/`, headers };
    using fixture = new Fixture(source, { "https://docs.example/": buildCpix({}) });
    await fixture.fetch();
    assertEquals(fixture.exchanges[0]!.headers.get("authorization"), expected);
  });
}

Deno.test("KeyFetcher gets a document for each KID, and joins them", async () => {
  using fixture = new Fixture({ cpix: "https://docs.example/?k={kid}&c={content}" }, {
    [`https://docs.example/?k=${KID}&c=abc123`]: buildCpix({}),
    [`https://docs.example/?k=${OTHER}&c=abc123`]: buildCpix({ keys: buildKey(OTHER) }),
  });
  const { keys } = await fixture.fetch({ kids: { audio: OTHER, sd: KID, hd: KID } });
  assertEquals([[...keys.keys()].sort(), fixture.exchanges.length], [[OTHER, KID].sort(), 2]);
});

Deno.test("KeyFetcher reads documents of files, with usage rules if the package names no KIDs", async () => {
  using fixture = new Fixture({ cpix: "cpix/{content}.xml" });
  const rules = buildRule('intendedTrackType="ALL"');
  fixture.write("cpix/abc123.xml", buildCpix({ rules }));
  const document = await fixture.fetch({ kids: undefined! });
  assertEquals([document.rules.length, (await fixture.fetch()).rules.length], [1, 0]);
});

const failures: [name: string, text: string | Uint8Array | undefined, expected: string][] = [
  ["a missing file", undefined, "KEYS_MISSING Cannot read a document: no such file or directory"],
  ["a large file", new Uint8Array(2 ** 20 + 1), "KEYS_INVALID Cannot use a document: expected"],
  ["other text than UTF-8", new Uint8Array([0xFF]), "KEYS_INVALID Cannot use a document of keys"],
  ["a document without the key", buildCpix({ keys: buildKey(OTHER) }), "KEYS_MISSING Cannot find"],
  ["HTML", "<html></html>", "KEYS_INVALID"],
];

for (const [name, text, expected] of failures) {
  Deno.test(`KeyFetcher rejects ${name}`, async () => {
    using fixture = new Fixture({ cpix: "{content}.xml" });
    if (text !== undefined) fixture.write("abc123.xml", text);
    const { code, message } = await assertRejects(() => fixture.fetch(), KeysError);
    assertStringIncludes(`${code} ${message}`, expected);
    assertEquals(message.includes(fixture.directory), false, message);
  });
}

Deno.test("KeyFetcher rejects a document behind links that lead nowhere", async () => {
  using fixture = new Fixture({ cpix: "{content}.xml" });
  Deno.symlinkSync("abc123.xml", join(fixture.directory, "abc123.xml"));
  const error = await assertRejects(() => fixture.fetch(), KeysError, "Cannot read a document");
  assertEquals(error.code, "KEYS_INVALID");
});

Deno.test("KeyFetcher rejects a document in the document root, also behind a link", async () => {
  using fixture = new Fixture({ cpix: "link/{content}.xml" });
  fixture.write("root/abc123.xml", buildCpix({}));
  Deno.symlinkSync(join(fixture.directory, "root"), join(fixture.directory, "link"));
  const error = await assertRejects(() => fixture.fetch(), KeysError, "in the document root");
  assertEquals(error.code, "KEYS_INVALID");
});
