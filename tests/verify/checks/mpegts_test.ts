import { AUDIO_PID, VIDEO_PID } from "../../../lib/hls/ts_muxer.ts";
import { planTsSegment } from "../../../lib/hls/mpegts_segment.ts";
import type { MediaRendition, Presentation } from "../../../lib/presentation/presentation.ts";
import { assertFinds, type Expected, inMutatedSegment, MUTATED, mutatePlan } from "../mutations.ts";
import {
  addTicks,
  addToPcr,
  findPackets,
  findPesStarts,
  inPlace,
  removePacket,
} from "../ts_bytes.ts";
import { CLEAR } from "../../clear_protection.ts";

const FILES = ["pair-avc-aac.mp4"];

/** Video samples before the mutated segment. */
const BEFORE = 50;

/** Index in the mutated segment of a sample with a DTS, and its number in the track. */
const INDEX = 6;
const SAMPLE = BEFORE + INDEX + 1;

const inSegment = inMutatedSegment("MPEG-TS");

/** Changes the PES packet of a video sample in place. */
function inSample(
  index: number,
  change: (bytes: Uint8Array, place: { at: number; payload: number }) => void,
): (bytes: Uint8Array) => Uint8Array {
  return inPlace((bytes) => change(bytes, findPesStarts(bytes, VIDEO_PID)[index]!));
}

type Case = [what: string, change: (bytes: Uint8Array) => Uint8Array, expected: Expected];

