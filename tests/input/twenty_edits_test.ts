/** Twenty edits whose bounds are those of no packet and no frame: errors stay within each edit (docs/design/timing.md). */

import { assert, assertEquals } from "@std/assert";
import type { Edit } from "../../lib/mp4/movie.ts";
import { PresentedSamples } from "../../lib/mp4/samples/presented.ts";
import { MOVIE_TIMESCALE } from "../presentation/synthetic_track.ts";
import { edit, join } from "./joined_edits.ts";

const EDITS = 20;

/** In ms: 41.6 frames, and 71.8 packets. */
const DURATION = 1667;

/** In ms, from the start of one edit to that of the next one in the file. */
const DISTANCE = 3331;

const PACKET = 1024;
const SAMPLE_RATE = 44_100;
const FRAME = 3003;
const VIDEO_TIMESCALE = 75_000;

/** 24.975 frames a second, and a key frame each 48 of them. */
const FRAMES = {
  durations: FRAME,
  count: 1800,
  syncs: Array.from({ length: 38 }, (_, i) => 48 * i),
};
const PACKETS = { durations: PACKET, count: 3000 };

function listEdits(timescale: number): Edit[] {
  return Array.from(
    { length: EDITS },
    (_, i) => edit(DURATION, Math.round(i * DISTANCE * timescale / 1000)),
  );
}

/** Packets `[first, end)` of each edit by their centres, up to the one at the end of the last edit; computed with fractions. */
// deno-fmt-ignore
const PACKET_RANGES = [
  [0, 72], [143, 215], [287, 359], [430, 502], [574, 646], [717, 789], [861, 933], [1004, 1076],
  [1148, 1219], [1291, 1363], [1435, 1506], [1578, 1650], [1721, 1793], [1865, 1937], [2008, 2080],
  [2152, 2224], [2295, 2367], [2439, 2511], [2582, 2654], [2726, 2798],
];

/** Frames `[first, end)` that each edit presents, without the one that is on screen when it starts. */
// deno-fmt-ignore
const FRAME_RANGES = [
  [0, 42], [84, 125], [167, 209], [250, 292], [333, 375], [416, 458], [500, 541], [583, 624],
  [666, 708], [749, 791], [832, 874], [916, 957], [999, 1040], [1082, 1124], [1165, 1207],
  [1248, 1290], [1332, 1373], [1415, 1456], [1498, 1540], [1581, 1623],
];

/** A sample that is presented: in seconds, when, and where it is in the file. */
interface Shown {
  readonly time: number;
  readonly mediaTime: number;
  /** Index in the file. */
  readonly index: number;
  readonly duration: number;
}

async function listShown(type: "video" | "audio"): Promise<Shown[]> {
  const [columns, timescale] = type === "video"
    ? [FRAMES, VIDEO_TIMESCALE]
    : [PACKETS, SAMPLE_RATE];
  const { track, timing, source } = await join(columns, timescale, listEdits(timescale), type);
  const presented = new PresentedSamples(track.samples);
  const { offsets } = track.samples.readSamples(timing.first, timing.end);
  const [start] = source.samples.readSamples(0, 1).offsets;
  const shown: Shown[] = [];
  for (let i = timing.first; i < timing.end; i++) {
    if (!presented.has(i)) continue;
    const index = (offsets[i - timing.first]! - start!) / 100; // each sample has 100 bytes
    shown.push({
      index,
      duration: (timing.decodeTime(i + 1) - timing.decodeTime(i)) / timing.timescale,
      time: timing.presentationTime(i) / timing.timescale,
      mediaTime: source.samples.decodeTime(index) / timescale,
    });
  }
  return shown;
}

/** Samples of an edit, by the time of their media: edits are not adjacent in the file. */
function selectEdit(shown: readonly Shown[], index: number): Shown[] {
  const [start, end] = [index * DISTANCE, index * DISTANCE + DURATION].map((ms) => ms / 1000);
  return shown.filter(({ mediaTime }) => mediaTime > start! - 0.1 && mediaTime < end! + 0.1);
}

/** Half a tick of the slowest timescale, to which times are rounded. */
const ROUNDING = 0.5 / SAMPLE_RATE + 1e-9;

for (const type of ["video", "audio"] as const) {
  Deno.test(`joinEdits() of twenty edits presents ${type} at the time of each`, async () => {
    const shown = await listShown(type);
    const ranges = Array.from({ length: EDITS }, (_, i) => {
      const own = selectEdit(shown, i).map(({ index }) => index).sort((a, b) => a - b);
      return [own[0]!, own.at(-1)! + 1];
    });
    assertEquals(ranges, type === "video" ? FRAME_RANGES : PACKET_RANGES);
    for (let i = 0; i < EDITS; i++) {
      const own = selectEdit(shown, i);
      assertEquals(own.length, ranges[i]![1]! - ranges[i]![0]!);
      for (const { time, mediaTime } of own) {
        const exact = mediaTime - i * DISTANCE / 1000 + i * DURATION / MOVIE_TIMESCALE;
        assert(Math.abs(time - exact) <= 2 * ROUNDING, `${time} s in edit ${i}, not ${exact} s`);
      }
    }
  });
}

Deno.test("joinEdits() of twenty edits starts and ends audio within half a packet of each", async () => {
  const shown = await listShown("audio");
  const half = PACKET / 2 / SAMPLE_RATE + ROUNDING;
  for (let i = 0; i < EDITS; i++) {
    const own = selectEdit(shown, i);
    const [start, end] = [i * DURATION / 1000, (i + 1) * DURATION / 1000];
    const { time, duration } = own.at(-1)!;
    const last = time + (i + 1 < EDITS ? PACKET / SAMPLE_RATE : duration); // the last packet is shorter
    assert(Math.abs(own[0]!.time - start) <= half, `edit ${i} starts at ${own[0]!.time} s`);
    assert(Math.abs(last - end) <= half, `edit ${i} ends at ${last} s`);
  }
});

Deno.test("joinEdits() of twenty edits ends audio and video within 25 ms of each other", async () => {
  const [video, audio] = [await listShown("video"), await listShown("audio")];
  const [lastFrame, lastPacket] = [video.at(-1)!, audio.at(-1)!];
  const [inVideo, inAudio] = [lastFrame, lastPacket].map(({ time, mediaTime }) => mediaTime - time);
  assert(Math.abs(inVideo! - inAudio!) < 2 * ROUNDING); // the same media at the same time
  const [videoEnd, audioEnd] = [lastFrame, lastPacket].map(({ time, duration }) => time + duration);
  assert(Math.abs(videoEnd! - EDITS * DURATION / 1000) <= ROUNDING);
  assert(Math.abs(audioEnd! - EDITS * DURATION / 1000) <= ROUNDING);
});
