import { assertEquals } from "@std/assert";
import { planWvttSegment } from "../../lib/cmaf/wvtt.ts";
import { listBoxes, openSubtitleFile } from "./box_list.ts";

Deno.test("planWvttSegment() returns one fragment without reading media", async () => {
  const { header, ranges, transform } = planWvttSegment(await openSubtitleFile("cues.en.srt"), 1);
  assertEquals(listBoxes(header), ["styp", "moof(mfhd traf(tfhd tfdt trun))", "mdat"]);
  assertEquals([ranges, transform], [[], undefined]);
});
