import { assertEquals, assertRejects } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import type { AssetKeyRequest, AssetKeys } from "../../lib/drm/asset_keys.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { describeInternalError, KeyPort, serveKeyPort } from "../../lib/keys/key_port.ts";

const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";
const PSSH = new Uint8Array([1, 2]);

const REQUEST: AssetKeyRequest = {
  file: "heat.json",
  source: "house",
  content: "heat",
  scheme: "cbcs",
  kids: { all: KID },
};

const KEYS: AssetKeys = {
  keys: new Map([[KID, { kid: KID, key: new Secret(new Uint8Array(16).fill(7)) }]]),
  systems: ["widevine"],
  licences: { widevine: "https://wv.example/" },
  signalling: new Map([[KID, new Map([["widevine", { pssh: PSSH }] as const])]]),
  rules: [{ kid: KID, audio: [], video: [], trackTypes: ["audio", "video"] }],
};

/** Closes both ends at the end of the test. */
function connect(port: KeyPort, getKeys: (request: AssetKeyRequest) => Promise<AssetKeys>) {
  const { port1, port2 } = new MessageChannel();
  serveKeyPort(port1, getKeys);
  port.connect(port2);
  return { [Symbol.dispose]: () => [port1, port2].forEach((it) => it.close()) };
}

Deno.test("KeyPort.getKeys() returns keys through a port, and their secrets", async () => {
  const port = new KeyPort();
  const requests: AssetKeyRequest[] = [];
  using _ = connect(port, (request) => {
    requests.push(request);
    return Promise.resolve(KEYS);
  });
  const { keys, ...others } = await port.getKeys(REQUEST);
  const { keys: expected, ...expectedOthers } = KEYS;
  assertEquals(requests, [REQUEST]);
  assertEquals(others, expectedOthers);
  assertEquals(keys.get(KID)!.key.reveal(), expected.get(KID)!.key.reveal());
});

Deno.test("KeyPort.getKeys() rejects with the code and the message of the other end", async () => {
  const port = new KeyPort();
  using _ = connect(port, () => Promise.reject(new KeysError("KEYS_UNAVAILABLE", "Cannot wait")));
  const error = await assertRejects(() => port.getKeys(REQUEST), KeysError, "Cannot wait");
  assertEquals(error.code, "KEYS_UNAVAILABLE");
});

Deno.test("KeyPort.getKeys() rejects for an internal error without its message", async () => {
  const port = new KeyPort();
  using _ = connect(port, () => Promise.reject(new TypeError("https://secret.example/?u=me")));
  const error = await assertRejects(() => port.getKeys(REQUEST), Error, "TypeError");
  assertEquals([error.message.includes("secret"), error instanceof KeysError], [false, false]);
});

Deno.test("KeyPort.connect() repeats requests that have no response", async () => {
  const port = new KeyPort();
  const early = port.getKeys(REQUEST);
  using _first = connect(port, () => new Promise(() => {})); // a worker that hangs
  const late = port.getKeys({ ...REQUEST, file: "late.json" });
  using _second = connect(port, () => Promise.resolve(KEYS));
  assertEquals((await Promise.all([early, late])).map(({ keys }) => keys.size), [1, 1]);
});

Deno.test("describeInternalError() omits values that are no errors", () => {
  assertEquals(describeInternalError("https://secret.example/"), "Cannot get keys");
});
