import { planPackedAudio } from "../../../lib/hls/packed_audio.ts";
import { assertFinds, findRendition, MUTATED, mutatePlan } from "../mutations.ts";
import { inPlace } from "../ts_bytes.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { CLEAR } from "../../clear_protection.ts";

/** Size of the ID3 tag of packed audio. */
const TAG = 10 + 10 + 45 + 8;

const mutations: [
  what: string,
  file: string,
  change: (bytes: Uint8Array) => Uint8Array,
  rule: Rule,
][] = [
  [
    "a timestamp off by one",
    "tone-aac-mono.m4a",
    inPlace((bytes) => bytes[TAG - 1]! ^= 1),
    "time tag",
  ],
  ["no ID3 tag", "tone-aac-mono.m4a", (bytes) => bytes.subarray(TAG), "time tag"],
  [
    "a tag of an unknown owner",
    "tone-aac-mono.m4a",
    inPlace((bytes) => bytes[25]! ^= 1),
    "time tag",
  ],
  ["a lost frame", "tone-aac-mono.m4a", removeFrame, "lost sample"],
  [
    "a wrong configuration",
    "tone-aac-mono.m4a",
    inPlace((bytes) => bytes[TAG + 3]! ^= 0x40),
    "ADTS",
  ],
  ["a truncated frame", "tone-aac-mono.m4a", (bytes) => bytes.subarray(0, -1), "frames"],
  [
    "a missing program config element",
    "tone-aac-pce.mp4",
    inPlace((bytes) => bytes[TAG + 7]! ^= 8),
    "ADTS",
  ],
  ["a lost frame of AC-3", "tone-ac3-surround.mp4", removeBytes(TAG, 768), "lost sample"],
  [
    "a wrong byte of AC-3",
    "tone-ac3-surround.mp4",
    inPlace((bytes) => bytes[TAG + 99]! ^= 1),
    "bytes",
  ],
  [
    "a wrong byte of MP3",
    "tone-mp3-stereo.mp4",
    inPlace((bytes) => bytes[TAG + 99]! ^= 1),
    "bytes",
  ],
];

function removeFrame(bytes: Uint8Array): Uint8Array {
  const size = (bytes[TAG + 3]! & 3) * 2048 + bytes[TAG + 4]! * 8 + (bytes[TAG + 5]! >> 5);
  return removeBytes(TAG, size)(bytes);
}

function removeBytes(at: number, size: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + size)]);
}

for (const [what, file, change, rule] of mutations) {
  Deno.test(`verify() finds ${what} in packed audio of ${file}`, async () => {
    await assertFinds([file], (presentation) => ({
      packedAudioSegment: (_, index) => {
        const plan = planPackedAudio(findRendition(presentation, "audio"), index, CLEAR);
        return index === MUTATED ? mutatePlan(plan, change) : plan;
      },
    }), { format: "MPEG-TS", segment: MUTATED + 1, rule });
  });
}
