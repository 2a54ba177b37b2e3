import { assertEquals, assertRejects } from "@std/assert";
import type { AssetKeyRequest } from "../../lib/drm/asset_keys.ts";
import { parseKeyFile } from "../../lib/drm/key_file.ts";
import { KeysError } from "../../lib/drm/keys_error.ts";
import { KeyStore } from "../../lib/keys/key_store.ts";
import { FakeClock } from "../http/fake_clock.ts";

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

function createStore(sources: unknown) {
  const clock = new FakeClock();
  const store = new KeyStore({
    file: parseKeyFile(JSON.stringify({ ams: 1, sources })),
    now: () => clock.now(),
    fetchKeys: () => Promise.reject(new Error("Cannot fetch in this test")),
    onFailure() {},
  });
  return { store, clock };
}

Deno.test("KeyStore.getKeys() derives keys from a seed", async () => {
  const licences = { clearkey: "https://media.example/{package}/clearkey" };
  const { store } = createStore({ house: { seed: SEED, licences } });
  const { keys, ...others } = await store.getKeys(REQUEST);
  assertEquals(keys.get(VIDEO)!.key.reveal().toHex(), "7a57a8b37e915fb37d680b7989a49bb6");
  assertEquals([...keys.keys()], [VIDEO, AUDIO]);
  assertEquals(others, { systems: ["clearkey"], licences, signalling: new Map(), rules: [] });
});

const failures: [name: string, sources: unknown, request: Partial<AssetKeyRequest>, RegExp][] = [
  ["an unknown source", {}, {}, /^KEYS_MISSING Cannot find source 'house'/],
  ["a KID that a list lacks", { house: { keys: {} } }, {}, /^KEYS_MISSING Cannot find the key of/],
  ["a seed without KIDs", { house: { seed: SEED } }, { kids: undefined! }, /^KEYS_INVALID Cannot/],
];

for (const [name, sources, change, expected] of failures) {
  Deno.test(`KeyStore.getKeys() rejects ${name}`, async () => {
    const { store } = createStore(sources);
    const { code, message } = await assertRejects(
      () => store.getKeys({ ...REQUEST, ...change }),
      KeysError,
    );
    assertEquals(expected.test(`${code} ${message}`), true, `${code} ${message}`);
  });
}

Deno.test("KeyStore.getKeys() rejects a KID that an asset of another scheme uses", async () => {
  const { store, clock } = createStore({ house: { seed: SEED } });
  await store.getKeys(REQUEST);
  const other = { ...REQUEST, file: "other.json", scheme: "cenc" } as const;
  const error = await assertRejects(() => store.getKeys(other), KeysError);
  assertEquals(error.code, "KEYS_INVALID");
  clock.advance(120_000);
  await store.getKeys(other);
});
