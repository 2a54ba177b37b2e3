import { assertEquals, assertRejects } from "@std/assert";
import { type KeysCode, KeysError } from "../../lib/errors.ts";
import type { AssetKeyRequest } from "../../lib/drm/asset_keys.ts";
import { parseKeyFile } from "../../lib/drm/key_file.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { type KeyDocument, type KeySources, KeyStore } from "../../lib/keys/key_store.ts";
import { FakeTimers, settle } from "./fake_timers.ts";

/** Microsoft's public test seed. */
const SEED = "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I";
const VIDEO = "a56ce54c-0cc3-87e6-8470-40368011fbf6";
const AUDIO = "75794092-4434-8559-bd33-c5716f3ba359";

const REQUEST: AssetKeyRequest = {
  file: "heat.json",
  source: "house",
  content: "heat",
  scheme: "cbcs",
  kids: { video: VIDEO, audio: AUDIO },
};

const SPEKE = { speke: "https://keys.example/", systems: ["widevine"], keep: 100 };

type Fetch = (request: AssetKeyRequest, count: number) => KeyDocument | Promise<KeyDocument>;

/** A store, whose sources return what `fetch` does. */
class Fixture {
  readonly timers = new FakeTimers();
  readonly results: string[] = [];
  readonly failures: string[] = [];
  readonly store: KeyStore;
  fetches = 0;

  constructor(sources: unknown, fetch: Fetch = () => createDocument()) {
    this.store = new KeyStore(this.createSources(sources, fetch), {
      now: () => this.timers.now(),
      onResult: (source, result) => this.results.push(`${source} ${result}`),
      onFailure: ({ file }, { code }, isRenewal) =>
        this.failures.push(`${file} ${code}${isRenewal ? " renewal" : ""}`),
    });
  }

  createSources(sources: unknown, fetch: Fetch = () => createDocument()): KeySources {
    return {
      file: parseKeyFile(JSON.stringify({ ams: 1, sources })),
      fetchKeys: (_, request) => Promise.resolve(fetch(request, ++this.fetches)),
      digest: (source) =>
        (source.kind === "speke" ? source.url : source.document).reveal().replaceAll(" ", ""),
    };
  }

  /** Returns the first byte of the key, or the code of the error. */
  async get(change: Partial<AssetKeyRequest> = {}): Promise<number | KeysCode> {
    try {
      const { keys } = await this.store.getKeys({ ...REQUEST, ...change });
      return keys.get(VIDEO)!.key.reveal()[0]!;
    } catch (error) {
      if (!(error instanceof KeysError)) throw error;
      return error.code;
    }
  }
}

function createDocument(value = 1, kids = [VIDEO, AUDIO]): KeyDocument {
  const toKey = (kid: string) =>
    [kid, { kid, key: new Secret(new Uint8Array(16).fill(value)) }] as const;
  return { keys: new Map(kids.map(toKey)), signalling: new Map(), rules: [] };
}

function fail(code: KeysCode): never {
  throw new KeysError(code, "Cannot do it");
}

Deno.test("KeyStore.getKeys() derives keys from a seed", async () => {
  const licences = { clearkey: "https://media.example/{package}/clearkey" };
  const { store, results } = new Fixture({ house: { seed: SEED, licences } });
  const { keys, ...others } = await store.getKeys(REQUEST);
  assertEquals(keys.get(VIDEO)!.key.reveal().toHex(), "7a57a8b37e915fb37d680b7989a49bb6");
  assertEquals([...keys.keys()], [VIDEO, AUDIO]);
  assertEquals(others, { systems: ["clearkey"], licences, signalling: new Map(), rules: [] });
  assertEquals(results, []);
});

Deno.test("KeyStore.getKeys() declares the systems of the document, unless the source names some", async () => {
  const signalling = new Map([[VIDEO, new Map([["playready", {}] as const])]]);
  const sources = { house: { cpix: "a.xml" }, other: { cpix: "b.xml", systems: ["widevine"] } };
  const { store } = new Fixture(sources, () => ({ ...createDocument(), signalling }));
  assertEquals((await store.getKeys(REQUEST)).systems, ["playready"]);
  assertEquals((await store.getKeys({ ...REQUEST, source: "other" })).systems, ["widevine"]);
});

