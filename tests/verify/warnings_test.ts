import { assert, assertEquals } from "@std/assert";
import { NON_SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { verify } from "../../lib/verify/verification.ts";
import { GENERATORS, type Generators } from "../../lib/verify/generators.ts";
import { openTestdata } from "../sample_presentations.ts";
import { cmafOf } from "./rows.ts";

/** Rules and messages of the advice for some files, without the renditions' names. */
async function adviceOn(
  files: readonly string[],
  generators: Generators = GENERATORS,
): Promise<string[]> {
  const presentation = await openTestdata(files);
  const { warnings } = await verify(presentation, { generators });
  presentation.close();
  return warnings.map(({ rule, message }) => `${rule}: ${message}`.replace(/=\d+/g, ""));
}

const cases: [files: string, advice: string[]][] = [
  ["pair-avc-aac.mp4", []],
  ["ladder-avc-240p.mp4 ladder-avc-720p.mp4 ladder-aac-eng.mp4 ladder-vtt-eng.vtt", []],
  ["flash-avc-videodelayed.mp4", ["late start: its first sample is shown at 0.6 s"]],
  ["frag-avcaac-absolute.mp4", ["gap: at 0 s a sample lasts 0.08 s, not 0.021 s"]],
  ["test-avc-frontmoov.mp4 tone-eac3-surround.mp4", [
    "length: audio_eng ends at 3.995 s, video_eng at 6 s",
  ]],
  ["test-avc-onekey.mp4", [
    "long segment: 1 of 1 segments are much longer than 2 s; the longest, at 0 s, lasts 6 s",
  ]],
  ["tone-opus-stereo.mp4", [
    "unsupported: MPEG-TS omits unsupported renditions: audio_eng",
    "unsupported: Smooth Streaming omits unsupported renditions: audio_eng",
  ]],
];

for (const [files, advice] of cases) {
  Deno.test(`verify() advises on ${files}: ${advice.length} sentences`, async () => {
    assertEquals(await adviceOn(files.split(" ")), advice);
  });
}

const warned: [files: string, part: string][] = [
  ["test-avc-frontmoov.mp4 test-avc-scenecuts.mp4", "is not aligned with"],
  ["test-avc-opengop.mp4", "open GOPs"],
  ["pair-avc-unknown.mp4", "is left out"],
  ["test-avc-twoedits.mp4", "edit list"],
];

for (const [files, part] of warned) {
  Deno.test(`verify() passes on what is warned of ${files}`, async () => {
    const advice = await adviceOn(files.split(" "));
    assert(advice.some((one) => one.startsWith("warning: ") && one.includes(part)), `${advice}`);
  });
}

Deno.test("verify() advises where a segment starts with no key frame", async () => {
  const cmaf: Generators["cmafSegment"] = (rendition, index) =>
    index === 0
      ? cmafOf(rendition, index, ({ rows }) => rows[0]!.flags = NON_SYNC_FLAGS)
      : planCmafSegment(rendition, index);
  const advice = await adviceOn(["test-avc-frontmoov.mp4"], { ...GENERATORS, cmafSegment: cmaf });
  assertEquals(advice, ["key frame: segment 1 starts with no key frame"]);
});
