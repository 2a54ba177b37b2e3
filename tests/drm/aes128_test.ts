import { assertEquals } from "@std/assert";
import {
  computeAes128Size,
  encryptAes128,
  encryptBlocks,
  toSequenceIv,
} from "../../lib/drm/aes128.ts";
import { Prng } from "../robustness/prng.ts";
import { CBC, IV, KEY, PLAINTEXT } from "./nist_vectors.ts";
import { randomBytes } from "./random_samples.ts";

const SEQUENCES: [sequence: number, iv: string][] = [
  [0, "00000000000000000000000000000000"],
  [1, "00000000000000000000000000000001"],
  [2 ** 32 + 258, "00000000000000000000000100000102"],
];

for (const [sequence, iv] of SEQUENCES) {
  Deno.test(`toSequenceIv() is the number with 128 bits: ${sequence}`, () => {
    assertEquals(toSequenceIv(sequence).toHex(), iv);
  });
}

Deno.test("encryptAes128() encrypts as NIST does, and adds a block of padding", () => {
  const encrypted = encryptAes128(KEY, IV, PLAINTEXT);
  assertEquals(encrypted.subarray(0, 64).toHex(), CBC.toHex());
  assertEquals(encrypted.length, 80);
});

Deno.test("encryptBlocks() continues with the last block as IV, without padding", () => {
  const first = encryptBlocks(KEY, IV, PLAINTEXT.subarray(0, 32));
  const second = encryptBlocks(KEY, first.subarray(16), PLAINTEXT.subarray(32));
  assertEquals(first.toHex() + second.toHex(), CBC.toHex());
});

Deno.test("encryptAes128() encrypts what Web Crypto decrypts, of any size", async () => {
  const random = new Prng("sizes");
  const key = await crypto.subtle.importKey("raw", new Uint8Array(KEY), "AES-CBC", false, [
    "decrypt",
  ]);
  for (const size of [0, 1, 15, 16, 17, 31, 32, 33, 188, 1000 + random.below(100_000)]) {
    const segment = randomBytes(random, size);
    const iv = toSequenceIv(size);
    const encrypted = encryptAes128(KEY, iv, segment);
    assertEquals(encrypted.length, computeAes128Size(size));
    const algorithm = { name: "AES-CBC", iv: new Uint8Array(iv) };
    const decrypted = await crypto.subtle.decrypt(algorithm, key, new Uint8Array(encrypted));
    assertEquals(new Uint8Array(decrypted).toHex(), segment.toHex());
  }
});
