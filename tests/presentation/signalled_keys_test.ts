import { assertEquals } from "@std/assert";
import { Secret } from "../../lib/drm/secret.ts";
import type { DrmSystemName } from "../../lib/drm/system_id.ts";
import type { Protection } from "../../lib/presentation/encryption.ts";
import { signalKey } from "../../lib/presentation/signalled_keys.ts";

const KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

function protect(scheme: Protection["scheme"], systems: readonly DrmSystemName[]): Protection {
  const key = { kid: KID, key: new Secret<Uint8Array>(new Uint8Array(16)) };
  const licences = { clearkey: "https://a.example/" };
  const signalling = new Map([["widevine", { pssh: new Uint8Array(1) }]] as const);
  return { scheme, content: "a", systems, keys: new Map([[KID, { key, licences, signalling }]]) };
}

const ALL = ["widevine", "playready", "fairplay", "clearkey"] as const;

Deno.test("signalKey() has the systems of the protection, in the order of manifests or another", () => {
  const getName = (protection: Protection, ...order: [] | [readonly DrmSystemName[]]) =>
    signalKey(protection, KID, ({ name }) => name, ...order);
  assertEquals(getName(protect("cbcs", ALL)), [...ALL]);
  assertEquals(getName(protect("cbcs", ["clearkey", "playready"])), ["playready", "clearkey"]);
  assertEquals(getName(protect("cbcs", ALL), ["fairplay", "widevine"]), ["fairplay", "widevine"]);
});

Deno.test("signalKey() drops systems without signalling in a protocol", () => {
  const names = signalKey(protect("cenc", ALL), KID, ({ name, hls }, key) => hls?.(key) && name);
  assertEquals(names, ["widevine", "playready", "clearkey"]);
});

Deno.test("signalKey() returns nothing for aes-128 and other keys", () => {
  assertEquals(signalKey(protect("aes-128", ALL), KID, ({ name }) => name), []);
  assertEquals(signalKey(protect("cbcs", ALL), "other", ({ name }) => name), []);
});

Deno.test("signalKey() passes license URLs and signalling of each system", () => {
  const keys = signalKey(
    protect("cenc", ["widevine", "clearkey"]),
    KID,
    (_, { licence, vendor }) => [licence, vendor],
  );
  const expected = [[undefined, { pssh: new Uint8Array(1) }], ["https://a.example/", undefined]];
  assertEquals(keys, expected);
});
