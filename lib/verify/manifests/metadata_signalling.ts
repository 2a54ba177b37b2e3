/** Compares what manifests declare of the whole presentation with its metadata. */

import type { Metadata } from "../../presentation/presentation.ts";
import { findTags, parseAttributes, type Playlist } from "../readers/playlist.ts";
import { type Element, getChildren } from "../readers/xml_elements.ts";
import type { ManifestContext } from "./manifest_context.ts";

/** The title is that of ProgramInformation (23009-1 §5.3.4). */
export function checkMpdTitle(mpd: Element, context: ManifestContext): void {
  const titles = getChildren(mpd, "ProgramInformation").flatMap((element) =>
    getChildren(element, "Title") as unknown as string[]
  );
  const { title } = context.presentation.metadata ?? {};
  const expected = title === undefined ? [] : [title.trim()];
  const got = titles.map((text) => String(text).trim());
  if (isSame(got, expected)) return;
  context.reportAt()("metadata", `got titles ${format(got)}, expected ${format(expected)}`);
}

const PREFIX = "com.apple.hls.";

const CHAPTERS_URL = "chapters.json";

/** Session data (RFC 8216bis §4.4.6.4), and the chapters to which it refers. */
export function checkSessionData(playlist: Playlist, context: ManifestContext): void {
  const { presentation: { metadata = {} } } = context;
  const chapters = listExpectedChapters(context);
  const expected = [
    ...listTexts(metadata),
    ...chapters.length > 0 ? [`${PREFIX}chapters ${CHAPTERS_URL}`] : [],
  ];
  const got = findTags(playlist, "EXT-X-SESSION-DATA").map(parseAttributes).map((data) =>
    `${data["DATA-ID"]} ${data["VALUE"] ?? data["URI"]}`
  );
  const report = context.reportAt();
  if (!isSame(got, expected)) {
    report("metadata", `got session data ${format(got)}, expected ${format(expected)}`);
  }
  if (chapters.length === 0) return;
  const { builder, presentation } = context;
  const text = builder.generate(() => builder.generators.chaptersJson(presentation), report);
  if (text === undefined) return;
  const listed = (JSON.parse(text) as ListedChapter[]).map((chapter) =>
    `${chapter["start-time"]} ${chapter.titles.map(({ title }) => title).join()}`
  );
  if (isSame(listed, chapters)) return;
  report("metadata", `got chapters ${format(listed)}, expected ${format(chapters)}`);
}

interface ListedChapter {
  readonly "start-time": number;
  readonly titles: readonly { readonly title: string }[];
}

/** A quoted string has no quotes and no control characters. */
function listTexts({ title, description }: Metadata): string[] {
  return Object.entries({ title, description }).flatMap(([name, text]) =>
    text === undefined
      ? []
      : [`${PREFIX}${name} ${text.replaceAll('"', "'").replace(/\p{Cc}+/gu, " ")}`]
  );
}

/** Lists start and title of each chapter that begins before the presentation ends. */
function listExpectedChapters(
  { presentation: { metadata, duration } }: ManifestContext,
): string[] {
  const end = Math.round(duration.ticks / duration.timescale * 1000);
  const chapters = (metadata?.chapters ?? []).filter(({ start }) => start < end);
  return chapters.map(({ start, title }) => `${start / 1000} ${title}`);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const MAX_SHOWN = 200;

function format(values: readonly string[]): string {
  return JSON.stringify(values).slice(0, MAX_SHOWN);
}
