/** imsc.js reads the TTML of testdata/, and the TTML that AMS writes, with the same text at the same times. */

import { assert, assertEquals } from "@std/assert";
import type { Cue } from "../lib/subtitles/cue.ts";
import { parseCueText, toPlainText } from "../lib/subtitles/cue_text.ts";
import { readSubtitleFile } from "../lib/subtitles/subtitle_file.ts";
import { formatTtml } from "../lib/subtitles/ttml/format.ts";
import { normalizeSpace, readWithImsc } from "./imsc.ts";
import { openTestdata } from "./sample_presentations.ts";

const TESTDATA = new URL("../testdata/", import.meta.url);
const FILES = Array.from(Deno.readDirSync(TESTDATA), ({ name }) => name)
  .filter((name) => /\.(vtt|srt|ttml|itt|dfxp)$/.test(name)).sort();

/** Documents that IMSC1 does not allow: tests/subtitle_testdata_test.ts has what AMS reads. */
const BEYOND_IMSC: Readonly<Record<string, string>> = {
  "cues-ttml-nondrop.itt": "time code",
  "cues-ttml-dropframe.ttml": "time code",
  "cues-ttml-programme.ttml": "time code",
  "cues-ttml-nonconforming.ttml": "invalid times",
};

function read(name: string) {
  return readSubtitleFile(Deno.readFileSync(new URL(name, TESTDATA)), { name, language: "" });
}

function getTexts(cues: readonly Cue[], time: number): string[] {
  return cues.filter(({ start, end }) => start <= time * 1000 && time * 1000 < end)
    .map(({ text }) => normalizeSpace(toPlainText(parseCueText(text)))).filter(Boolean).sort();
}

/** Compares the texts in the middle of all intervals in which neither reader has a change. */
function assertSameTexts(document: string, cues: readonly Cue[]): void {
  const imsc = readWithImsc(document);
  assertEquals(imsc.errors, []);
  const shown = cues.filter(({ start, end }) => start < end);
  const own = shown.flatMap(({ start, end }) => [start / 1000, end / 1000]);
  const times = [...new Set([...imsc.times, ...own, 0].map((time) => Math.round(time * 1e3)))]
    .sort((a, b) => a - b);
  assert(shown.length > 0 && times.length > shown.length);
  for (const [i, time] of times.slice(1).entries()) {
    const middle = (times[i]! + time) / 2000;
    assertEquals(imsc.getTexts(middle), getTexts(cues, middle), `at ${middle} s`);
  }
}

for (const file of FILES.filter((name) => /\.(ttml|itt|dfxp)$/.test(name))) {
  const text = Deno.readTextFileSync(new URL(file, TESTDATA));
  if (BEYOND_IMSC[file]) {
    Deno.test(`imsc.js does not read the ${BEYOND_IMSC[file]} of ${file}`, () => {
      assert(!isReadable(text));
    });
  } else {
    Deno.test(`imsc.js and parseTtml() read the same text in ${file}`, () => {
      assertSameTexts(text, read(file).webvtt.cues);
    });
  }
}

Deno.test("imsc.js and AMS read the same text in the TTML track of multi-avc-stpp.mp4", async () => {
  const name = "multi-avc-stpp.mp4";
  const presentation = await openTestdata([name]);
  presentation.close();
  const track = presentation.sets.find(({ type }) => type === "text")!.renditions[0]!;
  const [document] = Deno.readTextFileSync(new URL(name, TESTDATA)).match(/<tt\s[^]*?<\/tt>/)!;
  assert(track.type === "text");
  assertSameTexts(document, track.webvtt.cues);
});

function isReadable(text: string): boolean {
  try {
    return readWithImsc(text).errors.length === 0;
  } catch {
    return false; // imsc.js throws strings
  }
}

for (const file of FILES) {
  Deno.test(`imsc.js reads what formatTtml() writes of ${file}`, () => {
    const { webvtt } = read(file);
    const end = Math.max(...webvtt.cues.map((cue) => cue.end));
    const document = formatTtml(webvtt, { start: 0, end, language: "en" });
    assertSameTexts(document, webvtt.cues);
  });
}
