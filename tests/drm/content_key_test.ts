import { assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import {
  computeKeyFingerprint,
  deriveSeededKey,
  getConstantIv,
} from "../../lib/drm/content_key.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { PLAYREADY_TEST_SEED } from "./vectors.ts";

const SEED = Uint8Array.fromBase64(PLAYREADY_TEST_SEED);

const VIDEO = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

/** The first is Microsoft's, of its test servers. */
const seeded: [kid: string, key: Uint8Array][] = [
  [
    "09e36702-8f33-436c-a5dd-60ffe6671e70",
    Uint8Array.fromBase64("tCyjFy7k5pv1GEilnbnNEw=="),
  ],
  [VIDEO, Uint8Array.fromHex("7a57a8b37e915fb37d680b7989a49bb6")],
];

for (const [kid, key] of seeded) {
  Deno.test(`deriveSeededKey() returns the key of ${kid}`, () => {
    const derived = deriveSeededKey(new Secret<Uint8Array>(SEED), kid);
    assertEquals([derived.kid, derived.key.reveal()], [kid, key]);
  });
}

Deno.test("deriveSeededKey() ignores bytes of the seed after 30", () => {
  const longer = new Secret<Uint8Array>(new Uint8Array([...SEED, 1, 2, 3]));
  assertEquals(deriveSeededKey(longer, VIDEO).key.reveal(), seeded[1]![1]);
});

Deno.test("getConstantIv() prefers the key's own, else derives it from the KID", () => {
  assertEquals(getConstantIv({ kid: VIDEO }).toHex(), "d478259eb723c8ffb5a2cda72872cdcc");
  const iv = new Uint8Array(16).fill(7);
  assertEquals(getConstantIv({ kid: VIDEO, iv }), iv);
});

Deno.test("computeKeyFingerprint() is half a digest of the key, and differs by it", () => {
  const key = seeded[0]![1];
  const expected = createHmac("sha256", key).update("ams version").digest().subarray(0, 8);
  assertEquals(computeKeyFingerprint({ key: new Secret(key) }), expected.toString("hex"));
  assertEquals(computeKeyFingerprint({ key: new Secret(key) }).length, 16);
});
