import { assertEquals } from "@std/assert";
import { getMp4Type, planCmafSegment } from "../../lib/cmaf/segment.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { buildSegmentedVideo, type Columns, SOURCE } from "../presentation/synthetic_track.ts";
import { listBoxes } from "./box_list.ts";

/** Returns two segments of 50 samples of 100 bytes, from byte 1000 of the source on. */
function buildRendition(columns: Partial<Columns> = {}): MediaRendition {
  const segmented = buildSegmentedVideo({ durations: 1, count: 100, syncs: [0, 50], ...columns });
  return { type: "video", source: SOURCE, ...segmented } as unknown as MediaRendition;
}

Deno.test("planCmafSegment() writes styp, moof and the header of mdat before one range of samples", async () => {
  const plan = planCmafSegment(buildRendition(), 1);
  assertEquals(plan.type, "video/mp4");
  assertEquals(plan.ranges, [{ source: SOURCE, offset: 1000 + 50 * 100, size: 50 * 100 }]);
  const bytes = await readPlan(plan, new Uint8Array(0));
  assertEquals(listBoxes(bytes), ["styp", "moof(mfhd traf(tfhd tfdt trun))", "mdat"]);
  assertEquals(new TextDecoder().decode(bytes.subarray(16, 24)), "msdhcmfs");
  const header = new DataView(plan.header.buffer, plan.header.byteOffset);
  assertEquals(header.getUint32(24 + 8 + 8 + 4), 2); // sequence_number, in mfhd
  assertEquals(header.getUint32(plan.header.length - 8), 8 + 50 * 100);
});

Deno.test("planCmafSegment() writes a traf for each sample description", () => {
  const { header, ranges } = planCmafSegment(buildRendition({ secondDescription: 20 }), 0);
  const traf = "traf(tfhd tfdt trun)";
  assertEquals(listBoxes(header.subarray(0, -8)), ["styp", `moof(mfhd ${traf} ${traf})`]);
  assertEquals(ranges.map(({ offset, size }) => [offset, size]), [[1000, 2000], [3000, 3000]]);
});

const types = [["audio", "audio/mp4"], ["video", "video/mp4"]] as const;

for (const [type, expected] of types) {
  Deno.test(`getMp4Type() returns ${expected} for ${type}`, () => {
    assertEquals(getMp4Type({ type } as MediaRendition), expected);
  });
}
