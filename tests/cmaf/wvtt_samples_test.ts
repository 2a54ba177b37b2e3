import { assertEquals, assertThrows } from "@std/assert";
import { buildWvttRun } from "../../lib/cmaf/wvtt_samples.ts";
import { MediaError } from "../../lib/errors.ts";
import { SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import type { Cue } from "../../lib/subtitles/cue.ts";
import { readWvttSample } from "../../lib/subtitles/wvtt.ts";

const cue = (start: number, end: number, text: string): Cue => ({
  ...{ start, end, text, id: "", settings: "" },
});

/** Returns two segments of 2 seconds, in a timescale of 90000. */
function buildRendition(cues: readonly Cue[]): SubtitleRendition {
  const times = Float64Array.of(0, 180000, 360000);
  const webvtt = { cues };
  return { file: "a.vtt", times, timescale: 90000, webvtt } as unknown as SubtitleRendition;
}

Deno.test("buildWvttRun() builds sync samples of the cues of a segment", () => {
  const rendition = buildRendition([cue(0, 1000, "a"), cue(2500, 3000, "b"), cue(2500, 9000, "c")]);
  const { run, bytes } = buildWvttRun(rendition, 1);
  assertEquals([run.descriptionIndex, run.time], [1, 180000]);
  assertEquals([...run.durations], [45000, 45000, 90000]);
  assertEquals([...run.flags], [SYNC_FLAGS, SYNC_FLAGS, SYNC_FLAGS]);
  assertEquals([...run.compositionOffsets], [0, 0, 0]);
  let at = 0;
  const texts = Array.from(
    run.sizes,
    (size) => readWvttSample(bytes.subarray(at, at += size)).map(({ text }) => text).join("+"),
  );
  assertEquals([texts, at], [["", "b+c", "c"], bytes.length]);
});

Deno.test("buildWvttRun() builds the same run from only the cues of the segment", () => {
  const cues = [cue(0, 1000, "a"), cue(2500, 3000, "b")];
  const rendition = buildRendition(cues);
  assertEquals(buildWvttRun(rendition, 1, cues.slice(1)), buildWvttRun(rendition, 1));
});

Deno.test("buildWvttRun() names the file of too many simultaneous cues", () => {
  const cues = Array.from({ length: 3000 }, (_, i) => cue(i / 2, 2000, "x".repeat(20)));
  const message = "a.vtt: Cannot write wvtt: ";
  assertThrows(() => buildWvttRun(buildRendition(cues), 0), MediaError, message);
});
