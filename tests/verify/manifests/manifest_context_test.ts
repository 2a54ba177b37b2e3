import { assertEquals } from "@std/assert";
import type { MediaRendition, Rendition } from "../../../lib/presentation/presentation.ts";
import {
  getPresentationEnd,
  getSegmentBoundaries,
  getSegmentStarts,
  isMedia,
} from "../../../lib/verify/manifests/manifest_context.ts";
import type { ManifestContext } from "../../../lib/verify/manifests/manifest_context.ts";

/** Earliest presentation and end of each measured segment; undefined: could not be read. */
type Measured = ([start: number, end: number] | undefined)[];

function measured(segments: Measured): ManifestContext {
  const cmaf = segments.map((segment) =>
    segment && { earliestPresentation: segment[0], presentationEnd: segment[1] }
  );
  return { measurements: new Map([["a", { cmaf }]]) } as unknown as ManifestContext;
}

const RENDITION = {
  name: "a",
  type: "audio",
  timeline: { times: Float64Array.of(0, 100, 200, 300) },
} as unknown as MediaRendition;

const cases: [what: string, segments: Measured, starts: number[], end: number][] = [
  ["segments", [[0, 99], [101, 202], [202, 299]], [0, 101, 202], 299],
  ["audio priming", [[-21, 100], [100, 200], [200, 300]], [0, 100, 200], 300],
  ["an unreadable segment", [[0, 99], undefined, [202, 299]], [0, 100, 202], 299],
  [
    "a frame of the second segment that ends last",
    [[0, 9], [101, 305], [202, 299]],
    [0, 101, 202],
    305,
  ],
  ["no measured segment", [], [0, 100, 200], 300],
];

for (const [what, segments, starts, end] of cases) {
  Deno.test(`getSegmentBoundaries() of ${what}`, () => {
    const context = measured(segments);
    assertEquals(getSegmentStarts(context, RENDITION), starts);
    assertEquals(getPresentationEnd(context, RENDITION), end);
    assertEquals(getSegmentBoundaries(context, RENDITION), [...starts, end]);
  });
}

Deno.test("getSegmentBoundaries() ends after the start of the last segment", () => {
  const context = measured([[0, 100], [100, 200], [200, 200]]);
  assertEquals(getSegmentBoundaries(context, RENDITION), [0, 100, 200, 201]);
});

Deno.test("isMedia() is false for subtitles alone", () => {
  const types = ["video", "audio", "image", "text"];
  const renditions = types.map((type) => ({ type }) as Rendition);
  assertEquals(renditions.map(isMedia), [true, true, true, false]);
});
