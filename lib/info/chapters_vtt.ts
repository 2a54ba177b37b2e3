import { type ChapterOwner, listChapters } from "../selection/listed_chapters.ts";
import { formatCueText } from "../subtitles/cue_text.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";

/** Formats chapters as WebVTT (W3C WebVTT §1.4), for `<track kind="chapters">`. */
export function buildChaptersVtt(presentation: ChapterOwner): string {
  const cues = listChapters(presentation).map(({ start, end, title }, i) => ({
    id: `${i + 1}`,
    start,
    end,
    settings: "",
    text: formatCueText([title]),
  }));
  return formatWebvtt({ header: "", blocks: [], cues });
}
