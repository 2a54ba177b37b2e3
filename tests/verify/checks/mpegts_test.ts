import { AUDIO_PID, VIDEO_PID } from "../../../lib/hls/ts_muxer.ts";
import { planTsSegment } from "../../../lib/hls/mpegts_segment.ts";
import type { MediaRendition, Presentation } from "../../../lib/presentation/presentation.ts";
import { altered, type Expected, findsIn, PLANTED } from "../mutations.ts";
import { addTicks, addToClock, packetsOf, patch, startsOf, withoutPacket } from "../ts_bytes.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

const FILES = ["pair-avc-aac.mp4"];

/** Pictures before the planted segment. */
const BEFORE = 50;

/** A picture of the planted segment that has a DTS as well as a PTS, and its sample, from 1 on. */
const PICTURE = 6;
const SAMPLE = BEFORE + PICTURE + 1;

function inSegment(rule: Rule, sample?: number): Expected {
  const place = { format: "MPEG-TS", segment: PLANTED + 1 } as const;
  return sample === undefined ? { ...place, rule } : { ...place, rule, sample };
}

/** A change where the PES packet of a picture starts. */
function inPicture(
  picture: number,
  change: (bytes: Uint8Array, place: { at: number; payload: number }) => void,
): (bytes: Uint8Array) => Uint8Array {
  return patch((bytes) => change(bytes, startsOf(bytes, VIDEO_PID)[picture]!));
}

type Case = [what: string, change: (bytes: Uint8Array) => Uint8Array, expected: Expected];

