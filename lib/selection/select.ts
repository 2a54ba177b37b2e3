/** Selections: the part of a presentation that a URL query selects. */

import { RequestError } from "../errors.ts";
import { compareTimes, rescale } from "../time.ts";
import { computeDuration } from "../presentation/build.ts";
import { findSegmentsInClip, findSegmentSpan, getSegmentTimes, resolveClip } from "./clip.ts";
import type { Clip, ClipRequest, SegmentSpan } from "./clip.ts";
import type { Filter } from "./filter.ts";
import type {
  Presentation,
  Rendition,
  StppTrack,
  SwitchingSet,
  Time,
} from "../presentation/presentation.ts";
import { areAligned } from "../presentation/switching_sets.ts";
import { findSegment, sliceTimeline } from "../presentation/segment_timeline.ts";

export interface SelectionQuery extends ClipRequest {
  readonly filter?: Filter | undefined;
  /** Selects the tracks of the file that the URL names, without its sidecars. */
  readonly only?: boolean | undefined;
  /** As in `Selection`. */
  readonly mediaQuery: string;
  readonly playlistQuery: string;
}

/**
 * Returns the renditions that match the filter, with the segments of the clip. Everything else is that of the whole presentation;
 * the clip does not depend on the filter.
 *
 * @throws RequestError `BAD_REQUEST` if no rendition is left, and as `resolveClip()`
 */
export function select(whole: Presentation, query: SelectionQuery): Presentation {
  const { mediaQuery, playlistQuery } = query;
  const filter = toFilter(whole, query);
  const clip = resolveClip(whole, query);
  const sets = whole.sets.flatMap((set) => selectFromSet(set, filter, clip));
  const byName = new Map(
    sets.flatMap(({ renditions }) => renditions.map((rendition) => [rendition.name, rendition])),
  );
  const renditions = [...whole.renditions.keys()].flatMap((name) => byName.get(name) ?? []);
  if (renditions.length === 0) {
    const cause = whole.renditions.values().some(filter)
      ? "the filter and the clip exclude"
      : "the filter excludes";
    throw new RequestError("BAD_REQUEST", `Cannot select a rendition: ${cause} all of them`);
  }
  return {
    ...whole,
    sets,
    renditions: new Map(renditions.map((rendition) => [rendition.name, rendition])),
    duration: computeClipDuration(renditions, clip),
    selection: { whole, start: clip.start, mediaQuery, playlistQuery },
  };
}

function toFilter({ ownFile }: Presentation, { filter, only }: SelectionQuery): Filter {
  return (rendition) =>
    (filter?.(rendition) ?? true) &&
    (!only || ownFile === undefined || rendition.file === ownFile);
}

function selectFromSet(set: SwitchingSet, filter: Filter, clip: Clip): SwitchingSet[] {
  const matching = set.renditions.filter(filter);
  const renditions = matching.flatMap((rendition) => {
    const span = findSegmentsInClip(set.aligned ? set.renditions[0]! : rendition, clip);
    return span ? [toClip(rendition, span, clip)] : [];
  });
  if (renditions.length === 0) return [];
  return [{ ...set, renditions, aligned: set.aligned || areAligned(renditions) }];
}

function toClip(rendition: Rendition, span: SegmentSpan, clip: Clip): Rendition {
  const { first, end } = span;
  if (first === 0 && end === getSegmentTimes(rendition).times.length - 1) return rendition;
  if (rendition.type === "text") {
    const stpp = rendition.stpp && clipStpp(rendition.stpp, clip);
    return { ...rendition, times: rendition.times.subarray(first, end + 1), stpp };
  }
  return { ...rendition, timeline: sliceTimeline(rendition.timeline, span) };
}

/** TTML tracks have segment boundaries of their own. */
function clipStpp(stpp: StppTrack, clip: Clip): StppTrack | undefined {
  const { timeline, timing: { timescale } } = stpp;
  const span = findSegmentSpan({ times: timeline.times, timescale }, clip);
  return span && { ...stpp, timeline: sliceTimeline(timeline, span) };
}

/** Returns the duration to the end of the clip, or of the last rendition if that is earlier. */
function computeClipDuration(renditions: readonly Rendition[], { start, end }: Clip): Time {
  const last = computeDuration(renditions);
  const { ticks, timescale } =
    end && compareTimes(end.ticks, end.timescale, last.ticks, last.timescale) < 0 ? end : last;
  return { ticks: ticks - rescale(start.ticks, start.timescale, timescale), timescale };
}

/** Returns the presentation itself if it is not a selection. */
export function getWholePresentation(presentation: Presentation): Presentation {
  return presentation.selection?.whole ?? presentation;
}

export function getWholeRendition<R extends Rendition>(
  presentation: Presentation,
  rendition: R,
): R {
  return (getWholePresentation(presentation).renditions.get(rendition.name) as R | undefined) ??
    rendition;
}

/** Returns the index of the clip's first segment in the whole rendition. */
export function getFirstSegment(presentation: Presentation, rendition: Rendition): number {
  const { times } = getSegmentTimes(getWholeRendition(presentation, rendition));
  return Math.max(0, findSegment({ times }, getSegmentTimes(rendition).times[0]!));
}

/** Returns the start of a clip in the whole presentation; 0 without a clip. */
export function getClipStart({ selection }: Presentation, timescale: number): number {
  return selection ? rescale(selection.start.ticks, selection.start.timescale, timescale) : 0;
}

/** Returns the query with `?`, or "". */
export function getMediaQuery({ selection }: Pick<Presentation, "selection">): string {
  return selection?.mediaQuery ?? "";
}

/** A playlist with forwarded queries is built for each viewer. */
const MAX_FORWARDED_CHARACTERS = 2 ** 23;

/**
 * Checks the total size of the query in all segment URLs.
 *
 * @throws RequestError `BAD_REQUEST` if it exceeds `MAX_FORWARDED_CHARACTERS`
 */
export function checkForwardedQuery(presentation: Presentation, rendition: Rendition): void {
  checkForwardedSize(presentation, getSegmentTimes(rendition).times.length);
}

/**
 * Checks the total size of the query in `count` URLs.
 *
 * @throws RequestError `BAD_REQUEST` if it exceeds `MAX_FORWARDED_CHARACTERS`
 */
export function checkForwardedSize(presentation: Presentation, count: number): void {
  const { length } = getMediaQuery(presentation);
  if (length * count <= MAX_FORWARDED_CHARACTERS) return;
  const message = `Cannot forward a query of ${length} characters to ${count} URLs, ` +
    `expected at most ${MAX_FORWARDED_CHARACTERS} characters together`;
  throw new RequestError("BAD_REQUEST", message);
}

/** Returns the query with `?`, or "". */
export function getPlaylistQuery({ selection }: Presentation): string {
  return selection?.playlistQuery ?? "";
}

/** Returns the error of a protocol that supports no rendition: 400 for a selection, else 404. */
export function nothingPlayable({ selection }: Presentation, message: string): RequestError {
  return new RequestError(selection ? "BAD_REQUEST" : "NOT_FOUND", message);
}
