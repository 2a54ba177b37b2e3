import { assertEquals } from "@std/assert";
import { buildIframeTags } from "../../lib/hls/iframe_tags.ts";
import { getPlaylistBandwidths } from "../../lib/hls/stored_bandwidths.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { parseAttributes } from "../../lib/verify/readers/playlist.ts";
import { openTestdata } from "../sample_presentations.ts";

/** Files, and the resolution and the file of each tag. */
const cases: [what: string, files: string[], expected: [resolution: string, file: string][]][] = [
  [
    "each resolution",
    ["ladder-avc-720p.mp4", "ladder-avc-240p.mp4"],
    [["1280x720", "ladder-avc-720p.mp4"], ["426x240", "ladder-avc-240p.mp4"]],
  ],
  [
    "each codec, of the lowest bitrate",
    ["test-avc-frontmoov.mp4", "test-avc-negativects.mp4", "test-avc-baseline.mp4"],
    [["320x180", "test-avc-baseline.mp4"], ["320x180", "test-avc-frontmoov.mp4"]],
  ],
];

for (const format of ["fmp4", "ts"] as const) {
  for (const [what, files, expected] of cases) {
    Deno.test(`buildIframeTags() names a playlist of ${what}: ${format}`, async () => {
      const presentation = await openTestdata(files);
      const derived = new DerivedValues(presentation);
      const tags = buildIframeTags(presentation.sets, {
        presentation,
        format,
        getBandwidths: (rendition) =>
          getPlaylistBandwidths(format === "fmp4" ? "iframes" : "tsIframes", rendition, {
            presentation,
            derived,
          }),
      }).map((tag) => parseAttributes({ name: "", value: tag.replace(/^[^:]*:/, "") }));
      const suffix = format === "fmp4" ? ".iframes.m3u8" : ".ts.iframes.m3u8";
      const found = tags.map(({ RESOLUTION, URI }) => [
        RESOLUTION,
        presentation.renditions.get(URI!.slice(0, -suffix.length))!.file,
      ]);
      presentation.close();
      assertEquals(found.sort(), expected.sort());
    });
  }
}

Deno.test("buildIframeTags() omits video without key frames", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  const sets = presentation.sets.map((set) => ({
    ...set,
    renditions: set.renditions.map((rendition) => {
      if (rendition.type === "text") return rendition;
      const { track } = rendition;
      const samples = Object.create(track.samples, {
        findSyncAtOrAfter: { value: () => track.samples.count },
      });
      return { ...rendition, name: "none", track: { ...track, samples } };
    }),
  }));
  const renditions = new Map(
    sets.flatMap(({ renditions }) => renditions.map((rendition) => [rendition.name, rendition])),
  );
  const derived = new DerivedValues({ ...presentation, renditions });
  const getBandwidths = (rendition: MediaRendition) =>
    getPlaylistBandwidths("iframes", rendition, { presentation, derived });
  assertEquals(buildIframeTags(sets, { presentation, format: "fmp4", getBandwidths }), []);
  presentation.close();
});