const cases: Case[] = [
  [
    "a continuity counter off by one",
    patch((bytes) => bytes[packetsOf(bytes, VIDEO_PID)[9]!.at + 3]! ^= 1),
    inSegment("continuity counter"),
  ],
  [
    "a packet that is missing",
    (bytes) => withoutPacket(bytes, packetsOf(bytes, VIDEO_PID)[9]!.at),
    inSegment("continuity counter"),
  ],
  ["bytes that are no whole packets", (bytes) => bytes.subarray(0, -1), inSegment("packets")],
  ["a sync byte that is missing", patch((bytes) => bytes[188 * 5] = 0), inSegment("packets")],
  [
    "a packet of a PID that nobody knows",
    patch((bytes) => bytes[188 * 5 + 2] = 0x99),
    inSegment("packets"),
  ],
  [
    "a packet that is scrambled",
    patch((bytes) => bytes[188 * 5 + 3]! |= 0x80),
    inSegment("packets"),
  ],
  ["a CRC that is wrong", patch((bytes) => bytes[188 + 4 + 1 + 15]! ^= 1), inSegment("tables")],
  ["no tables", (bytes) => bytes.subarray(2 * 188), inSegment("tables")],
  ["nothing", (bytes) => bytes.subarray(0, 0), inSegment("tables")],
  ["all sound behind all pictures", soundLast, inSegment("order")],
  [
    "a PTS off by one",
    inPicture(PICTURE, (bytes, { payload }) => addTicks(bytes, payload + 9, 1)),
    inSegment("PTS", SAMPLE),
  ],
  [
    "a DTS off by one",
    inPicture(PICTURE, (bytes, { payload }) => addTicks(bytes, payload + 14, 1)),
    inSegment("DTS", SAMPLE),
  ],
  [
    "a timestamp without its markers",
    inPicture(PICTURE, (bytes, { payload }) => bytes[payload + 9]! &= 0xFE),
    inSegment("PES"),
  ],
  [
    "a PES packet that is lost",
    inPicture(PICTURE, (bytes, { payload }) => bytes[payload] = 1),
    inSegment("PES"),
  ],
  [
    "the picture of it",
    inPicture(PICTURE, (bytes, { payload }) => bytes[payload] = 1),
    inSegment("lost sample", SAMPLE),
  ],
  [
    "a key frame that isn't said to be one",
    inPicture(0, (bytes, { at }) => bytes[at + 5]! &= ~0x40),
    inSegment("random access", BEFORE + 1),
  ],
  [
    "a key frame that is none",
    inPicture(PICTURE, (bytes, { at }) => bytes[at + 5]! |= 0x40),
    inSegment("random access", SAMPLE),
  ],
  [
    "data that are not said to be aligned",
    inPicture(PICTURE, (bytes, { payload }) => bytes[payload + 6]! &= ~4),
    inSegment("PES", SAMPLE),
  ],
  [
    "another stream_id",
    inPicture(PICTURE, (bytes, { payload }) => bytes[payload + 3] = 0xE1),
    inSegment("PES", SAMPLE),
  ],
  [
    "a clock off by one",
    inPicture(PICTURE, (bytes, { at }) => addToClock(bytes, at, 1)),
    inSegment("PCR"),
  ],
  [
    "a clock that goes back",
    inPicture(PICTURE, (bytes, { at }) => addToClock(bytes, at, -9000)),
    inSegment("PCR"),
  ],
  [
    "a clock behind what is to be decoded",
    inPicture(PICTURE, (bytes, { at }) => addToClock(bytes, at, 63001)),
    inSegment("PCR"),
  ],
  [
    "clocks that are too far apart",
    patch((bytes) => {
      for (const { at } of startsOf(bytes, VIDEO_PID).slice(1, 5)) withoutClock(bytes, at);
    }),
    inSegment("PCR"),
  ],
  [
    "a segment that starts without a clock",
    inPicture(0, (bytes, { at }) => withoutClock(bytes, at)),
    inSegment("PCR"),
  ],
  [
    "a clock of the sound",
    patch((bytes) => {
      const roomy = ({ at }: { at: number }) => bytes[at + 3]! & 0x20 && bytes[at + 4]! >= 7;
      const { at } = packetsOf(bytes, AUDIO_PID).find(roomy)!;
      bytes[at + 5]! |= 0x10;
    }),
    inSegment("PCR"),
  ],
  [
    "a byte of a picture",
    inPicture(PICTURE, (bytes, { payload }) => bytes[payload + 30]! ^= 0x55),
    inSegment("bytes", SAMPLE),
  ],
  [
    "a delimiter that is none",
    inPicture(PICTURE, (bytes, { payload }) => bytes[payload + 23] = 6),
    inSegment("delimiter", SAMPLE),
  ],
  [
    "another SPS",
    inPicture(0, (bytes, { payload }) => bytes[payload + 19 + 6 + 6]! ^= 1),
    inSegment("parameter sets", BEFORE + 1),
  ],
  [
    "sound at another time",
    patch((bytes) => addTicks(bytes, startsOf(bytes, AUDIO_PID)[3]!.payload + 9, 1)),
    inSegment("PTS"),
  ],
  [
    "another rate of the sound",
    patch((bytes) => bytes[startsOf(bytes, AUDIO_PID)[0]!.payload + 14 + 2]! ^= 4),
    inSegment("ADTS"),
  ],
  [
    "a frame of sound that is none",
    patch((bytes) => bytes[startsOf(bytes, AUDIO_PID)[0]!.payload + 14] = 0),
    inSegment("frames"),
  ],
  [
    "a byte of the sound",
    patch((bytes) => bytes[startsOf(bytes, AUDIO_PID)[0]!.payload + 14 + 60]! ^= 1),
    inSegment("bytes"),
  ],
  [
    "a PES packet of sound that says another length",
    patch((bytes) => bytes[startsOf(bytes, AUDIO_PID)[0]!.payload + 5]! ^= 1),
    inSegment("PES"),
  ],
];

/** The same packets, those of each stream in their order. */
function soundLast(bytes: Uint8Array): Uint8Array {
  const all = [0, 0x1000, VIDEO_PID, AUDIO_PID].flatMap((pid) => packetsOf(bytes, pid));
  return Uint8Array.from(all.flatMap(({ at }) => [...bytes.subarray(at, at + 188)]));
}

