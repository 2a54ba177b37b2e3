import { assert } from "@std/assert";
import { boundTsBandwidths } from "../../lib/hls/ts_bandwidth_bound.ts";
import { getPlaylistBandwidths } from "../../lib/hls/stored_bandwidths.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import { openTestdata } from "../sample_presentations.ts";

const files: string[][] = [
  ["test-avc-frontmoov.mp4"],
  ["flash-avc-bframes.mp4"],
  ["ladder-avc-240p.mp4", "ladder-avc-720p.mp4", "ladder-aac-eng.mp4"],
  ["ladder-aac-eng.mp4"],
  ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-aac-eng.mp4"],
];

for (const names of files) {
  Deno.test(`boundTsBandwidths() is slightly above what is measured of ${names.join(", ")}`, async () => {
    const presentation = await openTestdata(names);
    const derived = new DerivedValues(presentation);
    for (const rendition of getMedia(presentation)) {
      const measured = getPlaylistBandwidths("ts", rendition, { presentation, derived });
      const bound = boundTsBandwidths(presentation, rendition);
      for (const name of ["bandwidth", "averageBandwidth"] as const) {
        const excess = bound[name] - measured[name];
        assert(excess >= 0 && excess < 1e5, `${rendition.name}: ${bound[name]}, ${measured[name]}`);
      }
    }
    presentation.close();
  });
}
