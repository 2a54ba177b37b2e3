import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { buildMpd } from "../../lib/dash/mpd.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { openInputs } from "../open_presentation.ts";
import { getMedia, open, openArchive, recordAsset } from "./recorded_asset.ts";

const describe = (
  { name, type, language, codec, description, timing, frameRate, openGop }: MediaRendition,
) => ({
  ...{ name, type, language, codec, description, frameRate, openGop },
  ...{ timescale: timing.timescale, mediaTime: timing.mediaTime, delay: timing.delay },
});

const describeSets = ({ sets }: Presentation) =>
  sets.map(({ type, language, aligned, renditions }) => ({
    ...{ type, language, aligned },
    names: renditions.map(({ name }) => name),
  }));

const FILES = [
  "flash-avc-bframes.mp4",
  "flash-avc-audioprimed.mp4",
  "frag-opus-noroll.mp4",
  "test-avc-opengop.mp4",
  "test-hevc-opengop.mp4",
  "test-avc-avc3empty.mp4",
  "test-hevc-hev1empty.mp4",
  "tone-heaac-implicit.mp4",
  "tone-heaacv2-implicit.mp4",
  "tone-mp3-stereo.mp4",
];

for (const file of FILES) {
  Deno.test(`PeriodPresentation describes renditions as the presentation of ${file}`, async () => {
    const presentation = await openInputs([{ file }], { segmentDuration: 1, open });
    try {
      const files = await recordAsset(presentation);
      const archive = openArchive(files, presentation, { synchronous: true });
      assertEquals(getMedia(archive).map(describe), getMedia(presentation).map(describe));
      assertEquals(describeSets(archive), describeSets(presentation));
      assertEquals(archive.duration, presentation.duration);
      assertNotEquals(archive.version, presentation.version);
      assertStringIncludes(buildMpd(archive), archive.version);
      const again = openArchive(await recordAsset(presentation), presentation, {
        synchronous: false,
      });
      assertEquals(again.version, archive.version);
    } finally {
      presentation.close();
    }
  });
}
