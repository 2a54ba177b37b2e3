/** What the query of a URL makes of a presentation. */

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
import { findSegment } from "../presentation/segment_timeline.ts";
import type { Timeline } from "../presentation/segment_timeline.ts";

/** What is asked for. */
export interface SelectionQuery extends ClipRequest {
  /** Left out: every rendition. */
  readonly filter?: Filter | undefined;
  /** As in `Selection`. */
  readonly mediaQuery: string;
  readonly playlistQuery: string;
}

/**
 * The renditions that the filter lets through, and of these the segments of the clip. Names, bandwidths and the version are
 * those of the whole; a set keeps its place, and is gone when nothing of it is left. The clip doesn't depend on the filter.
 *
 * @throws RequestError `BAD_REQUEST` when nothing is left, and as `resolveClip`
 */
export function select(whole: Presentation, wish: SelectionQuery): Presentation {
  const { filter = () => true, mediaQuery, playlistQuery } = wish;
  const clip = resolveClip(whole, wish);
  const sets = whole.sets.flatMap((set) => setIn(set, filter, clip));
  const chosen = new Map(
    sets.flatMap(({ renditions }) => renditions.map((rendition) => [rendition.name, rendition])),
  );
  const renditions = [...whole.renditions.keys()].flatMap((name) => chosen.get(name) ?? []);
  if (renditions.length === 0) {
    throw new RequestError(
      "BAD_REQUEST",
      "Cannot find a rendition that is asked for: none is left",
    );
  }
  return {
    ...whole,
    sets,
    renditions: new Map(renditions.map((rendition) => [rendition.name, rendition])),
    duration: durationOf(renditions, clip),
    selection: { whole, start: clip.start, mediaQuery, playlistQuery },
  };
}

function setIn(set: SwitchingSet, filter: Filter, clip: Clip): SwitchingSet[] {
  const chosen = set.renditions.filter(filter);
  const renditions = chosen.flatMap((rendition) => {
    const span = findSegmentsInClip(set.aligned ? set.renditions[0]! : rendition, clip);
    return span ? [cutOut(rendition, span, clip)] : [];
  });
  if (renditions.length === 0) return [];
  return [{ ...set, renditions, aligned: set.aligned || areAligned(renditions) }];
}

/** Those segments of a rendition: nothing of it is copied. */
function cutOut(rendition: Rendition, span: SegmentSpan, clip: Clip): Rendition {
  const { first, end } = span;
  if (first === 0 && end === getSegmentTimes(rendition).times.length - 1) return rendition;
  if (rendition.type === "text") {
    const stpp = rendition.stpp && documentsIn(rendition.stpp, clip);
    return { ...rendition, times: rendition.times.subarray(first, end + 1), stpp };
  }
  return { ...rendition, timeline: timelineIn(rendition.timeline, span) };
}

function timelineIn(
  { times, samples, firstSampleTimes }: Timeline,
  { first, end }: SegmentSpan,
): Timeline {
  return {
    times: times.subarray(first, end + 1),
    samples: samples.subarray(first, end + 1),
    firstSampleTimes: firstSampleTimes.subarray(first, end),
  };
}

/** Documents last as long as their file has it; undefined: there is none then, and nothing to pass on. */
function documentsIn(stpp: StppTrack, clip: Clip): StppTrack | undefined {
  const { timeline, timing: { timescale } } = stpp;
  const span = findSegmentSpan({ times: timeline.times, timescale }, clip);
  return span && { ...stpp, timeline: timelineIn(timeline, span) };
}

/** From the start of the clip to its end; to where the last rendition ends, when that comes before. */
function durationOf(renditions: readonly Rendition[], { start, end }: Clip): Time {
  const last = computeDuration(renditions);
  const { ticks, timescale } =
    end && compareTimes(end.ticks, end.timescale, last.ticks, last.timescale) < 0 ? end : last;
  return { ticks: ticks - rescale(start.ticks, start.timescale, timescale), timescale };
}

/** The presentation that it was selected from; else itself. */
export function getWholePresentation(presentation: Presentation): Presentation {
  return presentation.selection?.whole ?? presentation;
}

/** The same rendition with all its segments. */
export function getWholeRendition<R extends Rendition>(
  presentation: Presentation,
  rendition: R,
): R {
  return (getWholePresentation(presentation).renditions.get(rendition.name) as R | undefined) ??
    rendition;
}

/** Which segment of the whole its first one is. */
export function getFirstSegment(presentation: Presentation, rendition: Rendition): number {
  const { times } = getSegmentTimes(getWholeRendition(presentation, rendition));
  return Math.max(0, findSegment({ times }, getSegmentTimes(rendition).times[0]!));
}

/** Where it starts in the whole, in ticks of `timescale`; 0 for the whole itself. */
export function getClipStart({ selection }: Presentation, timescale: number): number {
  return selection ? rescale(selection.start.ticks, selection.start.timescale, timescale) : 0;
}

/** What the URLs of its media carry. */
export function getMediaQuery({ selection }: Presentation): string {
  return selection?.mediaQuery ?? "";
}

/** By so many characters a playlist may grow that carries a query on: it is made anew for each viewer. */
const MOST_CARRIED = 2 ** 23;

/** @throws RequestError `BAD_REQUEST` when what each segment's URL carries on is too much together */
export function checkForwardedQuery(presentation: Presentation, rendition: Rendition): void {
  const { length } = getMediaQuery(presentation);
  const { times } = getSegmentTimes(rendition);
  if (length * times.length <= MOST_CARRIED) return;
  const why = `Cannot carry on ${length} characters to ${
    times.length - 1
  } segments: too much together`;
  throw new RequestError("BAD_REQUEST", why);
}

/** What the URLs of its playlists carry. */
export function getPlaylistQuery({ selection }: Presentation): string {
  return selection?.playlistQuery ?? "";
}

/** A protocol has nothing to offer: of a selection that is the client's fault, of the whole it is not there. */
export function nothingPlayable({ selection }: Presentation, message: string): RequestError {
  return new RequestError(selection ? "BAD_REQUEST" : "NOT_FOUND", message);
}
