/** What MPEG-2 transport streams carry of a presentation, and what of it goes into one stream. */

import { rescaleUp } from "../time.ts";
import type { MediaRendition, Presentation, Rendition } from "../presentation/presentation.ts";
import { getWholePresentation } from "../selection/select.ts";
import { findSyncSample } from "../presentation/sample_segmenter.ts";

/** Texts and images are files of their own beside the streams. */
export function isSupportedInTs(rendition: Rendition): boolean {
  if (rendition.type === "text") return !rendition.stpp?.onlyImages;
  if (rendition.type === "image") return true;
  const { codec: { entries, mpegTs }, track } = rendition;
  if (mpegTs === undefined) return false;
  return track.entries.every((entry) =>
    entries.includes(entry.type) && (mpegTs.isSupported?.(entry) ?? true)
  );
}

/**
 * The one sound that goes into the same streams as the pictures; undefined where there are several, or no pictures. Of a
 * selection it is that of the whole: a URL has the same bytes whatever was selected.
 */
export function getMuxedAudio(presentation: Presentation): MediaRendition | undefined {
  const carried = [...getWholePresentation(presentation).renditions.values()].filter(
    isSupportedInTs,
  );
  const audio = carried.filter((rendition): rendition is MediaRendition =>
    rendition.type === "audio"
  );
  return audio.length === 1 && carried.some(({ type }) => type === "video") ? audio[0] : undefined;
}

/** Samples of `audio`, from `first` up to, not with, `end`, that go with a segment of `video`: none is lost, none comes twice. */
export function getMuxedAudioSamples(
  audio: MediaRendition,
  { timeline, timing }: MediaRendition,
  index: number,
): { first: number; end: number } {
  const at = (segment: number) => {
    if (segment === 0) return audio.timing.first;
    if (segment === timeline.times.length - 1) return audio.timing.end;
    const time = rescaleUp(timeline.times[segment]!, timing.timescale, audio.timing.timescale);
    return findSyncSample({ table: audio.track.samples, timing: audio.timing }, time);
  };
  return { first: at(index), end: at(index + 1) };
}

/** A sentence for the log where streams leave something out; "" where they carry all. */
export function unsupportedInTs({ renditions }: Presentation): string {
  const names = [...renditions.values()].filter((rendition) => !isSupportedInTs(rendition))
    .map(({ name }) => name);
  return names.length > 0 ? `MPEG-TS can't carry, and leaves out: ${names.join(", ")}` : "";
}
