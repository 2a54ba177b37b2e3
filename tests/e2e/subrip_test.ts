/** ffmpeg reads SubRip with the same text at the same times. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { parseCueText, toPlainText } from "../../lib/subtitles/cue_text.ts";
import { decodeReferences } from "../../lib/subtitles/html_entities.ts";
import { readSubtitleFile } from "../../lib/subtitles/subtitle_file.ts";
import { parseWebvtt } from "../../lib/subtitles/webvtt.ts";
import { convertToWebvtt } from "./ffmpeg.ts";

const TESTDATA = fromFileUrl(new URL("../../testdata/", import.meta.url));

/** Text, by its start, that ffmpeg 5.1 takes for tags, or leaves as it was typed. */
const OTHER_TEXT: Readonly<Record<string, readonly string[]>> = {
  "cues-srt-html.srt": ["List<i32> and a <b", "I <3 you & 1 < 2"],
};

for (const { name } of Deno.readDirSync(TESTDATA)) {
  if (!name.endsWith(".srt")) continue;
  Deno.test(`ffmpeg reads the same cues in ${name}`, async () => {
    const own = readSubtitleFile(Deno.readFileSync(TESTDATA + name), { name, language: "" });
    const other = parseWebvtt(await convertToWebvtt(TESTDATA + name));
    const times = (cues: typeof own.webvtt.cues) => cues.map(({ start, end }) => [start, end]);
    assertEquals(times(own.webvtt.cues), times(other.cues));
    for (const [i, cue] of own.webvtt.cues.entries()) {
      const text = toPlainText(parseCueText(cue.text));
      if (OTHER_TEXT[name]?.includes(text)) continue;
      assertEquals(text, decodeReferences(removeTags(other.cues[i]!.text)));
    }
  });
}

/** ffmpeg writes text without escaping it. */
function removeTags(text: string): string {
  return text.replace(/<\/?[ibu]>/g, "");
}
