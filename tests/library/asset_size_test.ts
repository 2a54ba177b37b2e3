import { assertEquals } from "@std/assert";
import { computePresentationSize } from "../../lib/library/asset_size.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";

/** The fixed size of a rendition, in bytes. */
const RENDITION = 8192;

const timeline = (segments: number) => ({
  times: new Float64Array(segments + 1),
  samples: new Float64Array(segments + 1),
  decodeTimes: new Float64Array(segments + 1),
  firstSampleTimes: new Float64Array(segments),
  bytes: new Float64Array(segments),
  headers: new Float64Array(segments),
});

const presentations: [what: string, renditions: object[], size: number][] = [
  ["no renditions", [], 0],
  // 3 * 11 + 3 * 10 numbers of 8 bytes
  ["video", [{ type: "video", timeline: timeline(10) }], RENDITION + 63 * 8],
  // further 3 numbers of 4 bytes each
  [
    "video with an index of sync samples",
    [{
      type: "video",
      timeline: timeline(10),
      syncs: { samples: new Uint32Array(3), offsets: new Int32Array(3), step: 1 },
    }],
    RENDITION + 63 * 8 + 2 * 3 * 4,
  ],
  // the file, the texts of its cues, 20 cues, and 6 numbers of 8 bytes
  [
    "subtitles",
    [{
      type: "text",
      webvttBytes: new Uint8Array(1000),
      webvtt: { cues: Array(20) },
      times: new Float64Array(6),
    }],
    RENDITION + 2 * 1000 + 20 * 160 + 6 * 8,
  ],
];

for (const [what, list, size] of presentations) {
  Deno.test(`computePresentationSize() estimates the timelines of ${what}`, () => {
    const renditions = new Map(list.map((rendition, i) => [`${i}`, rendition]));
    const presentation = { renditions } as unknown as Presentation;
    assertEquals(computePresentationSize(presentation), size);
  });
}