const failures: [name: string, sources: unknown, request: Partial<AssetKeyRequest>, string][] = [
  ["an unknown source", {}, {}, "KEYS_MISSING Cannot find source 'house' in the key file"],
  [
    "a KID that a list lacks",
    { house: { keys: {} } },
    {},
    `KEYS_MISSING sources.house: Cannot find the key of KID ${VIDEO}`,
  ],
  [
    "a seed without KIDs",
    { house: { seed: SEED } },
    { kids: undefined! },
    "KEYS_INVALID sources.house: Cannot use a source with seed for a package without protection.kids: expected cpix",
  ],
  [
    "aes-128 of a key server",
    { house: SPEKE },
    { scheme: "aes-128" },
    "KEYS_INVALID sources.house: Cannot use a source with speke for aes-128: expected seed, keys or cpix",
  ],
];

for (const [name, sources, change, expected] of failures) {
  Deno.test(`KeyStore.getKeys() rejects ${name}`, async () => {
    const fixture = new Fixture(sources);
    const get = () => fixture.store.getKeys({ ...REQUEST, ...change });
    const { code, message } = await assertRejects(get, KeysError);
    assertEquals([`${code} ${message}`, fixture.fetches], [expected, 0]);
  });
}

Deno.test("KeyStore.getKeys() rejects a KID that an asset of another scheme uses", async () => {
  const fixture = new Fixture({ house: { seed: SEED } });
  const other = { file: "other.json", scheme: "cenc" } as const;
  assertEquals([await fixture.get(), await fixture.get(other)], [0x7A, "KEYS_INVALID"]);
  fixture.timers.advance(120_000);
  assertEquals(await fixture.get(other), 0x7A);
});

Deno.test("KeyStore.getKeys() rejects a KID of a document that another scheme uses", async () => {
  const fixture = new Fixture({ house: { cpix: "a.xml" } });
  const change = { kids: undefined! };
  assertEquals(await fixture.get(change), 1);
  const other = { ...change, file: "other.json", scheme: "cenc" } as const;
  assertEquals(await fixture.get(other), "KEYS_INVALID");
});

Deno.test("KeyStore.getKeys() does not count an asset whose keys cannot be had as open", async () => {
  const fixture = new Fixture(
    { house: SPEKE },
    ({ scheme }) => scheme === "cbcs" ? fail("KEYS_INVALID") : createDocument(),
  );
  assertEquals(await fixture.get(), "KEYS_INVALID");
  assertEquals(await fixture.get({ scheme: "cenc", file: "other.json" }), 1);
});

Deno.test("KeyStore.getKeys() fetches once for identical questions, also of several packages", async () => {
  const response = Promise.withResolvers<KeyDocument>();
  const fixture = new Fixture({ house: SPEKE }, () => response.promise);
  const answers = [
    fixture.get(),
    fixture.get({ file: "copy.json" }),
    fixture.get({ kids: { audio: AUDIO, video: VIDEO } }),
  ];
  await settle();
  response.resolve(createDocument());
  assertEquals([await Promise.all(answers), fixture.fetches], [[1, 1, 1], 1]);
  await fixture.get({ content: "other" });
  await fixture.get({ kids: { all: VIDEO } });
  assertEquals(fixture.fetches, 3);
  assertEquals(fixture.results, Array(3).fill("house success"));
});

Deno.test("KeyStore.getKeys() renews keys in the background after keep seconds", async () => {
  const fixture = new Fixture({ house: SPEKE }, (_, count) => createDocument(count));
  assertEquals(await fixture.get(), 1);
  fixture.timers.advance(99_999);
  assertEquals([await fixture.get(), fixture.fetches], [1, 1]);
  fixture.timers.advance(1);
  assertEquals([await fixture.get(), fixture.fetches], [1, 2]);
  await settle();
  assertEquals([await fixture.get(), fixture.fetches], [2, 2]);
});

Deno.test("KeyStore.getKeys() keeps previous keys while they cannot be renewed", async () => {
  const fixture = new Fixture(
    { house: SPEKE },
    (_, count) =>
      count === 2
        ? fail("KEYS_UNAVAILABLE")
        : count === 3
        ? fail("KEYS_INVALID")
        : createDocument(count),
  );
  assertEquals(await fixture.get(), 1);
  fixture.timers.advance(100_000);
  for (const [waitMs, fetches] of [[0, 2], [4999, 2], [1, 3], [9999, 3], [1, 4]] as const) {
    fixture.timers.advance(waitMs);
    assertEquals([await fixture.get(), fixture.fetches], [1, fetches]);
    await settle();
  }
  assertEquals(await fixture.get(), 4);
  assertEquals(fixture.failures, [
    "heat.json KEYS_UNAVAILABLE renewal",
    "heat.json KEYS_INVALID renewal",
  ]);
});

