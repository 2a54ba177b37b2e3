/**
 * Playlists of channels. Periods of a broadcast follow EXT-X-DISCONTINUITY (RFC 8216bis §4.4.4.3), and all numbers are those of the
 * channel, so that they never go back (docs/design/live.md).
 */

import { RequestError } from "../errors.ts";
import { findMax } from "../extremes.ts";
import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import { listKeyFrames } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { formatIsoTime } from "../time.ts";
import { buildKeyFrameLines, IFRAME_VERSION } from "./iframe_playlist.ts";
import { formatMediaPlaylist, type MediaPlaylistHeader, NO_UPDATES } from "./m3u8.ts";
import type { SegmentFormat } from "./m3u8.ts";
import {
  buildInitTags,
  buildSegmentLines,
  getListedSegments,
  getTargetDuration,
  type ListedSegments,
  MEDIA_VERSIONS,
} from "./media_playlist.ts";
import { isSupportedInTs } from "./mpegts_support.ts";
import { livePlaylistUrl } from "./routes.ts";
import { haveIndependentSegments, selectPeriods } from "./live_periods.ts";
import { isSupportedInFmp4 } from "./support.ts";

/**
 * Builds the playlist of a rendition over all periods.
 *
 * @param isWindow true for `<rendition>.live.m3u8`, which remains as it was when its broadcast ends; false for the whole broadcast,
 *   of which there is no playlist while it is live, since clients must not find segments before those of the window later (§6.2.2)
 * @throws RequestError `NOT_FOUND`
 */
export function buildBroadcastPlaylist(
  broadcast: Broadcast,
  name: string,
  { format, isWindow }: { readonly format: SegmentFormat; readonly isWindow: boolean },
): string {
  const { isLive, targetDuration } = broadcast;
  if (isLive && !isWindow) {
    const url = livePlaylistUrl(name, format);
    throw notFound(`a playlist of the whole broadcast while it is live, expected '${url}'`);
  }
  const periods = listPeriods(broadcast, name, format);
  return formatMediaPlaylist(
    { type: isWindow ? undefined : "VOD", isOver: !isLive },
    { ...numberFirst(periods[0]!, name), version: MEDIA_VERSIONS[format], targetDuration },
    [
      ...isWindow ? [] : independentSegments(periods, name),
      ...joinPeriods(
        periods.map((period) => buildPeriodLines(period, broadcast, format)),
      ),
    ],
  );
}

/** Lines of a period: what precedes its segments, and these. */
interface PeriodLines {
  readonly initTags: readonly string[];
  readonly lines: readonly string[];
}

function buildPeriodLines(
  { presentation, rendition, ...period }: ListedPeriod,
  broadcast: Broadcast,
  format: SegmentFormat,
): PeriodLines {
  const { timing: { timescale } } = rendition;
  const lines = buildSegmentLines(presentation, rendition, {
    ...{ format, first: period.first, end: period.end },
    decodeEnd: findCommonEnd({ presentation, rendition, ...period }, broadcast),
    buildTag: createDateTags(period.start, timescale),
  });
  return { initTags: buildInitTags(presentation, rendition, format), lines };
}

/** In seconds: durations are rounded to the target duration (§4.4.3.1). */
const MAX_ROUNDED_DOWN = 0.499;

/**
 * Finds where the last segment of a period that another one follows ends: with the longest rendition. shaka-player continues with
 * the next period where the last segment ends, in each rendition on its own, and audio and video would no longer be in sync.
 */
function findCommonEnd(
  { number, isOver, presentation, rendition, end }: ListedPeriod,
  { isLive, periods, targetDuration }: Broadcast,
): number | undefined {
  if (!isOver || !isLive && number === periods.at(-1)!.number) return undefined;
  const { timing: { timescale }, timeline: { decodeTimes } } = rendition;
  const ends = [...presentation.renditions.values()].map((one) =>
    one.type === "text" ? 0 : one.timeline.decodeTimes.at(-1)! / one.timing.timescale
  );
  const longest = Math.round(timescale * findMax(ends));
  const limit = Math.floor(decodeTimes[end - 1]! + timescale * (targetDuration + MAX_ROUNDED_DOWN));
  return Math.max(decodeTimes[end]!, Math.min(longest, limit));
}

/**
 * Builds the playlist of key frames of a broadcast that is over.
 *
 * @throws RequestError `NOT_FOUND`
 */
