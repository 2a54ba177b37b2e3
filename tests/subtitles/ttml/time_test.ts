import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { TtmlClock } from "../../../lib/subtitles/ttml/document.ts";
import { parseTtmlTime } from "../../../lib/subtitles/ttml/time.ts";

/** The defaults of TTML: 30 frames per second, a tick per second. */
const CLOCK: TtmlClock = { frameRate: 30, subFrameRate: 1, tickRate: 1, dropFrame: false };
const NTSC = { frameRate: 30000 / 1001, dropFrame: true };

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
];

for (const [expression, clock, milliseconds] of times) {
  Deno.test(`parseTtmlTime() parses ${expression} ${JSON.stringify(clock)}`, () => {
    const seconds = parseTtmlTime(expression, { ...CLOCK, ...clock });
    assertAlmostEquals(seconds! * 1000, milliseconds, 1e-6);
  });
}

const invalid = ["", "soon", "-1s", "1e3s", "1.s", "1 s", "1d", "00:01", "1:2:3:", "1:222:3"];

for (const text of invalid) {
  Deno.test(`parseTtmlTime() returns undefined for "${text}"`, () => {
    assertEquals(parseTtmlTime(text, CLOCK), undefined);
  });
}
