import { assert, assertAlmostEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { openInputs } from "../open_presentation.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { computeSegmentDurations } from "../../lib/presentation/segment_sizes.ts";
import { computeTsBandwidths } from "../../lib/hls/mpegts_bandwidth.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { planPackedAudio } from "../../lib/hls/packed_audio.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import { CLEAR } from "../clear_protection.ts";

const TESTDATA = fromFileUrl(new URL("../../testdata/", import.meta.url));

/** Files whose samples contain no access unit delimiters, so that sizes are predicted to the byte. */
const cases = [
  ["pair-avc-aac.mp4"],
  ["ladder-avc-720p.mp4", "ladder-aac-eng.mp4", "ladder-aac-fra.mp4"],
  ["test-hevc-hvc1.mp4"],
  ["tone-aac-pce.mp4"],
  ["tone-ac3-surround.mp4"],
  ["test-avc-vfr.mp4"],
];

for (const files of cases) {
  Deno.test(`computeTsBandwidths() predicts the size of segments of ${files}`, async () => {
    const presentation = await openInputs(files.map((file) => ({ file })), {
      segmentDuration: 2,
      open: (file) => openFile(TESTDATA + file, file),
    });
    const derived = new DerivedValues(presentation);
    try {
      for (const rendition of presentation.renditions.values()) {
        if (rendition.type === "text") continue;
        let bytes = 0;
        for (let i = 0; i < countSegments(rendition.timeline); i++) {
          const plan = rendition.type === "video"
            ? planTsSegment(presentation, rendition, { index: i, protection: CLEAR })
            : planPackedAudio(rendition, i, CLEAR);
          bytes += (await readPlan(plan, new Uint8Array(0))).length;
        }
        const seconds = computeSegmentDurations(rendition).reduce((sum, span) => sum + span, 0);
        const { bandwidth, averageBandwidth } = derived.get(computeTsBandwidths, rendition.name);
        assertAlmostEquals(averageBandwidth, 8 * bytes / seconds, 1 + 0.002 * averageBandwidth);
        assert(bandwidth >= averageBandwidth * 0.99);
      }
    } finally {
      presentation.close();
    }
  });
}
