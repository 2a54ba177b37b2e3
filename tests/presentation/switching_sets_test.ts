import { assertEquals } from "@std/assert";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { haveSameContent } from "../../lib/presentation/switching_sets.ts";
import { openProtected } from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";

const cases: [
  name: string,
  files: string[],
  sets: [type: string, renditions: number, aligned: boolean][],
][] = [
  ["one set of several bitrates", ["ladder-avc-240p.mp4", "ladder-avc-720p.mp4"], [[
    "video",
    2,
    true,
  ]]],
  ["two languages", ["ladder-aac-eng.mp4", "ladder-aac-fra.mp4"], [["audio", 1, true], [
    "audio",
    1,
    true,
  ]]],
  ["two codecs", ["test-avc-frontmoov.mp4", "test-hevc-hvc1.mp4"], [["video", 1, true], [
    "video",
    1,
    true,
  ]]],
  ["HDR and SDR", ["test-hevc-hvc1.mp4", "test-hevc-hdr10.mp4"], [["video", 1, true], [
    "video",
    1,
    true,
  ]]],
  ["two channel layouts", ["tone-aac-surround.mp4", "tone-aac-24khz.mp4"], [["audio", 1, true], [
    "audio",
    1,
    true,
  ]]],
  ["misaligned renditions", ["test-avc-frontmoov.mp4", "test-avc-onekey.mp4"], [[
    "video",
    2,
    false,
  ]]],
  ["audio of one language in one file", ["multi-avc-tracks.mp4"], [
    ["video", 2, true],
    ["audio", 1, true],
    ["audio", 1, true],
    ["audio", 1, true],
    ["text", 1, true],
  ]],
];

for (const [name, files, sets] of cases) {
  Deno.test(`buildSwitchingSets() groups ${name}`, async () => {
    const presentation = await openTestdata(files);
    const found = presentation.sets.map((
      { type, renditions, aligned },
    ) => [type, renditions.length, aligned]);
    presentation.close();
    assertEquals<unknown>(found, sets);
  });
}

Deno.test("buildSwitchingSets() groups audio whose files have different names of muxers", async () => {
  const files = ["tone-aac-24khzmono.mp4", "tone-aac-muxername.mp4"];
  const presentation = await openTestdata(files);
  const sets = presentation.sets.map(({ label, renditions }) => [label, renditions.length]);
  presentation.close();
  assertEquals(sets, [[undefined, 2]]);
});

Deno.test("haveSameContent() compares sets except for their keys", async () => {
  const files = ["ladder-avc-240p.mp4", "ladder-avc-720p.mp4", "test-hevc-hvc1.mp4"];
  const presentation = await openProtected(files, { scheme: "cbcs", per: "resolution" });
  presentation.close();
  const [sd, hd, hevc] = presentation.sets as [SwitchingSet, SwitchingSet, SwitchingSet];
  assertEquals(presentation.sets.length, 3);
  assertEquals([haveSameContent(sd, hd), haveSameContent(hd, sd)], [true, true]);
  assertEquals([haveSameContent(sd, hevc), haveSameContent(hd, hevc)], [false, false]);
});
