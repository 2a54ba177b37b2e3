import { assertEquals, assertThrows } from "@std/assert";
import { BlockCipher } from "../../lib/drm/block_cipher.ts";
import { CBC, ECB, IV, KEY, PLAINTEXT } from "./nist_vectors.ts";

Deno.test("BlockCipher.encrypt() encrypts each block by itself, in any number of calls", () => {
  const cipher = new BlockCipher(KEY);
  assertEquals(cipher.encrypt(PLAINTEXT).toHex(), ECB.toHex());
  assertEquals(cipher.encrypt(PLAINTEXT.subarray(0, 16)).toHex(), ECB.subarray(0, 16).toHex());
  assertEquals(cipher.encrypt(PLAINTEXT.subarray(0, 0)).length, 0);
  assertEquals(cipher.encrypt(PLAINTEXT.subarray(16)).toHex(), ECB.subarray(16).toHex());
});

Deno.test("BlockCipher.encryptChain() starts at the IV in each call", () => {
  const cipher = new BlockCipher(KEY);
  for (let i = 0; i < 2; i++) {
    assertEquals(cipher.encryptChain(IV, PLAINTEXT).toHex(), CBC.toHex());
  }
});

Deno.test("BlockCipher cannot encrypt once it is disposed of, which frees its memory", () => {
  const cipher = new BlockCipher(KEY);
  cipher.encrypt(PLAINTEXT);
  cipher[Symbol.dispose]();
  assertThrows(() => cipher.encrypt(PLAINTEXT));
});
