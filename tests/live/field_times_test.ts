/** What users of other servers report of live streams, at the segmenter. */

import { assert, assertEquals } from "@std/assert";
import { NOW, type RecordedPeriod, TestChannel } from "./channel.ts";
import { Encoder, toShortTfdt } from "./encoder.ts";

/** Seconds from each segment of the first track to the next: EXTINF. */
function listDurations({ began, chunks }: RecordedPeriod): number[] {
  const { timescale } = began.tracks[0]!.live.track;
  const starts = chunks.filter(({ track, startsSegment }) => track === 0 && startsSegment)
    .map(({ run }) => run.time / timescale);
  return starts.slice(1).map((start, i) => start - starts[i]!);
}

for (const wraps of [1, 2]) {
  Deno.test(`segments last as long as before when times of 32 bits have wrapped ${wraps} times (OvenMediaEngine#1388, #1686)`, () => {
    const channel = new TestChannel();
    const request = channel.open();
    const start = (wraps * 2 ** 32 - 40_000) / 12800;
    const encoder = new Encoder({ start, tracks: ["video"] });
    request.push(encoder.init);
    for (let i = 0; i < 20; i++) {
      channel.wait(1);
      request.push(toShortTfdt(encoder.fragment(i)));
    }
    request.push(encoder.end).finish();
    assertEquals(channel.periods.length, 1);
    const durations = listDurations(channel.last);
    assertEquals(durations.length, 9);
    assertEquals(durations, durations.map(() => 2));
  });
}

/** A period may be this much too late until the next one corrects it. In seconds. */
const MAX_AHEAD = 2 + 1;

for (
  const [what, pace, start] of [
    ["1 % too fast", 0.99, 0],
    ["1 % too fast, with times in UTC", 0.99, NOW],
    ["on time", 1, 0],
  ] as const
) {
  Deno.test(`no segment has a date in the future where the encoder is ${what} (OvenMediaEngine#1845)`, () => {
    const channel = new TestChannel();
    const encoder = new Encoder({ start });
    const request = channel.open().push(encoder.init);
    for (let i = 0; i < 1800; i++) {
      channel.wait(pace);
      request.push(encoder.fragment(i));
    }
    assert(channel.periods.length > (pace < 1 ? 5 : 0));
    for (const { began, chunks } of channel.periods) {
      for (const { track, run, arrival } of chunks) {
        const { timescale } = began.tracks[track]!.live.track;
        const length = run.durations.reduce((sum, duration) => sum + duration, 0);
        const end = began.start / 1e6 + (run.time + length) / timescale;
        assert(end <= arrival / 1e6 + MAX_AHEAD, `${end - arrival / 1e6} s ahead`);
      }
    }
  });
}
