import { assert, assertEquals, assertMatch } from "@std/assert";
import { NON_SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { verify } from "../../lib/verify/verification.ts";
import { GENERATORS, type Generators } from "../../lib/verify/generators.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";
import { mutateCmaf } from "./mutated_fragments.ts";
import { CLEAR } from "../clear_protection.ts";

/** Warnings about files, without the bandwidths in names. */
async function findWarnings(
  files: readonly string[],
  generators: Generators = GENERATORS,
): Promise<string[]> {
  const presentation = await openTestdata(files.map((file) => ({ file, language: "und" })));
  const { warnings } = await verify(presentation, { generators });
  presentation.close();
  return warnings.map(({ rule, message }) => `${rule}: ${message}`.replace(/=\d+/g, ""));
}

const cases: [files: string, expected: string[]][] = [
  ["pair-avc-aac.mp4", []],
  ["ladder-avc-240p.mp4 ladder-avc-720p.mp4 ladder-aac-eng.mp4 ladder-vtt-eng.vtt", []],
  ["flash-avc-videodelayed.mp4", ["late start: the first sample is presented at 0.6 s"]],
  ["frag-avcaac-absolute.mp4", ["gap: a sample at 0 s lasts 0.08 s, others 0.021 s"]],
  ["test-avc-frontmoov.mp4 tone-eac3-surround.mp4", [
    "length: audio_und ends at 3.995 s, video_und at 6 s",
  ]],
  ["test-avc-onekey.mp4", [
    "warning: test-avc-onekey.mp4: key frames of video track 1 are up to 6 s apart, more than the segment duration " +
    "of 2 s, so players start, seek and switch more slowly; encode it with " +
    '-force_key_frames "expr:gte(t,n_forced*2)" -sc_threshold 0',
    "long segment: 1 of 1 segments are much longer than 2 s; the longest starts at 0 s and lasts 6 s",
  ]],
  ["test-avc-frontmoov.mp4 tone-mp3-stereo.mp4", [
    "unsupported: HLS omits unsupported renditions: audio_und",
    "unsupported: Smooth Streaming omits unsupported renditions: audio_und",
  ]],
  ["tone-opus-stereo.mp4", [
    "unsupported: MPEG-TS omits unsupported renditions: audio_und",
    "unsupported: Smooth Streaming omits unsupported renditions: audio_und",
  ]],
];

for (const [files, expected] of cases) {
  Deno.test(`verify() has ${expected.length} warnings about ${files}`, async () => {
    assertEquals(await findWarnings(files.split(" ")), expected);
  });
}

const warned: [files: string, part: string][] = [
  ["test-avc-frontmoov.mp4 test-avc-scenecuts.mp4", "is not aligned with"],
  ["test-avc-opengop.mp4", "open GOPs"],
  ["pair-avc-unknown.mp4", "is left out"],
];

for (const [files, part] of warned) {
  Deno.test(`verify() includes the warnings about ${files}`, async () => {
    const warnings = await findWarnings(files.split(" "));
    assert(
      warnings.some((warning) => warning.startsWith("warning: ") && warning.includes(part)),
      `${warnings}`,
    );
  });
}

Deno.test("verify() warns of a segment that does not start with a key frame", async () => {
  const cmaf: Generators["cmafSegment"] = (rendition, index) =>
    index === 0
      ? mutateCmaf(rendition, index, ({ rows }) => rows[0]!.flags = NON_SYNC_FLAGS)
      : planCmafSegment(rendition, index, CLEAR);
  const warnings = await findWarnings(["test-avc-frontmoov.mp4"], {
    ...GENERATORS,
    cmafSegment: cmaf,
  });
  assertEquals(warnings, ["key frame: segment 1 does not start with a key frame"]);
});

Deno.test("verify() warns of systems and tracks that formats of a protected presentation omit", async () => {
  const files = ["test-avc-frontmoov.mp4", "tone-opus-stereo.mp4"];
  const describe = async (options: ProtectionOptions) => {
    const presentation = await openProtected(files, options);
    try {
      const { warnings } = await verify(presentation);
      return warnings.filter(({ rule }) => rule === "unsupported").map(({ message }) => message);
    } finally {
      presentation.close();
    }
  };
  const [fairplay, smooth, ...others] = await describe({ scheme: "cenc" });
  assertEquals(fairplay, "HLS omits fairplay, which supports cbcs only");
  assertMatch(smooth!, /Smooth/);
  assertEquals(others, []);
  assertEquals(await describe({ scheme: "cbcs" }), []);
});
