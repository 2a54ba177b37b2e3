import { assertEquals } from "@std/assert";
import { planImage } from "../../lib/cmaf/image.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { buildTable, SOURCE } from "../presentation/synthetic_track.ts";
import { CLEAR } from "../clear_protection.ts";

Deno.test("planImage() returns the first sample of a segment", () => {
  const samples = buildTable({ durations: 1, count: 4, sizes: [10, 20, 30, 40] });
  const timeline = { samples: Float64Array.of(0, 2, 4) };
  const rendition = { source: SOURCE, track: { samples }, timeline } as unknown as MediaRendition;
  const plans = [0, 1].map((index) => planImage(rendition, index, CLEAR));
  assertEquals(plans.map(({ ranges }) => ranges), [
    [{ source: SOURCE, offset: 1000, size: 10 }],
    [{ source: SOURCE, offset: 1030, size: 30 }],
  ]);
  assertEquals(
    plans.map(({ type, header }) => [type, header.length]),
    Array(2).fill(["image/jpeg", 0]),
  );
});
