import { planPackedAudio } from "../../../lib/hls/packed_audio.ts";
import { altered, findsIn, PLANTED, renditionOf } from "../mutations.ts";
import { patch } from "../ts_bytes.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

/** Bytes of the ID3 tag in front of packed audio. */
const TAG = 10 + 10 + 45 + 8;

const packed: [
  what: string,
  file: string,
  change: (bytes: Uint8Array) => Uint8Array,
  rule: Rule,
][] = [
  ["a time off by one", "tone-aac-mono.m4a", patch((bytes) => bytes[TAG - 1]! ^= 1), "time tag"],
  ["no time", "tone-aac-mono.m4a", (bytes) => bytes.subarray(TAG), "time tag"],
  ["a tag of another owner", "tone-aac-mono.m4a", patch((bytes) => bytes[25]! ^= 1), "time tag"],
  ["a frame that is lost", "tone-aac-mono.m4a", withoutFrame, "lost sample"],
  ["another configuration", "tone-aac-mono.m4a", patch((bytes) => bytes[TAG + 3]! ^= 0x40), "ADTS"],
  ["a frame that is cut off", "tone-aac-mono.m4a", (bytes) => bytes.subarray(0, -1), "frames"],
  [
    "no element that says its channels",
    "tone-aac-pce.mp4",
    patch((bytes) => bytes[TAG + 7]! ^= 8),
    "ADTS",
  ],
  ["a frame of AC-3 that is lost", "tone-ac3-surround.mp4", without(TAG, 768), "lost sample"],
  ["a byte of AC-3", "tone-ac3-surround.mp4", patch((bytes) => bytes[TAG + 99]! ^= 1), "bytes"],
  ["a byte of MP3", "tone-mp3-stereo.mp4", patch((bytes) => bytes[TAG + 99]! ^= 1), "bytes"],
];

function withoutFrame(bytes: Uint8Array): Uint8Array {
  const size = (bytes[TAG + 3]! & 3) * 2048 + bytes[TAG + 4]! * 8 + (bytes[TAG + 5]! >> 5);
  return without(TAG, size)(bytes);
}

function without(at: number, size: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + size)]);
}

for (const [what, file, change, rule] of packed) {
  Deno.test(`verify() finds ${what} in packed audio of ${file}`, async () => {
    await findsIn([file], (presentation) => ({
      packedAudioSegment: (_, index) => {
        const plan = planPackedAudio(renditionOf(presentation, "audio"), index);
        return index === PLANTED ? altered(plan, change) : plan;
      },
    }), { format: "MPEG-TS", segment: PLANTED + 1, rule });
  });
}
