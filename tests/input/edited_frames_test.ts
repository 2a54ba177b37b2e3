/** Random edits, and many of them: what is on screen, and that errors do not add up. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { type PresentedEdit, readEditList } from "../../lib/input/edit_list.ts";
import type { Edit, Track } from "../../lib/mp4/movie.ts";
import { getCompositionTime } from "../../lib/mp4/samples/sample_table.ts";
import { type Columns, MOVIE_TIMESCALE } from "../presentation/synthetic_track.ts";
import { edit, empty, join } from "./joined_edits.ts";

/** Returns pseudo-random integers of `[0, max)`. */
function createRandom(seed: number): (max: number) => number {
  let state = seed;
  return (max) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor(state / 2 ** 32 * max);
  };
}

/** Frames in presentation order of groups of pictures with up to two B-frames, decoded as late as possible. */
function buildRandomVideo(random: (max: number) => number): Columns {
  const order: number[] = [];
  const syncs: number[] = [];
  for (let next = 0; next < 60;) {
    if (order.length === next && (next === 0 || random(3) === 0)) {
      syncs.push(order.length);
      order.push(next++);
    }
    const count = random(3);
    order.push(next + count, ...Array.from({ length: count }, (_, i) => next + i));
    next += count + 1;
  }
  const offsets = order.map((shown, decoded) => 40 * (shown - decoded + 2));
  return { durations: 40, count: order.length, compositionOffsets: offsets, syncs };
}

function buildRandomEdits(random: (max: number) => number): Edit[] {
  return Array.from(
    { length: 2 + random(6) },
    () => random(5) === 0 ? empty(random(300)) : edit(1 + random(900), random(2000)),
  );
}

/** Returns the frame of the file that is on screen at a time in ms: during what is no media, the last one. */
function findExpectedFrame({ samples }: Track, edits: readonly PresentedEdit[], time: number) {
  const composed = Array.from({ length: samples.count }, (_, i) => getCompositionTime(samples, i));
  const end = Math.max(...composed) + 40;
  for (
    const edit of edits.filter(({ start, movieTime }) => start < end && movieTime <= time).reverse()
  ) {
    const inFile = Math.min(time - edit.movieTime + edit.start, edit.end - 1);
    const shown = composed.indexOf(Math.max(...composed.filter((it) => it <= inFile)));
    if (shown >= 0) return shown;
  }
  return undefined;
}

for (let seed = 1; seed <= 200; seed++) {
  Deno.test(`joinEdits() shows the frame of the file at each time: case ${seed}`, async () => {
    const random = createRandom(seed);
    const columns = buildRandomVideo(random);
    const { track, timing, source } = await join(columns, 1000, buildRandomEdits(random));
    const edits = readEditList(source, MOVIE_TIMESCALE);
    if (edits.length === 1) return;
    const { samples, timescale } = track;
    const { offsets } = samples.readSamples(0, samples.count);
    const frames = Array.from(offsets, (offset, i) => ({
      sample: offset / 100 - 10,
      time: timing.presentationTime(i) / timescale * 1000,
    })).sort((a, b) => a.time - b.time);
    for (let i = 0; i < samples.count; i++) {
      assertLess(timing.decodeTime(i), timing.decodeTime(i + 1));
      assert(timing.decodeTime(i) <= timing.presentationTime(i) + timing.mediaTime);
      assert(i === 0 || frames[i - 1]!.time < frames[i]!.time);
    }
    assertLess(timing.mediaTime / timescale, 0.161); // as the file
    for (let time = 0; time < frames.at(-1)!.time; time++) {
      const shown = frames.findLast((frame) => frame.time < time + 0.5); // hidden ones last less than 0.5 ms
      assertEquals(shown?.sample, findExpectedFrame(source, edits, time), `at ${time} ms`);
    }
  });
}

Deno.test("joinEdits() presents audio and video in sync after 20 edits", async () => {
  const [frame, packet] = [1001, 1024];
  const video: Columns = {
    durations: frame,
    count: 1500,
    syncs: Array.from({ length: 60 }, (_, i) => 25 * i),
  };
  const audio: Columns = { durations: packet, count: 2200 };
  const starts = Array.from({ length: 20 }, (_, i) => 1.2345 + (i * 7 % 20) * 2.2);
  const toEdits = (timescale: number) =>
    starts.map((start) => edit(737, Math.round(start * timescale)));
  const cut = {
    video: await join(video, 30_000, toEdits(30_000)),
    audio: await join(audio, 48_000, toEdits(48_000), "audio"),
  };
  for (const { track, timing, source } of Object.values(cut)) {
    let edits = 0;
    for (const [i, start] of starts.entries()) {
      const at = timing.indexAt((0.737 * (i + 0.5)) * track.timescale + timing.mediaTime);
      const { offsets } = track.samples.readSamples(at, at + 1);
      const inFile = source.samples.decodeTime(offsets[0]! / 100 - 10) / source.timescale;
      const error = timing.presentationTime(at) / track.timescale - (0.737 * i + inFile - start);
      assertLess(Math.abs(error), 0.00006);
      edits++;
    }
    assertEquals(edits, 20);
  }
  const packets = cut.audio.timing;
  for (let i = 0; i < packets.end - 1; i++) {
    const duration = packets.decodeTime(i + 1) - packets.decodeTime(i);
    assert(duration > 0 && duration < 2 * packet, `packet ${i} lasts ${duration}`);
  }
});
