import { assertEquals } from "@std/assert";
import type { TrackInput } from "../../lib/input/track_input.ts";
import { lastAsLong, measureSeconds } from "../../lib/presentation/durations.ts";
import { buildTable } from "./synthetic_track.ts";

const pairs: [a: number, b: number, same: boolean][] = [
  [10, 10, true],
  [10, 10.1, true],
  [10, 10.11, false],
  [2, 2.09, true],
  [2, 2.11, false],
  [100, 101, true],
  [101, 100, true],
  [100, 101.1, false],
  [0, 0, true],
];

for (const [a, b, same] of pairs) {
  Deno.test(`lastAsLong() returns ${same} for ${a} s and ${b} s`, () => {
    assertEquals(lastAsLong(a, b), same);
  });
}

function input(type: TrackInput["type"], seconds: number): TrackInput {
  const track = {
    timescale: 1000,
    samples: buildTable({ durations: [400, 1000 * seconds - 400] }),
  };
  return { type, track, edit: { start: 0, end: Infinity } } as unknown as TrackInput;
}

const files: [what: string, inputs: TrackInput[], seconds: number][] = [
  ["video, whatever its audio", [input("audio", 9), input("video", 4), input("video", 5)], 5],
  ["audio without video", [input("image", 9), input("audio", 4)], 4],
  ["subtitles and thumbnails", [input("text", 9), input("image", 9)], 0],
];

for (const [what, inputs, seconds] of files) {
  Deno.test(`measureSeconds() of ${what} is ${seconds}`, async () => {
    assertEquals(await measureSeconds(inputs), seconds);
  });
}
