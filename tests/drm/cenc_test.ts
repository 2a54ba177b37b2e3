import { assertEquals } from "@std/assert";
import { createCipheriv } from "node:crypto";
import { BlockCipher } from "../../lib/drm/block_cipher.ts";
import { encryptCenc } from "../../lib/drm/cenc.ts";
import type { ProtectedSamples } from "../../lib/drm/protected_samples.ts";
import { hex } from "../codecs/entry.ts";
import { Prng } from "../robustness/prng.ts";
import { KEY } from "./nist_vectors.ts";
import {
  copySamples,
  listProtectedRanges,
  randomBytes,
  randomSamples,
  type SampleShape,
} from "./random_samples.ts";

/** One AES-CTR stream for the protected bytes of each sample. */
function encryptStraightforwardly(ivs: Uint8Array, samples: ProtectedSamples): void {
  for (const [i, ranges] of listProtectedRanges(samples).entries()) {
    const counter = new Uint8Array(16);
    counter.set(ivs.subarray(8 * i, 8 * i + 8));
    const cipher = createCipheriv("aes-128-ctr", KEY, counter);
    for (const range of ranges) range.set(cipher.update(range));
  }
}

const SHAPES: SampleShape[] = [
  { seed: "audio", samples: 100, maxRange: 400, maxSubsamples: 0 },
  { seed: "tiny", samples: 200, maxRange: 40, maxSubsamples: 0 },
  { seed: "video", samples: 30, maxRange: 3000, maxSubsamples: 8 },
  { seed: "tiny slices", samples: 50, maxRange: 20, maxSubsamples: 40 },
  { seed: "more than a batch", samples: 6, maxRange: 200_000, maxSubsamples: 4 },
  { seed: "no samples", samples: 0, maxRange: 1, maxSubsamples: 0 },
];

for (const shape of SHAPES) {
  Deno.test(`encryptCenc() encrypts as one AES-CTR stream per sample: ${shape.seed}`, () => {
    const samples = randomSamples(shape);
    const ivs = randomBytes(new Prng("IVs"), 8 * shape.samples);
    const expected = copySamples(samples);
    encryptStraightforwardly(ivs, expected);
    const clear = samples.bytes.toHex();
    encryptCenc(new BlockCipher(KEY), ivs, samples);
    assertEquals(samples.bytes.toHex() === expected.bytes.toHex(), true);
    assertEquals(samples.bytes.toHex() === clear, clear === "");
    encryptCenc(new BlockCipher(KEY), ivs, samples);
    assertEquals(samples.bytes.toHex() === clear, true);
  });
}

Deno.test("encryptCenc() applies E(IV ‖ block number), which continues through subsamples", () => {
  const bytes = new Uint8Array(2 + 16 + 3 + 20 + 1);
  const ivs = hex("ffffffffffffffff");
  const subsamples = [Uint32Array.of(2, 16, 3, 20, 1, 0)];
  encryptCenc(new BlockCipher(KEY), ivs, { bytes, sizes: [bytes.length], subsamples });
  const keystream = new BlockCipher(KEY).encrypt(hex(`
    ffffffffffffffff 0000000000000000  ffffffffffffffff 0000000000000001
    ffffffffffffffff 0000000000000002`)).toHex();
  const expected = `0000${keystream.slice(0, 32)}000000${keystream.slice(32, 72)}00`;
  assertEquals(bytes.toHex(), expected);
});
