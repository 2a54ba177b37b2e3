/** Ten hours appended segment by segment. */

import { assert, assertEquals } from "@std/assert";
import type { SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import {
  computeBandwidths,
  extendBandwidth,
  getBandwidths,
} from "../../lib/presentation/bandwidth.ts";
import type { BandwidthState } from "../../lib/presentation/bandwidth.ts";
import {
  buildRegularBoundaries,
  getReferenceBoundaries,
} from "../../lib/presentation/boundaries.ts";
import type { Boundaries } from "../../lib/presentation/boundaries.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { DurationSegmenter, segmentByDuration } from "../../lib/presentation/sample_segmenter.ts";
import { computeSegmentSizes } from "../../lib/presentation/segment_sizes.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import type { TimedTrack, Timeline } from "../../lib/presentation/segment_timeline.ts";
import { limitTimeline } from "../growing_presentation.ts";
import { LONG_AUDIO, LONG_VIDEO, openLongMovie } from "../long_movie.ts";
import type { SyntheticTrack } from "../robustness/synthetic_movie.ts";

const REGULAR = buildRegularBoundaries(2);
const SNAPSHOTS = 50;
const TARGET = 2;

/** Calls of the sample table per appended segment, with those per frame of the reordering window. */
const MAX_CALLS_PER_SEGMENT = 700;
/** Samples that a segment's sizes and header may scan. */
const MAX_SAMPLES_PER_SEGMENT = 400;

class Work {
  calls = 0;
  samples = 0;
}

/** Shows the samples `[0, end)` of a track, and counts the calls of their table. */
function limit({ track, timing }: MediaRendition, end: number, work: Work): TimedTrack {
  const table = new Proxy(track.samples, {
    get(target, key) {
      if (key === "count") return end;
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== "function") return value;
      return (...args: never[]) => {
        work.calls++;
        const [first, last] = args as unknown as [number | Float64Array, number];
        if (typeof first === "object") work.samples += first.at(-1)! - first[0]!;
        else if (last !== undefined) work.samples += last - first;
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  }) as SampleTable;
  const limited = {
    ...timing,
    end,
    decodeTime: (index: number) => (work.calls++, timing.decodeTime(index)),
    presentationTime: (index: number) => (work.calls++, timing.presentationTime(index)),
    indexAt: (time: number) => Math.min(timing.indexAt(time), end - 1),
  };
  return { table, timing: limited };
}

function copy(timeline: Timeline): Timeline {
  return structuredClone(timeline);
}

async function open(track: SyntheticTrack): Promise<MediaRendition> {
  const presentation = await openLongMovie(track);
  presentation.close();
  return [...presentation.renditions.values()][0] as MediaRendition;
}

for (const [name, track] of Object.entries({ LONG_VIDEO, LONG_AUDIO })) {
  Deno.test(`DurationSegmenter appends ${name} at a cost in proportion to what is new`, async () => {
    const whole = await open(track);
    const { timeline: batch, timing } = whole;
    const count = countSegments(batch);
    const listed: { snapshot: Timeline; copy: Timeline }[] = [];
    const segmenter = new DurationSegmenter(limit(whole, batch.samples[1]!, new Work()), REGULAR);
    let bandwidth: BandwidthState | undefined;
    for (let i = 0; i < count; i++) {
      const work = new Work();
      segmenter.append(limit(whole, batch.samples[i + 1]!, work), REGULAR);
      const snapshot = segmenter.snapshot();
      assert(work.calls <= MAX_CALLS_PER_SEGMENT, `${work.calls} calls for segment ${i}`);
      assert(work.samples <= MAX_SAMPLES_PER_SEGMENT, `${work.samples} samples for segment ${i}`);
      if (!snapshot) continue;
      const sizes = computeSegmentSizes({ ...whole, timeline: last(snapshot) });
      bandwidth = extendBandwidth(bandwidth, sizes, TARGET);
      assert(bandwidth.last.length < 4);
      if (i % Math.floor(count / SNAPSHOTS) === 9) {
        listed.push({ snapshot, copy: copy(snapshot) });
      }
    }
    assert(listed.length >= SNAPSHOTS);
    assert(bandwidth!.count >= count - 2);

    const closed = segmenter.close();
    for (const one of listed) {
      assertEquals(one.snapshot, one.copy);
      assertEquals(one.copy, limitTimeline(batch, countSegments(one.copy)));
    }
    const unchanged = Math.min(count, countSegments(closed)) - 1; // the tail rule joins the last two
    assertEquals(limitTimeline(closed, unchanged - 1), limitTimeline(batch, unchanged - 1));
    const sizes = computeSegmentSizes({ ...whole, timeline: closed });
    const extended = extendBandwidth(bandwidth, sizes.slice(bandwidth!.count), TARGET);
    assertEquals(getBandwidths(extended), computeBandwidths(sizes, TARGET));
    assertEquals(closed.samples.at(-1), timing.end);
    assertEquals(closed.times.at(-1), batch.times.at(-1));
  });
}

/** Returns the last segment. */
function last(timeline: Timeline): Timeline {
  const { times, samples, decodeTimes, firstSampleTimes, bytes, headers } = timeline;
  return {
    times: times.subarray(-2),
    samples: samples.subarray(-2),
    decodeTimes: decodeTimes.subarray(-2),
    firstSampleTimes: firstSampleTimes.subarray(-1),
    bytes: bytes.subarray(-1),
    headers: headers.subarray(-1),
  };
}

Deno.test("DurationSegmenter aligns audio with video that grows", async () => {
  const [video, audio] = [await open(LONG_VIDEO), await open(LONG_AUDIO)];
  const toBoundaries = (timeline: Timeline): Boundaries =>
    getReferenceBoundaries(video, timeline, REGULAR);
  const expected = segmentByDuration(
    { table: audio.track.samples, timing: audio.timing },
    toBoundaries(video.timeline),
  );
  const work = new Work();
  const start = { ...REGULAR, isGrowing: true };
  const segmenter = new DurationSegmenter(limit(audio, 1, work), start);
  const seconds = audio.timing.decodeTime(audio.timing.end) / audio.timing.timescale;
  const step = Math.floor(audio.timing.end / 300);
  let boundaries: Boundaries = start;
  for (let end = step; end < audio.timing.end; end += step) {
    const listed = Math.floor(countSegments(video.timeline) * (end / audio.timing.end));
    const timeline = limitTimeline(video.timeline, Math.max(1, listed));
    boundaries = { ...toBoundaries(timeline), isGrowing: true };
    segmenter.append(limit(audio, end, work), boundaries);
    const snapshot = segmenter.snapshot();
    if (snapshot) assertEquals(copy(snapshot), limitTimeline(expected, countSegments(snapshot)));
  }
  segmenter.append(limit(audio, audio.timing.end, work), toBoundaries(video.timeline));
  assert(seconds > 35_000);
  assertEquals(segmenter.close(), expected);
});
