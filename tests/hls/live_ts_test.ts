/** Segments of MPEG-TS never change, while the window slides and when their period is over. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import {
  findFirstTsSegment,
  getMuxedAudio,
  getMuxedAudioSamples,
  getMuxedAudioTail,
} from "../../lib/hls/mpegts_support.ts";
import { getPlaylistBandwidths } from "../../lib/hls/stored_bandwidths.ts";
import { boundTsBandwidths } from "../../lib/hls/ts_bandwidth_bound.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import { recordPresentation, selectSegments } from "../archive/recorded_broadcast.ts";
import { CLEAR } from "../clear_protection.ts";
import { TsDemuxer } from "../mpegts.ts";

/** Six segments of 2 s. */
const ladder = await recordPresentation("ladder-avc-240p.mp4", "ladder-aac-eng.mp4");
const [video, audio] = getMedia(ladder) as [MediaRendition, MediaRendition];
const isLive = true;

async function read(presentation: Presentation, index: number): Promise<Uint8Array> {
  const rendition = presentation.renditions.get(video.name) as MediaRendition;
  const plan = planTsSegment(presentation, rendition, { index, protection: CLEAR });
  return await readPlan(plan, new Uint8Array());
}

const digest = async (bytes: Uint8Array) =>
  new Uint8Array(await crypto.subtle.digest("SHA-1", bytes.slice())).toHex();

const first = await Promise.all(
  [0, 1, 2, 3, 4].map(async (i) => digest(await read({ ...ladder, isLive }, i))),
);

/** Replaces properties of the timeline of a rendition. */
function change(
  presentation: Presentation,
  name: string,
  timeline: Partial<MediaRendition["timeline"]>,
): Presentation {
  const rendition = presentation.renditions.get(name) as MediaRendition;
  const changed = { ...rendition, timeline: { ...rendition.timeline, ...timeline } };
  return { ...presentation, renditions: new Map(presentation.renditions).set(name, changed) };
}

Deno.test("planTsSegment() plans the same bytes wherever the window starts", async () => {
  for (const start of [1, 2, 4]) {
    const window = selectSegments({ ...ladder, isLive }, { first: start, end: 6 });
    for (let i = start; i < 5; i++) {
      assertEquals(await digest(await read(window, i - start)), first[i], `${i} from ${start}`);
    }
  }
});

Deno.test("planTsSegment() plans the same bytes when the period is over", async () => {
  for (let i = 0; i < 5; i++) assertEquals(await digest(await read(ladder, i)), first[i]);
  const early = change(ladder, video.name, { ending: "boundary" });
  assertEquals(
    await digest(await read(early, 5)),
    await digest(await read({ ...early, isLive }, 5)),
  );
});

Deno.test("planTsSegment() has all audio in the last segment, which is not listed before", async () => {
  const over = selectSegments(ladder, { first: 0, end: 5 }, [video.name]);
  const last = change(over, video.name, { ending: "open" });
  assert((await read(last, 4)).length > (await read(ladder, 4)).length);
  assertThrows(
    () =>
      planTsSegment({ ...last, isLive }, last.renditions.get(video.name) as MediaRendition, {
        index: 4,
        protection: CLEAR,
      }),
    RequestError,
    "its audio is not complete yet",
  );
});

Deno.test("getMuxedAudioSamples() gives the last segment of a recording 2 s of the audio after it", () => {
  const list = (segments: number, ending: "open" | "boundary") => {
    const over = change(
      selectSegments(ladder, { first: 0, end: segments }, [video.name]),
      video.name,
      { ending },
    );
    const tracks = { video: over.renditions.get(video.name) as MediaRendition, audio };
    const { end } = getMuxedAudioSamples(over, tracks, segments - 1);
    return [end, getMuxedAudioTail(over, tracks), getMuxedAudioTail({ isLive: true }, tracks)];
  };
  const starts = Array.from(audio.timeline.samples); // of segments of 2 s
  assertEquals(list(3, "boundary"), [starts[3], 0, 0]);
  assertEquals(list(3, "open"), [starts[4], 2, 0]);
  assertEquals(list(6, "open")[0], audio.timing.end);
});

