import { assert, assertEquals } from "@std/assert";
import { type RecordedPeriod, TestChannel } from "./channel.ts";
import { Encoder } from "./encoder.ts";

/** Decode spans of the segments of a track but the last, in seconds: EXTINF. */
function listDurations({ began, chunks }: RecordedPeriod, track: number): number[] {
  const { timescale } = began.tracks[track]!.live.track;
  const starts = chunks.filter((chunk) => chunk.track === track && chunk.startsSegment)
    .map(({ run }) => run.time / timescale);
  return starts.slice(1).map((start, i) => start - starts[i]!);
}

const gops: [fps: number, gop: number, target: number][] = [
  [25, 25, 2],
  [25, 61, 2],
  [50, 124, 3], // of 2.48 s: audio has segments of 2.517 s
  [25, 64, 3],
];

for (const [fps, gop, target] of gops) {
  Deno.test(`no segment rounds up to more than the target duration of ${target} s: GOPs of ${gop / fps} s`, () => {
    const channel = new TestChannel();
    const encoder = new Encoder({ fps, gop });
    const request = channel.open().push(encoder.init);
    for (let i = 0; i < 20; i++) {
      channel.wait(gop / fps);
      request.push(encoder.fragment(i));
    }
    request.push(encoder.end).finish();
    assertEquals(channel.targets, [target]);
    for (const track of [0, 1]) {
      const durations = listDurations(channel.last, track);
      assert(durations.length > 5);
      assertEquals(durations.filter((duration) => Math.round(duration) > target), []);
    }
  });
}
