/** Mutations of media whose segments are encrypted as a whole. */

import { encryptAes128, toSequenceIv } from "../../../lib/drm/aes128.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import { GENERATORS, type Generators } from "../../../lib/verify/generators.ts";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import { assertFinds, type Expected, MUTATED, mutatePlan } from "../mutations.ts";
import type { ProtectionOptions } from "../../protected_presentations.ts";

const FILES = ["pair-avc-aac.mp4"];
const AES_128: ProtectionOptions = { scheme: "aes-128", servesKeys: true };

function omitEncryption({ encryption: _, ...rendition }: MediaRendition): MediaRendition {
  return rendition;
}

/** Encrypts a clear segment with another number. */
function encrypt(rendition: MediaRendition, clear: SegmentPlan, sequence: number): SegmentPlan {
  const key = rendition.encryption!.key.key.reveal();
  return mutatePlan(
    clear,
    (bytes) => new Uint8Array(encryptAes128(key, toSequenceIv(sequence), bytes)),
  );
}

const CASES: [what: string, change: () => Partial<Generators>, expected: Expected][] = [
  [
    "clear segments",
    () => ({
      cmafSegment: (rendition, index) => GENERATORS.cmafSegment(omitEncryption(rendition), index),
    }),
    { format: "CMAF", rule: "in the clear" },
  ],
  [
    "clear segments that cannot be decrypted",
    () => ({
      cmafSegment: (rendition, index) => GENERATORS.cmafSegment(omitEncryption(rendition), index),
    }),
    { format: "CMAF", rule: "protection" },
  ],
  [
    "segments with numbers from 1 on",
    () => ({
      cmafSegment: (rendition, index) =>
        encrypt(rendition, GENERATORS.cmafSegment(omitEncryption(rendition), index), index + 1),
    }),
    { format: "CMAF", segment: 1, rule: "protection" },
  ],
  [
    "key frames with the numbers of their segments",
    () => ({
      keyFrame: (rendition, time) =>
        encrypt(rendition, GENERATORS.keyFrame(omitEncryption(rendition), time), 99),
    }),
    { format: "CMAF key frames", rule: "protection" },
  ],
  [
    "clear segments",
    () => ({
      mpegtsSegment: (presentation, rendition, index) =>
        GENERATORS.mpegtsSegment(presentation, omitEncryption(rendition), index),
    }),
    { format: "MPEG-TS", rule: "in the clear" },
  ],
  [
    "segments with numbers from 1 on",
    () => ({
      mpegtsSegment: (presentation, rendition, index) =>
        encrypt(
          rendition,
          GENERATORS.mpegtsSegment(presentation, omitEncryption(rendition), index),
          index + 1,
        ),
    }),
    { format: "MPEG-TS", segment: 1, rule: "tables" },
  ],
  [
    "a cut segment",
    () => ({
      mpegtsSegment(presentation, rendition, index) {
        const plan = GENERATORS.mpegtsSegment(presentation, rendition, index);
        return index === MUTATED ? mutatePlan(plan, (bytes) => bytes.subarray(0, -1)) : plan;
      },
    }),
    { format: "MPEG-TS", segment: MUTATED + 1, rule: "protection" },
  ],
];

for (const [what, change, expected] of CASES) {
  Deno.test(`verify() finds ${what} in ${expected.format} with aes-128`, async () => {
    await assertFinds(FILES, change, expected, AES_128);
  });
}

Deno.test("verify() finds packed audio with numbers from 1 on with aes-128", async () => {
  await assertFinds(
    ["tone-aac-mono.m4a"],
    () => ({
      packedAudioSegment: (rendition, index) =>
        encrypt(
          rendition,
          GENERATORS.packedAudioSegment(omitEncryption(rendition), index),
          index + 1,
        ),
    }),
    { format: "MPEG-TS", segment: 1, rule: "time tag" },
    AES_128,
  );
});

Deno.test("verify() finds clear packed audio with aes-128", async () => {
  await assertFinds(
    ["tone-aac-mono.m4a"],
    () => ({
      packedAudioSegment: (rendition, index) =>
        GENERATORS.packedAudioSegment(omitEncryption(rendition), index),
    }),
    { format: "MPEG-TS", rule: "in the clear" },
    AES_128,
  );
});
