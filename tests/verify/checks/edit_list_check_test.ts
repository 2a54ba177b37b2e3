import { assertEquals } from "@std/assert";
import { checkEditList } from "../../../lib/verify/checks/edit_list_check.ts";
import { SourceTrack } from "../../../lib/verify/expected/source_track.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import type { Edit } from "../../../lib/mp4/movie.ts";
import { readMovie } from "../../../lib/mp4/read_movie.ts";
import { openTestdata } from "../../sample_presentations.ts";
import { findRendition } from "../mutations.ts";

/** Rendition that serves other samples: `first` and `end` are moved. */
function moveRange(
  { timing, timeline, ...rest }: MediaRendition,
  { first = 0, end = 0 }: { first?: number; end?: number },
): MediaRendition {
  const samples = timeline.samples.slice();
  samples[0]! += first;
  samples[samples.length - 1]! += end;
  return {
    ...rest,
    timing: { ...timing, first: timing.first + first, end: timing.end + end },
    timeline: { ...timeline, samples },
  };
}

/** Findings about a rendition of a file. */
async function findIn(
  file: string,
  type: string,
  change: (rendition: MediaRendition) => MediaRendition,
  edits?: readonly Edit[],
): Promise<string[]> {
  const presentation = await openTestdata([file]);
  const rendition = findRendition(presentation, type);
  const movie = await readMovie(rendition.source);
  const tracks = movie.tracks.map((track) => edits ? { ...track, edits } : track);
  const source = new SourceTrack(change(rendition), { ...movie, tracks }, {
    ticks: 0,
    timescale: 1,
  });
  const findings: string[] = [];
  checkEditList(source, (rule, message) => findings.push(`${rule}: ${message}`));
  presentation.close();
  return findings;
}

const TRIMMED = "flash-avc-trimmed.mp4";
const SHORT = "pair-avc-cutend.mp4";
const MISSING_START = "edit list: a presented sample is missing at the start";
const MISSING_END = "edit list: a presented sample is missing at the end";

const cases: [
  file: string,
  type: string,
  range: Parameters<typeof moveRange>[1],
  expected: string[],
][] = [
  [TRIMMED, "video", {}, []],
  [TRIMMED, "audio", {}, []],
  [SHORT, "video", {}, []],
  [SHORT, "audio", {}, []],
  [TRIMMED, "video", { first: 1 }, ["edit list: video does not start with a usable sync sample"]],
  [TRIMMED, "audio", { first: 1 }, ["edit list: packets that prime the decoder are missing"]],
  [TRIMMED, "audio", { first: 2 }, [
    MISSING_START,
    "edit list: packets that prime the decoder are missing",
  ]],
  [TRIMMED, "audio", { first: -1 }, [
    "edit list: there is more audio than priming needs",
  ]],
  [SHORT, "video", { end: -1 }, [MISSING_END]],
  [SHORT, "audio", { end: -1 }, [MISSING_END]],
  [SHORT, "audio", { end: 1 }, ["edit list: the sample is after the end of the edit list"]],
];

for (const [file, type, range, expected] of cases) {
  Deno.test(`checkEditList() of ${type} of ${file}, moved by ${JSON.stringify(range)}: ${expected.length} findings`, async () => {
    assertEquals(await findIn(file, type, (rendition) => moveRange(rendition, range)), expected);
  });
}

Deno.test("checkEditList() finds more video than an edit needs", async () => {
  const edits = [{ duration: 0, mediaTime: 40_000, rate: 1 }]; // after the second sync sample
  const findings = await findIn("test-avc-frontmoov.mp4", "video", (rendition) => rendition, edits);
  assertEquals(findings, ["edit list: there is more video than the edit needs"]);
});

Deno.test("checkEditList() finds segments that omit samples, or have none", async () => {
  const findings = await findIn("test-avc-frontmoov.mp4", "video", (rendition) => {
    const samples = rendition.timeline.samples.slice();
    samples[0] = 1;
    samples[2] = samples[1]!;
    return { ...rendition, timeline: { ...rendition.timeline, samples } };
  });
  assertEquals(findings, [
    "edit list: segments contain samples 2 to 150, expected 1 to 150",
    "edit list: segment 2 has no sample",
  ]);
});
