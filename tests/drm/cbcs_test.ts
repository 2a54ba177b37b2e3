import { assertEquals } from "@std/assert";
import { createCipheriv } from "node:crypto";
import { BlockCipher } from "../../lib/drm/block_cipher.ts";
import { encryptCbcs } from "../../lib/drm/cbcs.ts";
import type { ProtectedSamples } from "../../lib/drm/protected_samples.ts";
import type { EncryptionPattern } from "../../lib/mp4/protection.ts";
import { CBC, IV, KEY, PLAINTEXT } from "./nist_vectors.ts";
import {
  copySamples,
  listProtectedRanges,
  randomSamples,
  type SampleShape,
} from "./random_samples.ts";

const VIDEO: EncryptionPattern = { crypt: 1, skip: 9 };
const AUDIO: EncryptionPattern = { crypt: 0, skip: 0 };

/** Block by block: each of the first `crypt` blocks of a pattern is combined with the encrypted one before it. */
function encryptStraightforwardly({ crypt, skip }: EncryptionPattern, samples: ProtectedSamples) {
  for (const range of listProtectedRanges(samples).flat()) {
    let previous: Uint8Array = IV;
    for (let i = 0; 16 * (i + 1) <= range.length; i++) {
      if (crypt > 0 && i % (crypt + skip) >= crypt) continue;
      const block = range.subarray(16 * i, 16 * (i + 1));
      const cipher = createCipheriv("aes-128-cbc", KEY, previous).setAutoPadding(false);
      block.set(previous = cipher.update(block));
    }
  }
}

const CASES: [SampleShape, EncryptionPattern][] = [
  [{ seed: "audio", samples: 200, maxRange: 400, maxSubsamples: 0 }, AUDIO],
  [{ seed: "few samples", samples: 3, maxRange: 4000, maxSubsamples: 0 }, AUDIO],
  [{ seed: "tiny", samples: 100, maxRange: 40, maxSubsamples: 0 }, AUDIO],
  [{ seed: "video", samples: 60, maxRange: 3000, maxSubsamples: 4 }, VIDEO],
  [{ seed: "one large slice", samples: 1, maxRange: 100_000, maxSubsamples: 2 }, VIDEO],
  [{ seed: "tiny slices", samples: 50, maxRange: 400, maxSubsamples: 40 }, VIDEO],
  [{ seed: "another pattern", samples: 40, maxRange: 1000, maxSubsamples: 5 }, {
    crypt: 2,
    skip: 3,
  }],
  [{ seed: "no samples", samples: 0, maxRange: 1, maxSubsamples: 0 }, AUDIO],
];

for (const [shape, pattern] of CASES) {
  Deno.test(`encryptCbcs() encrypts as block by block: ${shape.seed}`, () => {
    const samples = randomSamples(shape);
    const expected = copySamples(samples);
    encryptStraightforwardly(pattern, expected);
    encryptCbcs(new BlockCipher(KEY), { iv: IV, pattern }, samples);
    assertEquals(samples.bytes.toHex() === expected.bytes.toHex(), true);
  });
}

for (const count of [1, 50]) {
  Deno.test(`encryptCbcs() encrypts whole blocks of ${count} samples as NIST does`, () => {
    const sample = new Uint8Array([...PLAINTEXT, 1, 2, 3]);
    const bytes = new Uint8Array(Array(count).fill([...sample]).flat());
    const sizes = Array(count).fill(sample.length);
    encryptCbcs(new BlockCipher(KEY), { iv: IV, pattern: AUDIO }, { bytes, sizes });
    assertEquals(bytes.toHex(), `${CBC.toHex()}010203`.repeat(count));
  });

  Deno.test(`encryptCbcs() encrypts one block of ten of ${count} samples as NIST does`, () => {
    const block = (i: number) => [...PLAINTEXT.subarray(16 * i, 16 * i + 16)];
    const clear = Array<number>(9 * 16).fill(7);
    const sample = [9, ...block(0), ...clear, ...block(1), ...clear, ...block(2), 1, 2, 3];
    const bytes = new Uint8Array(Array(count).fill(sample).flat());
    const sizes = Array(count).fill(sample.length);
    const subsamples = Array(count).fill(Uint32Array.of(1, sample.length - 1));
    encryptCbcs(new BlockCipher(KEY), { iv: IV, pattern: VIDEO }, { bytes, sizes, subsamples });
    const [first, second, third] = CBC.toHex().match(/.{32}/g)!;
    const skipped = "07".repeat(9 * 16);
    const expected = `09${first}${skipped}${second}${skipped}${third}010203`;
    assertEquals(bytes.toHex(), expected.repeat(count));
  });
}
