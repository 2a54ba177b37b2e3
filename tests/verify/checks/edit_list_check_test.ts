import { assertEquals } from "@std/assert";
import { checkEditList } from "../../../lib/verify/checks/edit_list_check.ts";
import { SourceTrack } from "../../../lib/verify/expected/source_track.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import type { Edit } from "../../../lib/mp4/movie.ts";
import { readMovie } from "../../../lib/mp4/read_movie.ts";
import { openTestdata } from "../../sample_presentations.ts";
import { renditionOf } from "../mutations.ts";

/** The same rendition, cut out of other samples; its segments as well, if nothing else is said. */
function cutFrom(
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

/** Messages about a rendition of a file, and of which samples they are: 0 for those of the whole. */
async function messages(
  file: string,
  type: string,
  change: (rendition: MediaRendition) => MediaRendition,
  edits?: readonly Edit[],
): Promise<string[]> {
  const presentation = await openTestdata([file]);
  const rendition = renditionOf(presentation, type);
  const movie = await readMovie(rendition.source);
  const tracks = movie.tracks.map((track) => edits ? { ...track, edits } : track);
  const source = new SourceTrack(change(rendition), { ...movie, tracks }, 0);
  const said: string[] = [];
  checkEditList(source, (rule, message) => said.push(`${rule}: ${message}`));
  presentation.close();
  return said;
}

const TRIMMED = "flash-avc-trimmed.mp4";
const CUT = "pair-avc-cutend.mp4";
const LEFT_OUT = "edit list: it is left out at the start, though the edit shows it";
const MISSED = "edit list: it is left out at the end, though the edit shows it";

const cases: [file: string, type: string, cut: Parameters<typeof cutFrom>[1], said: string[]][] = [
  [TRIMMED, "video", {}, []],
  [TRIMMED, "audio", {}, []],
  [CUT, "video", {}, []],
  [CUT, "audio", {}, []],
  [TRIMMED, "video", { first: 1 }, ["edit list: pictures start where no decoder can"]],
  [TRIMMED, "audio", { first: 1 }, ["edit list: no packet is left to prime the decoder with"]],
  [TRIMMED, "audio", { first: 2 }, [
    LEFT_OUT,
    "edit list: no packet is left to prime the decoder with",
  ]],
  [TRIMMED, "audio", { first: -1 }, [
    "edit list: more sound than that of the priming goes out",
  ]],
  [CUT, "video", { end: -1 }, [MISSED]],
  [CUT, "audio", { end: -1 }, [MISSED]],
  [CUT, "audio", { end: 1 }, ["edit list: it goes out, though the edit ends before it"]],
];

for (const [file, type, cut, said] of cases) {
  Deno.test(`checkEditList() of ${type} of ${file}, moved by ${JSON.stringify(cut)}: ${said.length} faults`, async () => {
    assertEquals(await messages(file, type, (rendition) => cutFrom(rendition, cut)), said);
  });
}

Deno.test("checkEditList() finds more pictures than an edit needs", async () => {
  const edits = [{ duration: 0, mediaTime: 40_000, rate: 1 }]; // behind the second sync sample
  const said = await messages("test-avc-frontmoov.mp4", "video", (rendition) => rendition, edits);
  assertEquals(said, ["edit list: more pictures than the edit needs go out"]);
});

Deno.test("checkEditList() finds segments that leave samples out, or have none", async () => {
  const said = await messages("test-avc-frontmoov.mp4", "video", (rendition) => {
    const samples = rendition.timeline.samples.slice();
    samples[0] = 1;
    samples[2] = samples[1]!;
    return { ...rendition, timeline: { ...rendition.timeline, samples } };
  });
  assertEquals(said, [
    "edit list: segments are cut out of samples 2 to 150, not of 1 to 150",
    "edit list: segment 2 has no sample",
  ]);
});
