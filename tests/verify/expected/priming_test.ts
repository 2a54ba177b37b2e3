import { assertEquals } from "@std/assert";
import type { Track } from "../../../lib/mp4/movie.ts";
import { computeOpusRoll, findPriming } from "../../../lib/verify/expected/priming.ts";
import { buildTrack } from "../../presentation/synthetic_track.ts";

/** Packets of 20 ms. */
const PACKETS = buildTrack({ durations: 20, count: 500 }, 1000);

const cases: [
  what: string,
  family: string,
  track: Partial<Track>,
  start: number,
  expected: number,
][] = [
  ["one packet", "aac", {}, 1005, 49],
  ["none where there is none", "aac", {}, 5, 0],
  ["80 ms of Opus", "opus", {}, 1005, 46],
  ["what there is of Opus", "opus", {}, 50, 0],
  ["as many as a file declares", "opus", { rollDistance: -2 }, 1005, 48],
  ["as many as its group prol declares", "mhm1", { preRollDistance: -3 }, 1005, 47],
  ["the greater number", "aac", { rollDistance: -5, preRollDistance: -3 }, 1005, 45],
  ["packets of at most 9 s", "aac", { rollDistance: -32_768 }, 9905, 46],
];

for (const [what, family, track, start, expected] of cases) {
  Deno.test(`findPriming() finds ${what}: ${family} from ${start} ms`, () => {
    assertEquals(findPriming({ track: { ...PACKETS, ...track }, family }, start), expected);
  });
}

Deno.test("computeOpusRoll() returns the packets of 80 ms", () => {
  assertEquals(computeOpusRoll(PACKETS), -4);
  assertEquals(computeOpusRoll(buildTrack({ durations: 60, count: 2 }, 1000)), -2);
});
