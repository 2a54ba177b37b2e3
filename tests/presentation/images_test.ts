import { assertEquals } from "@std/assert";
import { findImage } from "../../lib/presentation/images.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";

/** Thumbnails at 0, 2 and 4 s, to 6 s. */
const IMAGES = {
  type: "image",
  name: "thumbs",
  timeline: { times: Float64Array.of(0, 200, 400, 600) },
  timing: { timescale: 100 },
} as MediaRendition;

function presentation(...renditions: MediaRendition[]): Pick<Presentation, "renditions"> {
  return { renditions: new Map(renditions.map((rendition) => [rendition.name, rendition])) };
}

const cases: [seconds: number | undefined, time: number][] = [
  [undefined, 0],
  [0, 0],
  [1.99, 0],
  [2, 200],
  [5.999, 400],
  [6, 400],
  [9e9, 400],
];

for (const [seconds, time] of cases) {
  Deno.test(`findImage() returns the image at ${seconds ?? "a tenth"} s`, () => {
    assertEquals(findImage(presentation(IMAGES), seconds), { rendition: IMAGES, time });
  });
}

Deno.test("findImage() returns the first image before it is shown, and none without images", () => {
  const late = { ...IMAGES, timeline: { ...IMAGES.timeline, times: Float64Array.of(100, 200) } };
  assertEquals(findImage(presentation(late), 0)!.time, 100);
  const video: MediaRendition = { ...IMAGES, type: "video" };
  assertEquals(findImage(presentation(video), 0), undefined);
  assertEquals(findImage(presentation(video, { ...late, name: "other" }))!.time, 100);
});