Deno.test("boundTsBandwidths() is above what is measured of a recording whose audio is longer than video", () => {
  const cut = selectSegments(ladder, { first: 0, end: 1 }, [video.name]);
  const over = change(cut, video.name, { ending: "open" });
  const rendition = over.renditions.get(video.name) as MediaRendition;
  const derived = new DerivedValues(over);
  const measured = getPlaylistBandwidths("ts", rendition, { presentation: over, derived });
  const bound = boundTsBandwidths(over, rendition);
  assert(bound.bandwidth >= measured.bandwidth, `${bound.bandwidth}, ${measured.bandwidth}`);
  assert(bound.averageBandwidth >= measured.averageBandwidth);
  const closed = change(cut, video.name, { ending: "boundary" });
  const early = boundTsBandwidths(closed, closed.renditions.get(video.name) as MediaRendition);
  assert(bound.bandwidth >= early.bandwidth + 2 * audio.bandwidth); // 3 s of audio within a second
  assert(bound.averageBandwidth >= early.averageBandwidth + audio.averageBandwidth);
});

Deno.test("findFirstTsSegment() skips segments whose audio is no longer listed", () => {
  const find = (firstAudio: number) => {
    const window = selectSegments(selectSegments(ladder, { first: 1, end: 6 }), {
      first: firstAudio - 1,
      end: 5,
    }, [audio.name]);
    assertEquals(getMuxedAudio(window)?.name, audio.name);
    return findFirstTsSegment(window, window.renditions.get(video.name) as MediaRendition);
  };
  assertEquals([1, 2, 3, 5].map(find), [0, 1, 2, 4]);
  const late = selectSegments(selectSegments(ladder, { first: 0, end: 6 }), { first: 2, end: 6 }, [
    audio.name,
  ]);
  assertThrows(
    () =>
      planTsSegment(late, late.renditions.get(video.name) as MediaRendition, {
        index: 1,
        protection: CLEAR,
      }),
    RequestError,
    "its audio is not listed",
  );
});

/** Moves all times of a rendition, as in a period that has lasted for so many seconds. */
function shift(rendition: MediaRendition, seconds: number): MediaRendition {
  const { timing, timeline } = rendition;
  const ticks = seconds * timing.timescale;
  const add = (times: Float64Array) => times.map((time) => time + ticks);
  return {
    ...rendition,
    timing: {
      ...timing,
      decodeTime: (index) => timing.decodeTime(index) + ticks,
      presentationTime: (index) => timing.presentationTime(index) + ticks,
      indexAt: (time) => timing.indexAt(time - ticks),
    },
    timeline: {
      ...timeline,
      times: add(timeline.times),
      decodeTimes: add(timeline.decodeTimes),
      firstOrdinal: seconds / 2,
    },
  };
}

Deno.test("planTsSegment() wraps times at 2^33 in a period of more than a day", async () => {
  const seconds = Math.floor(2 ** 33 / 90000) - 14; // and 10 s are added to all times
  const [before, after] = await Promise.all([0, seconds].map(async (count) => {
    const renditions = new Map(getMedia(ladder).map((one) => [one.name, shift(one, count)]));
    const demuxer = new TsDemuxer();
    for (let i = 1; i < 5; i++) demuxer.read(await read({ ...ladder, renditions, isLive }, i));
    return demuxer;
  }));
  const listTimes = ({ streams, pcrs }: TsDemuxer) => [
    ...[...streams.values()].flatMap(({ packets }) =>
      packets.flatMap(({ pts, dts }) => [pts, dts])
    ),
    ...pcrs,
  ];
  const wrapped = listTimes(before!).map((time) => (time + 90000 * seconds) % 2 ** 33);
  assertEquals(listTimes(after!), wrapped);
  assert(wrapped.some((time) => time < 1e6) && wrapped.some((time) => time > 2 ** 33 - 1e6));
});
