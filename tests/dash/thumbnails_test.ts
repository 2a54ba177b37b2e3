import { assertEquals } from "@std/assert";
import { findImageCadence, type ImageCadence } from "../../lib/dash/thumbnails.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";

/** Times in a timescale of 10; duration in seconds; start of a clip in seconds. */
const cases: [
  what: string,
  times: number[],
  duration: number,
  start: number,
  cadence: ImageCadence | undefined,
][] = [
  ["an even cadence", [0, 20, 40, 60], 6, 0, { duration: 20, startNumber: 0 }],
  ["a shorter last image", [0, 20, 40, 45], 4.5, 0, { duration: 20, startNumber: 0 }],
  ["a last image that ends late", [0, 20, 40, 60], 5, 0, { duration: 20, startNumber: 0 }],
  ["a clip of whole images", [40, 60, 80], 4, 4, { duration: 20, startNumber: 2 }],
  ["a clip that starts within an image", [40, 60, 80], 3.5, 4.5, undefined],
  ["a late start", [10, 30, 50], 5, 0, undefined],
  ["an odd start", [30, 50, 70], 4, 3, undefined],
  ["an uneven cadence", [0, 20, 41, 60], 6, 0, undefined],
  ["an end before that of the video", [0, 20, 40], 6, 0, undefined],
  ["a longer last image", [0, 20, 60], 6, 0, undefined],
  ["one image", [0, 60], 6, 0, undefined],
];

function find(times: number[], duration: number, start: number) {
  const timeline = { times: Float64Array.from(times) };
  const rendition = { timeline, timing: { timescale: 10 } } as unknown as MediaRendition;
  const selection = start > 0 ? { start: { ticks: start * 2, timescale: 2 } } : undefined;
  const presentation = { duration: { ticks: duration * 1000, timescale: 1000 }, selection };
  return findImageCadence(rendition, presentation as unknown as Presentation);
}

for (const [what, times, duration, start, cadence] of cases) {
  Deno.test(`findImageCadence() of ${what}`, () => {
    assertEquals(find(times, duration, start), cadence);
  });
}
