/** No decode time that AMS writes is negative, whatever the times of the file. */

import { assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { ByteReader } from "../lib/bytes.ts";
import { planKeyFrame } from "../lib/cmaf/key_frame.ts";
import { planCmafSegment } from "../lib/cmaf/segment.ts";
import { MediaError } from "../lib/errors.ts";
import { isSupportedInTs } from "../lib/hls/mpegts_support.ts";
import { planTsSegment } from "../lib/hls/mpegts_segment.ts";
import { planPackedAudio } from "../lib/hls/packed_audio.ts";
import { planTsKeyFrame } from "../lib/hls/ts_key_frame.ts";
import { readBoxes } from "../lib/mp4/box.ts";
import { readMoof } from "../lib/mp4/moof.ts";
import { listKeyFrames } from "../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../lib/presentation/presentation.ts";
import { countSegments } from "../lib/presentation/segment_timeline.ts";
import { planSmoothFragment } from "../lib/smooth/fragment.ts";
import { buildSmoothStreams } from "../lib/smooth/streams.ts";
import { readPlan, type SegmentPlan } from "../lib/storage/read_plan.ts";
import { memorySource } from "./mp4/movie_file.ts";
import { readId3Timestamp, TsDemuxer } from "./mpegts.ts";
import { openInputs } from "./open_presentation.ts";
import { syntheticMovie, type SyntheticTrack } from "./robustness/synthetic_movie.ts";
import { MEDIA, openTestdata } from "./sample_presentations.ts";
import { readFragment } from "./smooth_fragment.ts";
import { CLEAR } from "./clear_protection.ts";

/** A NAL unit of two bytes, after its length. */
const SAMPLE = [0, 0, 0, 2, 0x41, 0x9a];

const FRAMES = 101;
const VIDEO = { like: "test-avc-2997fps.mp4", sizes: { each: SAMPLE.length, count: FRAMES } };

/** Returns tables of frames that are decoded two frames before the one before them is presented, in a pyramid of B-frames. */
function encodeAsX264(times: readonly number[]): Partial<SyntheticTrack> {
  const delay = times[2]! - times[0]!;
  const decoded = times.map((_, i) =>
    i < 2 ? times[i]! - times[0]! : times[i - 2]! - times[0]! + delay
  );
  const order = times.map((_, i) => i === 0 ? 0 : i + [3, 0, -2, -1][(i - 1) % 4]!);
  return {
    durations: decoded.map((time, i) => [1, (decoded[i + 1] ?? time + 40) - time]),
    compositionOffsets: order.map((frame, i) => [
      1,
      times[frame]! - times[0]! + delay - decoded[i]!,
    ]),
    syncs: [1],
    edits: [[0, delay]],
  };
}

const frames = (count: number, start = 0, duration = 40) =>
  Array.from({ length: count }, (_, i) => start + duration * i);

const movies: [what: string, tracks: SyntheticTrack[]][] = [
  ["a still stretch", [{
    ...VIDEO,
    ...encodeAsX264([...frames(50), ...frames(51, 62_000)]),
  }]],
  ["a still stretch at the start", [{
    ...VIDEO,
    ...encodeAsX264([0, ...frames(100, 60_000)]),
  }]],
  ["one frame in ten seconds", [{ ...VIDEO, ...encodeAsX264(frames(FRAMES, 0, 10_000)) }]],
  ["decode times a minute early", [{
    ...VIDEO,
    durations: [[FRAMES, 40]],
    compositionOffsets: [[FRAMES, 60_000]],
    edits: [[0, 60_000]],
  }]],
  ["a frame that is decoded a minute late", [{
    ...VIDEO,
    durations: [[FRAMES, 40]],
    compositionOffsets: [[50, 60_000], [1, 0], [50, 60_000]],
    edits: [[0, 60_000]],
  }]],
  ["audio whose edit starts in a gap", [
    { ...VIDEO, durations: [[FRAMES, 40]], syncs: [1] },
    {
      like: "tone-aac-mono.m4a",
      timescale: 44100,
      sizes: { each: SAMPLE.length, count: 40 },
      durations: [[2, 1024], [1, 2_000_000], [37, 1024]],
      edits: [[0, 1_500_000]],
    },
    {
      like: "tone-aac-24khz.mp4",
      timescale: 24000,
      sizes: { each: SAMPLE.length, count: 40 },
      durations: [[2, 1024], [1, 2_000_000], [37, 1024]],
      edits: [[0, 1_500_000]],
    },
  ]],
];

for (const [what, tracks] of movies) {
  Deno.test(`no decode time is negative in a movie with ${what}`, async () => {
    const file = syntheticMovie(tracks, SAMPLE.length * FRAMES);
    for (let i = 0; i < SAMPLE.length * FRAMES; i++) file[8 + i] = SAMPLE[i % SAMPLE.length]!;
    const { source } = memorySource(file);
    const presentation = await openInputs([{ file: "film.mp4" }], {
      segmentDuration: 6,
      open: () => source,
    });
    assertEquals(presentation.renditions.size, tracks.length);
    await checkTimes(presentation);
  });
}

for (const media of MEDIA) {
  Deno.test(`no decode time is negative in ${media}`, async () => {
    const presentation = await openTestdata([media]).catch((error) => error);
    if (presentation instanceof MediaError) {
      assertEquals(presentation.code, "MEDIA_UNSUPPORTED");
      return;
    }
    await checkTimes(presentation);
    presentation.close();
  });
}

async function checkTimes(presentation: Presentation): Promise<void> {
  for (const rendition of presentation.renditions.values()) {
    if (rendition.type === "text" || rendition.type === "image") continue;
    await checkCmaf(rendition);
    if (isSupportedInTs(rendition)) await checkMpegTs(presentation, rendition);
  }
  await checkSmooth(presentation);
}

async function read(plan: SegmentPlan): Promise<Uint8Array> {
  return await readPlan(plan, new Uint8Array(0));
}

function listSegments(rendition: MediaRendition): number[] {
  return Array.from({ length: countSegments(rendition.timeline) }, (_, i) => i);
}

/** Maximum time from the first decode time to presentation time 0, in seconds: MPEG-TS adds 10. */
const MAX_DELAY = 9;

async function checkCmaf(rendition: MediaRendition): Promise<void> {
  const { timing: { mediaTime, timescale } } = rendition;
  assertLess(mediaTime / timescale, MAX_DELAY, `${rendition.name}: media_time`);
  const plans = listSegments(rendition).map((i) => planCmafSegment(rendition, i, CLEAR));
  if (rendition.type === "video") {
    plans.push(...listKeyFrames(rendition).map((frame) => planKeyFrame(rendition, frame, CLEAR)));
  }
  for (const plan of plans) {
    readBoxes(new ByteReader(await read(plan)), { moof: checkMoof });
  }
}

/** Times are unsigned in version 0: those of negative numbers are large. */
function checkMoof(r: ByteReader): void {
  for (const { time, truns } of readMoof(r)) {
    assertLess(time!, 2 ** 52);
    for (const { rows } of truns) {
      const values = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
      for (let at = 0; at < rows.length; at += 4) assertLess(values.getUint32(at), 2 ** 31);
    }
  }
}

/** Timestamps have 33 bits: those of negative numbers are large. */
const MAX_TIMESTAMP = 2 ** 32;

async function checkMpegTs(presentation: Presentation, rendition: MediaRendition): Promise<void> {
  if (rendition.type === "audio") {
    for (const i of listSegments(rendition)) {
      const { time } = readId3Timestamp(await read(planPackedAudio(rendition, i, CLEAR)));
      assertLess(time, MAX_TIMESTAMP);
    }
    return;
  }
  const segments = listSegments(rendition).map((i) =>
    planTsSegment(presentation, rendition, { index: i, protection: CLEAR })
  );
  await checkPes(segments);
  for (const frame of listKeyFrames(rendition)) {
    await checkPes([planTsKeyFrame(rendition, frame, CLEAR)]);
  }
}

async function checkPes(plans: readonly SegmentPlan[]): Promise<void> {
  const demuxer = new TsDemuxer();
  for (const plan of plans) demuxer.read(await read(plan));
  for (const pcr of demuxer.pcrs) assertLess(pcr, MAX_TIMESTAMP);
  for (const { pid, packets } of demuxer.streams.values()) {
    for (const { dts, pts } of packets) {
      assertLess(pts, MAX_TIMESTAMP, `PTS of ${pid}`);
      assertLessOrEqual(dts, pts, `DTS of ${pid}`);
    }
  }
}

async function checkSmooth(presentation: Presentation): Promise<void> {
  for (const stream of buildSmoothStreams(presentation)) {
    for (const { rendition } of stream.levels) {
      for (let i = 0; i + 1 < stream.times.length; i++) {
        const { time } = readFragment(
          await read(planSmoothFragment(stream, rendition, { index: i, protection: CLEAR })),
        );
        assertLess(time, 2 ** 52);
      }
    }
  }
}
