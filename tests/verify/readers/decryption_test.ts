/** Ciphertexts are those of NIST SP 800-38A, F.2.1 (CBC) and F.5.1 (CTR), which the tests of lib/drm use too. */

import { assertEquals, assertThrows } from "@std/assert";
import { createCipheriv } from "node:crypto";
import { MediaError } from "../../../lib/errors.ts";
import {
  decryptCtrSample,
  decryptPatternSample,
  decryptWholeSegment,
  listRanges,
} from "../../../lib/verify/readers/decryption.ts";
import { hex } from "../../codecs/entry.ts";

const KEY = hex("2b7e151628aed2a6abf7158809cf4f3c");
const IV = hex("000102030405060708090a0b0c0d0e0f");
const CLEAR = "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51";
const CBC = "7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2";

Deno.test("decryptCtrSample() continues the counter through subsamples", () => {
  const iv = hex("f0f1f2f3f4f5f6f7");
  const counter = new Uint8Array(16);
  counter.set(iv);
  const clear = hex(CLEAR);
  const encrypted = new Uint8Array(createCipheriv("aes-128-ctr", KEY, counter).update(clear));
  const whole = encrypted.slice();
  decryptCtrSample(whole, KEY, { iv, subsamples: undefined });
  assertEquals(whole, clear);
  const sample = Uint8Array.from([1, 2, ...encrypted.slice(0, 20), 3, ...encrypted.slice(20), 4]);
  const subsamples = [
    { clear: 2, encrypted: 20 },
    { clear: 1, encrypted: 12 },
    { clear: 1, encrypted: 0 },
  ];
  decryptCtrSample(sample, KEY, { iv, subsamples });
  assertEquals(sample, Uint8Array.from([1, 2, ...clear.slice(0, 20), 3, ...clear.slice(20), 4]));
});

Deno.test("decryptPatternSample() decrypts all whole blocks of a pattern of 0 and 0", () => {
  const sample = hex(`${CBC} aabb`);
  const cipher = { key: KEY, iv: IV, pattern: { crypt: 0, skip: 0 } };
  decryptPatternSample(sample, cipher, { subsamples: undefined });
  assertEquals(sample, hex(`${CLEAR} aabb`));
});

Deno.test("decryptPatternSample() starts the chain again in each subsample, and skips blocks", () => {
  const [first, second] = [CBC.slice(0, 32), CBC.slice(33)];
  const skipped = "00".repeat(9 * 16);
  const sample = hex(`01 ${first} ${skipped} ${second} 0203 ${first}`);
  const subsamples = [{ clear: 1, encrypted: 11 * 16 + 1 }, { clear: 1, encrypted: 16 }];
  const cipher = { key: KEY, iv: IV, pattern: { crypt: 1, skip: 9 } };
  decryptPatternSample(sample, cipher, { subsamples });
  const [clear, next] = [CLEAR.slice(0, 32), CLEAR.slice(33)];
  assertEquals(sample, hex(`01 ${clear} ${skipped} ${next} 0203 ${clear}`));
});

Deno.test("listRanges() ends with the sample", () => {
  const ranges = listRanges(hex("00112233"), [{ clear: 1, encrypted: 9 }, {
    clear: 9,
    encrypted: 9,
  }]);
  assertEquals(ranges.map((range) => range.toHex()), ["112233", ""]);
});

Deno.test("decryptWholeSegment() removes the padding, and takes the sequence number as IV", () => {
  const iv = hex("00000000000000000000000000000107");
  const cipher = createCipheriv("aes-128-cbc", KEY, iv);
  const sent = Uint8Array.from([...cipher.update(hex("0102")), ...cipher.final()]);
  assertEquals(decryptWholeSegment(sent, KEY, 0x107), hex("0102"));
  const message = "Cannot decrypt 15 bytes with IV 263";
  assertThrows(() => decryptWholeSegment(sent.subarray(1), KEY, 0x107), MediaError, message);
});
