import { assertEquals } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import type { AssetKeyRequest, AssetKeys, GetAssetKeys } from "../../lib/drm/asset_keys.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { KeyRecorder } from "../../lib/library/key_check.ts";

const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

const REQUEST: AssetKeyRequest = {
  file: "heat.json",
  source: "house",
  content: "heat",
  scheme: "cbcs",
  kids: { all: KID },
};

function createKeys(value = 1, more: Partial<AssetKeys> = {}): AssetKeys {
  return {
    keys: new Map([[KID, { kid: KID, key: new Secret(new Uint8Array(16).fill(value)) }]]),
    systems: ["clearkey"],
    licences: {},
    signalling: new Map(),
    rules: [],
    ...more,
  };
}

const fail = (code: KeysError["code"]) => () => Promise.reject(new KeysError(code, "Cannot do it"));

const cases: [name: string, later: GetAssetKeys, state: "same" | "changed"][] = [
  ["the same keys", () => Promise.resolve(createKeys()), "same"],
  ["another key", () => Promise.resolve(createKeys(2)), "changed"],
  ["another system", () => Promise.resolve(createKeys(1, { systems: [] })), "changed"],
  [
    "another license URL",
    () => Promise.resolve(createKeys(1, { licences: { clearkey: "https://a.example/" } })),
    "changed",
  ],
  [
    "signalling",
    () =>
      Promise.resolve(
        createKeys(1, { signalling: new Map([[KID, new Map([["widevine", {}] as const])]]) }),
      ),
    "changed",
  ],
  ["no response", fail("KEYS_UNAVAILABLE"), "same"],
  ["no keys", fail("KEYS_MISSING"), "changed"],
  ["invalid keys", fail("KEYS_INVALID"), "changed"],
];

for (const [name, later, state] of cases) {
  Deno.test(`KeyCheck.checkIfDue() returns ${state} for ${name}`, async () => {
    const requests: AssetKeyRequest[] = [];
    let getKeys: GetAssetKeys = () => Promise.resolve(createKeys());
    const recorder = new KeyRecorder((request) => {
      requests.push(request);
      return getKeys(request);
    });
    await recorder.getKeys(REQUEST);
    const check = recorder.createCheck(0)!;
    getKeys = later;
    assertEquals(check.checkIfDue(49_999), undefined);
    const pending = check.checkIfDue(50_000);
    assertEquals(check.checkIfDue(50_000), undefined);
    assertEquals([await pending, requests], [state, [REQUEST, REQUEST]]);
    assertEquals(check.checkIfDue(99_999), undefined);
    assertEquals(await check.checkIfDue(100_000), state);
  });
}

Deno.test("KeyRecorder.createCheck() returns undefined for an asset without keys", () => {
  assertEquals(new KeyRecorder(fail("KEYS_MISSING")).createCheck(0), undefined);
});
