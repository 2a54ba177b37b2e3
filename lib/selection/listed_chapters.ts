import type { Presentation } from "../presentation/presentation.ts";

/** A chapter as players show it. Times are integer milliseconds from the start of the presentation, or of the clip. */
export interface ListedChapter {
  readonly start: number;
  readonly end: number;
  readonly title: string;
}

/** What decides the chapters that are listed. */
export type ChapterOwner = Pick<Presentation, "metadata" | "duration" | "selection">;

/** Returns the chapters that a presentation or a clip contains. Each lasts until the next one starts, the last one to the end. */
export function listChapters({ metadata, duration, selection }: ChapterOwner): ListedChapter[] {
  const chapters = metadata?.chapters ?? [];
  const toMilliseconds = ({ ticks, timescale }: Presentation["duration"]) =>
    Math.round(ticks / timescale * 1000);
  const offset = selection ? toMilliseconds(selection.start) : 0;
  const last = toMilliseconds(duration);
  return chapters.flatMap(({ start, title }, i) => {
    const from = Math.max(0, start - offset);
    const end = Math.min(last, (chapters[i + 1]?.start ?? Infinity) - offset);
    return end > from ? [{ start: from, end, title }] : [];
  });
}
