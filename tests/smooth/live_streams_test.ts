import { assertEquals } from "@std/assert";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import {
  describePeriods,
  findExact,
  findNearest,
  isContinuedBy,
} from "../../lib/smooth/live_streams.ts";
import { createBroadcast } from "../archive/recorded_broadcast.ts";
import { growPeriod, ladder, movie, SECOND } from "./growing_periods.ts";

function createRendition(timescale: number, ...times: number[]): MediaRendition {
  const timeline = { times: Float64Array.from(times) };
  return { timing: { timescale }, timeline } as unknown as MediaRendition;
}

const cases: [
  what: string,
  rendition: MediaRendition,
  time: number,
  exact: number,
  near: number,
][] = [
  ["a start", createRendition(1000, 0, 2000, 4000), 20_000_000, 1, 1],
  ["the end", createRendition(1000, 0, 2000, 4000), 40_000_000, -1, -1],
  ["a time before the first segment", createRendition(1000, 2000, 4000), 0, -1, -1],
  ["a negative time", createRendition(1000, 0, 2000), -1, -1, 0],
  ["a start that is a fraction of a tick", createRendition(3, 0, 1, 2), 3_333_333, 1, 1],
  [
    "less than a millisecond before a start",
    createRendition(1000, 0, 2000, 4000),
    19_990_001,
    -1,
    1,
  ],
  ["more than that before a start", createRendition(1000, 0, 2000, 4000), 19_989_999, -1, -1],
  ["one of several starts in a millisecond", createRendition(1e7, 0, 10, 20, 30), 10, 1, 2],
  ["a start in a timescale finer than ticks", createRendition(3e7, 0, 10, 20), 3, 1, 1],
];

for (const [what, rendition, time, exact, near] of cases) {
  Deno.test(`findExact() and findNearest() find ${what}`, () => {
    assertEquals([findExact(rendition, time), findNearest(rendition, time)], [exact, near]);
  });
}

Deno.test("describePeriods() counts time from the epoch, in ticks", () => {
  const periods = [growPeriod(ladder), growPeriod(ladder, { number: 2, start: SECOND })];
  const described = describePeriods(createBroadcast(periods));
  assertEquals(described.map(({ origin }) => origin), [0, 134_567_890]);
  assertEquals(described.map(({ streams }) => streams.map(({ name }) => name)), [
    ["video_und", "audio_eng"],
    ["video_und", "audio_eng"],
  ]);
});

Deno.test("isContinuedBy() is true of later periods with the same configurations and bit rates", () => {
  const later = (presentation = ladder, start = SECOND) =>
    growPeriod(presentation, { number: 2, start });
  const [same, other, before] = [later(), later(movie), later(ladder, 0)].map((next) => {
    const [first, second] = describePeriods(createBroadcast([growPeriod(ladder), next]));
    return isContinuedBy(first!, second!);
  });
  assertEquals([same, other, before], [true, false, false]);
});