for (
  const [code, memoryMs] of [
    ["KEYS_UNAVAILABLE", 5000],
    ["KEYS_INVALID", 10_000],
    ["KEYS_MISSING", 10_000],
  ] as const
) {
  Deno.test(`KeyStore.getKeys() remembers ${code}, and no longer`, async () => {
    const fixture = new Fixture({ house: SPEKE }, () => fail(code));
    assertEquals([await fixture.get(), await fixture.get()], [code, code]);
    fixture.timers.advance(memoryMs - 1);
    assertEquals([await fixture.get(), fixture.fetches], [code, 1]);
    assertEquals([await fixture.get({ content: "other" }), fixture.fetches], [code, 2]);
    fixture.timers.advance(1);
    assertEquals([await fixture.get(), fixture.fetches], [code, 3]);
    assertEquals(fixture.failures.length, 3);
    const result = `house ${code.slice(5).toLowerCase()}`;
    assertEquals(fixture.results, Array(3).fill(result));
  });
}

Deno.test("KeyStore.getKeys() names the source in errors that are remembered, too", async () => {
  const { store } = new Fixture({ house: SPEKE }, () => fail("KEYS_INVALID"));
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => store.getKeys(REQUEST), KeysError, "sources.house: Cannot do it");
  }
});

Deno.test("KeyStore.getKeys() reads files again after a minute", async () => {
  const fixture = new Fixture({ house: { cpix: "a.xml" } }, (_, count) => createDocument(count));
  await fixture.get();
  fixture.timers.advance(60_000);
  await fixture.get();
  await settle();
  assertEquals(await fixture.get(), 2);
});

Deno.test("KeyStore.update() keeps answers of sources that are the same, but no failures", async () => {
  const fetch: Fetch = ({ content }, count) =>
    content === "bad" ? fail("KEYS_INVALID") : createDocument(count);
  const fixture = new Fixture({ house: SPEKE, gone: { cpix: "https://gone.example/" } }, fetch);
  assertEquals(await fixture.get(), 1);
  assertEquals(await fixture.get({ source: "gone" }), 2);
  assertEquals(await fixture.get({ content: "bad" }), "KEYS_INVALID");
  const licences = { widevine: "https://wv.example/" };
  fixture.store.update(fixture.createSources({ house: { ...SPEKE, licences } }, fetch));
  const keys = await fixture.store.getKeys(REQUEST);
  assertEquals([await fixture.get(), keys.licences, fixture.fetches], [1, licences, 3]);
  assertEquals(await fixture.get({ source: "gone" }), "KEYS_MISSING");
  assertEquals([await fixture.get({ content: "bad" }), fixture.fetches], ["KEYS_INVALID", 4]);
  fixture.store.update(
    fixture.createSources({ house: { ...SPEKE, speke: "https://other.example/" } }, fetch),
  );
  assertEquals(await fixture.get(), 5);
});

Deno.test("KeyStore.importState() takes answers over, and requests those that open assets lack", async () => {
  const previous = new Fixture({ house: SPEKE, other: { cpix: "https://docs.example/" } });
  await previous.get();
  await previous.get({ file: "other.json", source: "other" });
  previous.timers.advance(50_000);
  const state = structuredClone(previous.store.exportState()); // as a message between threads
  const sources = { house: SPEKE, other: { cpix: "https://moved.example/" } };
  const requested: string[] = [];
  const next = new Fixture(sources, ({ source, file }, count) => {
    requested.push(`${source} ${file}`);
    return count === 2 ? fail("KEYS_UNAVAILABLE") : createDocument(count + 1);
  });
  await next.store.importState(state);
  assertEquals(requested, ["other other.json"]);
  assertEquals([await next.get(), await next.get({ source: "other" })], [1, 2]);
  assertEquals(await next.get({ scheme: "cenc", file: "third.json" }), "KEYS_INVALID");
  next.timers.advance(50_000); // of 100 seconds, half were over
  await next.get();
  assertEquals([requested.length, next.failures], [2, ["heat.json KEYS_UNAVAILABLE renewal"]]);
});
