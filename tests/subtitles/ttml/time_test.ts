import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { TtmlClock } from "../../../lib/subtitles/ttml/clock.ts";
import { parseTtmlTime } from "../../../lib/subtitles/ttml/time.ts";

/** The defaults of TTML: 30 frames per second, a tick per second. */
const CLOCK: TtmlClock = { nominalFrameRate: 30, frameRate: 30, subFrameRate: 1, tickRate: 1 };
const NTSC = { frameRate: 30000 / 1001, timeCode: "dropNTSC" as const };
const PAL_M = { frameRate: 30000 / 1001, timeCode: "dropPAL" as const };
const FILM = { nominalFrameRate: 24, frameRate: 24 * 0.999, timeCode: "nonDrop" as const };

const times: [expression: string, clock: Partial<TtmlClock>, milliseconds: number][] = [
  ["00:00:01.5", {}, 1500],
  ["00:00:01,5", {}, 1500],
  ["01:02:03", {}, 3723000],
  ["100:00:00.001", {}, 360000001],
  ["00:00:01:12", { frameRate: 24 }, 1500],
  ["00:00:01:15", {}, 1500],
  ["00:00:01:12.5", { frameRate: 25, subFrameRate: 10 }, 1500],
  ["1.5s", {}, 1500],
  ["1500ms", {}, 1500],
  ["0.5m", {}, 30000],
  ["0.5h", {}, 1800000],
  ["36f", { frameRate: 24 }, 1500],
  ["15000000t", { tickRate: 10000000 }, 1500],
  ["3t", {}, 3000],
  [" 1.5s ", {}, 1500],
  ["1.5", {}, 1500],
  ["1,5s", {}, 1500],
  // SMPTE ST 12-1: frame 1800 is 1:00;02, and 10 minutes have 17982 frames
  ["00:00:59;29", NTSC, 1799 * 1001 / 30],
  ["00:01:00;02", NTSC, 1800 * 1001 / 30],
  ["00:10:00;00", NTSC, 17982 * 1001 / 30],
  // TTML1 §N.3: dropPAL skips four frame numbers in even minutes, except 0, 20 and 40
  ["00:01:59:29", PAL_M, 3599 * 1001 / 30],
  ["00:02:00:04", PAL_M, 3600 * 1001 / 30],
  ["00:20:00:00", PAL_M, (36000 - 36) * 1001 / 30],
  // time code counts frames; media time counts seconds
  ["01:00:00:00", FILM, 3600 / 0.999 * 1000],
  ["01:00:00", FILM, 3600 / 0.999 * 1000],
  ["01:00:00:00", { ...FILM, timeCode: undefined }, 3600 * 1000],
  ["00:00:01:12", FILM, 36 / 24 / 0.999 * 1000],
  ["01:00:00:00", { frameRate: 30000 / 1001, timeCode: "nonDrop" }, 3603600],
  ["00:02:09:760", { hasColonMilliseconds: true }, 129760],
  ["00:02:09:004", { hasColonMilliseconds: true, timeCode: "nonDrop" }, 129004],
  ["00:02:09:15", { hasColonMilliseconds: true }, 129500],
  ["0:06.620", {}, 6620],
  ["00:15", {}, 15000],
  ["100:00,5", {}, 6000500],
];

for (const [expression, clock, milliseconds] of times) {
  Deno.test(`parseTtmlTime() parses ${expression} ${JSON.stringify(clock)}`, () => {
    const seconds = parseTtmlTime(expression, { ...CLOCK, ...clock });
    assertAlmostEquals(seconds! * 1000, milliseconds, 1e-6);
  });
}

const invalid = [
  "",
  "soon",
  "-1s",
  "1e3s",
  "1.s",
  "1 s",
  "1d",
  "00:",
  "1:2:3:",
  "1:222:3",
  "0:06.",
  "1:2.3:4",
  ":15",
];

for (const text of invalid) {
  Deno.test(`parseTtmlTime() returns undefined for "${text}"`, () => {
    assertEquals(parseTtmlTime(text, CLOCK), undefined);
  });
}
