/** Session data (RFC 8216bis §4.4.6.4): title, description and chapters, under the names that Apple defines. */

import { type ChapterOwner, listChapters } from "../selection/listed_chapters.ts";
import { formatTag, quote } from "./m3u8.ts";
import { CHAPTERS_JSON_URL } from "./routes.ts";

/** @param query of playlists, with `?`, or "" */
export function buildSessionDataTags(presentation: ChapterOwner, query: string): string[] {
  const { title, description } = presentation.metadata ?? {};
  const texts = { title, description };
  const chapters = listChapters(presentation).length > 0 ? CHAPTERS_JSON_URL + query : undefined;
  return [
    ...Object.entries(texts).flatMap(([name, text]) =>
      text === undefined ? [] : [sessionData(name, { VALUE: quote(text) })]
    ),
    ...chapters === undefined ? [] : [sessionData("chapters", { URI: quote(chapters) })],
  ];
}

function sessionData(name: string, value: { VALUE: string } | { URI: string }): string {
  return formatTag("EXT-X-SESSION-DATA", { "DATA-ID": quote(`com.apple.hls.${name}`), ...value });
}

/** Returns what `com.apple.hls.chapters` refers to (Apple, "Providing JavaScript Object Notation (JSON) chapters"). */
export function buildChaptersJson(presentation: ChapterOwner): string {
  const chapters = listChapters(presentation).map(({ start, end, title }, i) => ({
    chapter: i + 1,
    "start-time": start / 1000,
    duration: (end - start) / 1000,
    titles: [{ language: "und", title }],
  }));
  return JSON.stringify(chapters);
}