const cases: Case[] = [
  [
    "a continuity counter off by one",
    inPlace((bytes) => bytes[findPackets(bytes, VIDEO_PID)[9]!.at + 3]! ^= 1),
    inSegment("continuity counter"),
  ],
  [
    "a missing packet",
    (bytes) => removePacket(bytes, findPackets(bytes, VIDEO_PID)[9]!.at),
    inSegment("continuity counter"),
  ],
  ["a truncated packet", (bytes) => bytes.subarray(0, -1), inSegment("packets")],
  ["a missing sync byte", inPlace((bytes) => bytes[188 * 5] = 0), inSegment("packets")],
  [
    "a packet of an unknown PID",
    inPlace((bytes) => bytes[188 * 5 + 2] = 0x99),
    inSegment("packets"),
  ],
  [
    "a scrambled packet",
    inPlace((bytes) => bytes[188 * 5 + 3]! |= 0x80),
    inSegment("packets"),
  ],
  ["a wrong CRC", inPlace((bytes) => bytes[188 + 4 + 1 + 15]! ^= 1), inSegment("tables")],
  ["no tables", (bytes) => bytes.subarray(2 * 188), inSegment("tables")],
  ["no bytes", (bytes) => bytes.subarray(0, 0), inSegment("tables")],
  ["all audio after all video", moveAudioLast, inSegment("order")],
  [
    "a PTS off by one",
    inSample(INDEX, (bytes, { payload }) => addTicks(bytes, payload + 9, 1)),
    inSegment("PTS", SAMPLE),
  ],
  [
    "a DTS off by one",
    inSample(INDEX, (bytes, { payload }) => addTicks(bytes, payload + 14, 1)),
    inSegment("DTS", SAMPLE),
  ],
  [
    "a timestamp without its markers",
    inSample(INDEX, (bytes, { payload }) => bytes[payload + 9]! &= 0xFE),
    inSegment("PES"),
  ],
  [
    "a damaged PES packet",
    inSample(INDEX, (bytes, { payload }) => bytes[payload] = 1),
    inSegment("PES"),
  ],
  [
    "the sample of a damaged PES packet",
    inSample(INDEX, (bytes, { payload }) => bytes[payload] = 1),
    inSegment("lost sample", SAMPLE),
  ],
  [
    "a key frame that is not declared",
    inSample(0, (bytes, { at }) => bytes[at + 5]! &= ~0x40),
    inSegment("random access", BEFORE + 1),
  ],
  [
    "a sample declared as a key frame",
    inSample(INDEX, (bytes, { at }) => bytes[at + 5]! |= 0x40),
    inSegment("random access", SAMPLE),
  ],
  [
    "a missing data_alignment_indicator",
    inSample(INDEX, (bytes, { payload }) => bytes[payload + 6]! &= ~4),
    inSegment("PES", SAMPLE),
  ],
  [
    "a wrong stream_id",
    inSample(INDEX, (bytes, { payload }) => bytes[payload + 3] = 0xE1),
    inSegment("PES", SAMPLE),
  ],
  [
    "a PCR off by one",
    inSample(INDEX, (bytes, { at }) => addToPcr(bytes, at, 1)),
    inSegment("PCR"),
  ],
  [
    "a PCR before the previous one",
    inSample(INDEX, (bytes, { at }) => addToPcr(bytes, at, -9000)),
    inSegment("PCR"),
  ],
  [
    "a PCR after the DTS",
    inSample(INDEX, (bytes, { at }) => addToPcr(bytes, at, 63001)),
    inSegment("PCR"),
  ],
  [
    "PCRs that are too far apart",
    inPlace((bytes) => {
      for (const { at } of findPesStarts(bytes, VIDEO_PID).slice(1, 5)) removePcr(bytes, at);
    }),
    inSegment("PCR"),
  ],
  [
    "a segment that starts without a PCR",
    inSample(0, (bytes, { at }) => removePcr(bytes, at)),
    inSegment("PCR"),
  ],
  [
    "a PCR in audio packets",
    inPlace((bytes) => {
      const roomy = ({ at }: { at: number }) => bytes[at + 3]! & 0x20 && bytes[at + 4]! >= 7;
      const { at } = findPackets(bytes, AUDIO_PID).find(roomy)!;
      bytes[at + 5]! |= 0x10;
    }),
    inSegment("PCR"),
  ],
  [
    "a wrong byte of video",
    inSample(INDEX, (bytes, { payload }) => bytes[payload + 30]! ^= 0x55),
    inSegment("bytes", SAMPLE),
  ],
  [
    "a missing delimiter",
    inSample(INDEX, (bytes, { payload }) => bytes[payload + 23] = 6),
    inSegment("delimiter", SAMPLE),
  ],
  [
    "a wrong SPS",
    inSample(0, (bytes, { payload }) => bytes[payload + 19 + 6 + 6]! ^= 1),
    inSegment("parameter sets", BEFORE + 1),
  ],
  [
    "a wrong PTS of audio",
    inPlace((bytes) => addTicks(bytes, findPesStarts(bytes, AUDIO_PID)[3]!.payload + 9, 1)),
    inSegment("PTS"),
  ],
  [
    "a wrong sample rate of audio",
    inPlace((bytes) => bytes[findPesStarts(bytes, AUDIO_PID)[0]!.payload + 14 + 2]! ^= 4),
    inSegment("ADTS"),
  ],
  [
    "an invalid ADTS frame",
    inPlace((bytes) => bytes[findPesStarts(bytes, AUDIO_PID)[0]!.payload + 14] = 0),
    inSegment("frames"),
  ],
  [
    "a wrong byte of audio",
    inPlace((bytes) => bytes[findPesStarts(bytes, AUDIO_PID)[0]!.payload + 14 + 60]! ^= 1),
    inSegment("bytes"),
  ],
  [
    "a wrong PES_packet_length of audio",
    inPlace((bytes) => bytes[findPesStarts(bytes, AUDIO_PID)[0]!.payload + 5]! ^= 1),
    inSegment("PES"),
  ],
];

/** Sorts packets by stream. */
function moveAudioLast(bytes: Uint8Array): Uint8Array {
  const all = [0, 0x1000, VIDEO_PID, AUDIO_PID].flatMap((pid) => findPackets(bytes, pid));
  return Uint8Array.from(all.flatMap(({ at }) => [...bytes.subarray(at, at + 188)]));
}

function removePcr(bytes: Uint8Array, at: number): void {
  bytes[at + 5]! &= ~0x10;
}

