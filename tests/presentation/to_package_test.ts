import { assertEquals } from "@std/assert";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { openTestdata } from "../sample_presentations.ts";

Deno.test("toPackage() writes the metadata and hints of each rendition, in the order of the file", async () => {
  const captions = [{ channel: "CC1", language: "eng" }];
  const presentation = await openTestdata([
    { file: "test-avc-opengop.mp4", captions },
    { file: "ladder-aac-fra.mp4", language: "fra", label: "Original", role: "dub", default: true },
    { file: "ladder-vtt-eng.vtt", language: "eng" },
  ], 4);
  const { segmentDuration, tracks } = toPackage(presentation);
  presentation.close();
  assertEquals(segmentDuration, 4);
  assertEquals(tracks.map(({ index }) => index !== undefined), [true, true, false]);
  const declared = tracks.map(({ bandwidth: _, averageBandwidth: __, index: ___, ...rest }) =>
    rest
  );
  assertEquals(declared.map(({ name: _, ...rest }) => rest), [
    {
      ...{ file: "test-avc-opengop.mp4", track: 1, type: "video", language: "und", captions },
      ...{ codec: "avc1.64000C", width: 320, height: 180, frameRate: "25", openGop: true },
    },
    {
      ...{ file: "ladder-aac-fra.mp4", track: 1, type: "audio", language: "fr" },
      ...{ label: "Original", role: "dub", default: true },
      ...{ codec: "mp4a.40.2", channels: 2, sampleRate: 48000 },
    },
    { file: "ladder-vtt-eng.vtt", type: "text", language: "en" },
  ]);
  const [video] = tracks;
  assertEquals(Object.keys(video!).slice(0, 5), ["file", "track", "type", "language", "name"]);
  assertEquals(tracks.map(({ name }) => presentation.renditions.get(name)?.file), [
    ...["test-avc-opengop.mp4", "ladder-aac-fra.mp4", "ladder-vtt-eng.vtt"],
  ]);
});

Deno.test("toPackage() declares protection only if it is given", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4"]);
  const protection = { scheme: "cenc", source: "house", content: "heat" } as const;
  assertEquals(toPackage(presentation, { protection }).protection, protection);
  assertEquals("protection" in toPackage(presentation), false);
  presentation.close();
});