function withoutClock(bytes: Uint8Array, at: number): void {
  bytes[at + 5]! &= ~0x10;
}

for (const [what, change, expected] of cases) {
  Deno.test(`verify() finds ${what} in a transport stream`, async () => {
    await findsIn(FILES, () => ({
      mpegtsSegment: (presentation, rendition, index) => {
        const plan = planTsSegment(presentation, rendition, index);
        return index === PLANTED ? altered(plan, change) : plan;
      },
    }), expected);
  });
}

/** The same rendition, whose planted segment ends a sample early, or holds one of the next. */
function cutElsewhere(rendition: MediaRendition, by: number): MediaRendition {
  const samples = rendition.timeline.samples.slice();
  samples[PLANTED + 1]! += by;
  return { ...rendition, timeline: { ...rendition.timeline, samples } };
}

/** The same rendition, whose planted segment seems to start 0.1 s earlier: the sound beside it does. */
function heardEarly(rendition: MediaRendition): MediaRendition {
  const times = rendition.timeline.times.slice();
  times[PLANTED]! -= rendition.timing.timescale / 10;
  return { ...rendition, timeline: { ...rendition.timeline, times } };
}

function withoutSound(presentation: Presentation): Presentation {
  const kept = [...presentation.renditions].filter(([, { type }]) => type !== "audio");
  return { ...presentation, renditions: new Map(kept) };
}

type Build = (
  presentation: Presentation,
  rendition: MediaRendition,
) => ReturnType<typeof planTsSegment>;

const builds: [what: string, build: Build, expected: Expected][] = [
  [
    "a picture that is lost",
    (presentation, rendition) => planTsSegment(presentation, cutElsewhere(rendition, -1), PLANTED),
    inSegment("lost sample", BEFORE + 50),
  ],
  [
    "a picture of the next segment",
    (presentation, rendition) => planTsSegment(presentation, cutElsewhere(rendition, 1), PLANTED),
    inSegment("extra sample"),
  ],
  [
    "sound that is left out",
    (presentation, rendition) => planTsSegment(withoutSound(presentation), rendition, PLANTED),
    inSegment("tables"),
  ],
  [
    "sound that the next segment goes on behind",
    (presentation, rendition) => planTsSegment(withoutSound(presentation), rendition, PLANTED),
    { format: "MPEG-TS", segment: PLANTED + 2, rule: "bytes" },
  ],
  [
    "sound before its pictures",
    (presentation, rendition) => planTsSegment(presentation, heardEarly(rendition), PLANTED),
    inSegment("audio"),
  ],
  [
    "another segment's place",
    (presentation, rendition) => planTsSegment(presentation, rendition, 2),
    inSegment("DTS", BEFORE + 1),
  ],
];

for (const [what, build, expected] of builds) {
  Deno.test(`verify() finds ${what} in a transport stream`, async () => {
    await findsIn(FILES, () => ({
      mpegtsSegment: (presentation, rendition, index) =>
        index === PLANTED
          ? build(presentation, rendition)
          : planTsSegment(presentation, rendition, index),
    }), expected);
  });
}

Deno.test("verify() finds sound that no segment has", async () => {
  await findsIn(FILES, () => ({
    mpegtsSegment: (presentation, rendition, index) =>
      planTsSegment(index === 2 ? withoutSound(presentation) : presentation, rendition, index),
  }), { format: "MPEG-TS", rule: "lost sample" });
});

Deno.test("verify() finds a stretch of a large transport stream that is another", async () => {
  await findsIn(FILES, () => ({
    mpegtsSegment: (presentation, rendition, index) => {
      const plan = planTsSegment(presentation, rendition, index);
      return { ...plan, slices: (bytes, least) => plan.slices!(bytes, least).slice(1) };
    },
  }), { format: "MPEG-TS", segment: 1, rule: "slices" });
});