for (const [what, change, expected] of cases) {
  Deno.test(`verify() finds ${what} in MPEG-TS`, async () => {
    await assertFinds(FILES, () => ({
      mpegtsSegment: (presentation, rendition, index) => {
        const plan = planTsSegment(presentation, rendition, { index, protection: CLEAR });
        return index === MUTATED ? mutatePlan(plan, change) : plan;
      },
    }), expected);
  });
}

/** Rendition whose mutated segment ends some samples later. */
function moveEnd(rendition: MediaRendition, by: number): MediaRendition {
  const samples = rendition.timeline.samples.slice();
  samples[MUTATED + 1]! += by;
  return { ...rendition, timeline: { ...rendition.timeline, samples } };
}

/** Rendition whose mutated segment starts 0.1 s earlier, as its audio does. */
function moveStart(rendition: MediaRendition): MediaRendition {
  const times = rendition.timeline.times.slice();
  times[MUTATED]! -= rendition.timing.timescale / 10;
  return { ...rendition, timeline: { ...rendition.timeline, times } };
}

function removeAudio(presentation: Presentation): Presentation {
  const others = [...presentation.renditions].filter(([, { type }]) => type !== "audio");
  return { ...presentation, renditions: new Map(others) };
}

type Build = (
  presentation: Presentation,
  rendition: MediaRendition,
) => ReturnType<typeof planTsSegment>;

const builds: [what: string, build: Build, expected: Expected][] = [
  [
    "a lost video sample",
    (presentation, rendition) =>
      planTsSegment(presentation, moveEnd(rendition, -1), { index: MUTATED, protection: CLEAR }),
    inSegment("lost sample", BEFORE + 50),
  ],
  [
    "a sample of the next segment",
    (presentation, rendition) =>
      planTsSegment(presentation, moveEnd(rendition, 1), { index: MUTATED, protection: CLEAR }),
    inSegment("extra sample"),
  ],
  [
    "missing audio",
    (presentation, rendition) =>
      planTsSegment(removeAudio(presentation), rendition, { index: MUTATED, protection: CLEAR }),
    inSegment("tables"),
  ],
  [
    "a gap in audio before the next segment",
    (presentation, rendition) =>
      planTsSegment(removeAudio(presentation), rendition, { index: MUTATED, protection: CLEAR }),
    { format: "MPEG-TS", segment: MUTATED + 2, rule: "bytes" },
  ],
  [
    "audio that starts before the video",
    (presentation, rendition) =>
      planTsSegment(presentation, moveStart(rendition), { index: MUTATED, protection: CLEAR }),
    inSegment("audio"),
  ],
  [
    "the content of another segment",
    (presentation, rendition) =>
      planTsSegment(presentation, rendition, { index: 2, protection: CLEAR }),
    inSegment("DTS", BEFORE + 1),
  ],
];

for (const [what, build, expected] of builds) {
  Deno.test(`verify() finds ${what} in MPEG-TS`, async () => {
    await assertFinds(FILES, () => ({
      mpegtsSegment: (presentation, rendition, index) =>
        index === MUTATED
          ? build(presentation, rendition)
          : planTsSegment(presentation, rendition, { index, protection: CLEAR }),
    }), expected);
  });
}

Deno.test("verify() finds audio that is in no segment", async () => {
  await assertFinds(FILES, () => ({
    mpegtsSegment: (presentation, rendition, index) =>
      planTsSegment(index === 2 ? removeAudio(presentation) : presentation, rendition, {
        index,
        protection: CLEAR,
      }),
  }), { format: "MPEG-TS", rule: "lost sample" });
});

Deno.test("verify() finds a missing slice of a large MPEG-TS segment", async () => {
  await assertFinds(FILES, () => ({
    mpegtsSegment: (presentation, rendition, index) => {
      const plan = planTsSegment(presentation, rendition, { index, protection: CLEAR });
      return { ...plan, slices: (bytes, min) => plan.slices!(bytes, min).slice(1) };
    },
  }), { format: "MPEG-TS", segment: 1, rule: "slices" });
});
