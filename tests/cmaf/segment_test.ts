import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { buildInit } from "../../lib/cmaf/init.ts";
import { getMp4Type } from "../../lib/cmaf/media_fragment.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { readMoov } from "../../lib/mp4/moov.ts";
import type { Track } from "../../lib/mp4/movie.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { NO_DEFAULTS } from "../../lib/verify/checks/init.ts";
import { readFragment } from "../../lib/verify/readers/fragment.ts";
import { openTestdata } from "../sample_presentations.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { buildSegmentedVideo, type Columns, SOURCE } from "../presentation/synthetic_track.ts";
import { listBoxes } from "./box_list.ts";
import { CLEAR } from "../clear_protection.ts";

/** Returns two segments of 50 samples of 100 bytes, from byte 1000 of the source on. */
function buildRendition(columns: Partial<Columns> = {}): MediaRendition {
  const segmented = buildSegmentedVideo({ durations: 1, count: 100, syncs: [0, 50], ...columns });
  return { type: "video", source: SOURCE, ...segmented } as unknown as MediaRendition;
}

Deno.test("planCmafSegment() writes styp, moof and the header of mdat before one range of samples", async () => {
  const plan = planCmafSegment(buildRendition(), 1, CLEAR);
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
  const { header, ranges } = planCmafSegment(buildRendition({ secondDescription: 20 }), 0, CLEAR);
  const traf = "traf(tfhd tfdt trun)";
  assertEquals(listBoxes(header.subarray(0, -8)), ["styp", `moof(mfhd ${traf} ${traf})`]);
  assertEquals(ranges.map(({ offset, size }) => [offset, size]), [[1000, 2000], [3000, 3000]]);
});

/** Files, with the roll distance of their init segments. */
const preRolls: [file: string, rollDistance: number | undefined][] = [
  ["tone-opus-stereo.mp4", -4],
  ["frag-opus-noroll.mp4", -4],
  ["tone-aac-mono.m4a", -1],
  ["frag-aac-dash.mp4", undefined],
  ["tone-flac-stereo.mp4", undefined],
  ["test-avc-frontmoov.mp4", undefined],
];

for (const [file, rollDistance] of preRolls) {
  Deno.test(`planCmafSegment() and buildInit() declare a roll distance of ${rollDistance} for ${file}`, async () => {
    const presentation = await openTestdata([file]);
    const [rendition] = presentation.renditions.values() as Iterable<MediaRendition>;
    const init = new ByteReader(buildInit(rendition!));
    const tracks: Track[] = [];
    const context = { size: 0, name: "init", warnings: [] };
    readBoxes(init, { moov: (r) => tracks.push(...readMoov(r, context).tracks) });
    assertEquals(tracks[0]!.rollDistance, rollDistance);
    for (let i = 0; i < countSegments(rendition!.timeline); i++) {
      const bytes = await readPlan(planCmafSegment(rendition!, i, CLEAR), new Uint8Array(0));
      const { samples, trafs } = readFragment(bytes, NO_DEFAULTS);
      assertEquals(trafs[0]!.rolledSamples, rollDistance === undefined ? 0 : samples.count);
      assertEquals(rendition!.timeline.bytes[i], bytes.length);
    }
    presentation.close();
  });
}

const types = [["audio", "audio/mp4"], ["video", "video/mp4"]] as const;

for (const [type, expected] of types) {
  Deno.test(`getMp4Type() returns ${expected} for ${type}`, () => {
    assertEquals(getMp4Type({ type } as MediaRendition), expected);
  });
}