export function buildBroadcastIframePlaylist(
  broadcast: Broadcast,
  name: string,
  format: SegmentFormat,
): string {
  if (broadcast.isLive) {
    throw notFound(`a playlist of key frames of '${name}' while it is live`); // a segment may yet start without one
  }
  const periods = listPeriods(broadcast, name, format).map((period) => {
    const { presentation, rendition } = period;
    if (rendition.type !== "video") throw notFound(`a playlist of key frames of '${name}'`);
    const frames = listKeyFrames(rendition);
    const buildDate = createDateTags(period.start, rendition.timing.timescale);
    return {
      ...period,
      initTags: [
        ...buildInitTags(presentation, rendition, format),
        buildDate(frames[0]?.time ?? 0),
      ],
      ...buildKeyFrameLines(presentation, rendition, { format, frames }),
    };
  }).filter(({ lines }) => lines.length > 0);
  const [first] = periods;
  if (!first) throw notFound(`a key frame of '${name}'`);
  const longest = getTargetDuration(periods.flatMap(({ seconds }) => seconds));
  const targetDuration = Math.max(broadcast.targetDuration, longest);
  return formatMediaPlaylist(
    NO_UPDATES,
    { ...numberFirst(first, name), version: IFRAME_VERSION, targetDuration },
    [...independentSegments(periods, name), "#EXT-X-I-FRAMES-ONLY", ...joinPeriods(periods)],
  );
}

/** A period with the listed segments of one rendition. */
interface ListedPeriod extends ListedSegments, BroadcastPeriod {
  readonly rendition: MediaRendition;
}

/** Omits periods without a complete segment, of which MPEG-TS may have one that has begun. */
function listPeriods(
  broadcast: Broadcast,
  name: string,
  format: SegmentFormat,
): readonly ListedPeriod[] {
  const periods = selectPeriods(broadcast, format).map((period) => {
    const { presentation } = period;
    const rendition = getRendition(presentation, name, format);
    return { ...period, rendition, ...getListedSegments(presentation, rendition, format) };
  }).filter(({ first, end }) => first < end);
  if (periods.length === 0) throw notFound(`a complete segment of '${name}'`);
  return periods;
}

function getRendition(
  { renditions }: Presentation,
  name: string,
  format: SegmentFormat,
): MediaRendition {
  const rendition = renditions.get(name);
  const isSupported = format === "fmp4" ? isSupportedInFmp4 : isSupportedInTs;
  if (!rendition || rendition.type === "text" || !isSupported(rendition)) {
    throw notFound(`a playlist of rendition '${name}'`);
  }
  return rendition;
}

function numberFirst(
  { number, sequences, first }: ListedPeriod,
  name: string,
): Pick<MediaPlaylistHeader, "sequence" | "discontinuities"> {
  return { sequence: sequences.get(name)!.firstOrdinal + first, discontinuities: number };
}

function joinPeriods(periods: readonly PeriodLines[]): string[] {
  return periods.flatMap(({ initTags, lines }, i) => [
    ...i === 0 ? [] : ["#EXT-X-DISCONTINUITY"],
    ...initTags,
    ...lines,
  ]);
}

const MINUTE = 60_000;

/**
 * Returns a function that builds the date of a segment from its decode time, to which the durations before it add up: it does not
 * depend on what is listed. Each segment has one, since shaka-player derives wrong ones for segments that are listed after a
 * discontinuity was.
 *
 * @param start of the period, in µs since 1970
 */
function createDateTags(start: number, timescale: number): (decodeTime: number) => string {
  let minute = NaN;
  let prefix = "";
  return (decodeTime) => {
    const milliseconds = Math.round(start / 1000 + 1000 * decodeTime / timescale);
    if (Math.floor(milliseconds / MINUTE) !== minute) {
      minute = Math.floor(milliseconds / MINUTE);
      prefix = formatIsoTime(MINUTE * minute).slice(0, -"00.000Z".length); // most of the time to build a playlist, otherwise
    }
    const digits = String(milliseconds - MINUTE * minute).padStart(5, "0");
    return `#EXT-X-PROGRAM-DATE-TIME:${prefix}${digits.slice(0, 2)}.${digits.slice(2)}Z`;
  };
}

function independentSegments(periods: readonly ListedPeriod[], name: string): string[] {
  return haveIndependentSegments(periods, name) ? ["#EXT-X-INDEPENDENT-SEGMENTS"] : [];
}

function notFound(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}
