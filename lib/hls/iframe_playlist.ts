/** Playlists of key frames (RFC 8216bis §4.4.3.6). */

import { keyFrameUrl } from "../cmaf/routes.ts";
import { listKeyFrames } from "../presentation/key_frames.ts";
import type { KeyFrame } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { checkForwardedSize, getMediaQuery, getWholeRendition } from "../selection/select.ts";
import { checkProtection } from "./keys.ts";
import { formatDurations, formatMediaPlaylist, NO_UPDATES } from "./m3u8.ts";
import type { SegmentFormat } from "./m3u8.ts";
import { buildInitTags, getTargetDuration, independentSegments } from "./media_playlist.ts";
import { tsKeyFrameUrl } from "./routes.ts";

/** EXT-X-MAP together with EXT-X-I-FRAMES-ONLY requires 5 (§8), as does KEYFORMAT; MPEG-TS declares the same. */
export const IFRAME_VERSION = 5;

/**
 * Each key frame is a resource of its own, so there are no byte ranges. MPEG-TS needs no EXT-X-MAP, since each begins with PAT
 * and PMT (§4.4.4.5).
 *
 * @throws RequestError `BAD_REQUEST` if forwarded parameters would enlarge the playlist too much; RequestError, KeysError as
 *   `checkProtection()`
 */
export function buildIframePlaylist(
  presentation: Presentation,
  rendition: MediaRendition,
  format: SegmentFormat,
): string {
  checkProtection(presentation, format);
  const { frames, sequence } = selectKeyFrames(presentation, rendition);
  checkForwardedSize(presentation, frames.length);
  const { lines, seconds } = buildKeyFrameLines(presentation, rendition, { format, frames });
  const targetDuration = Math.max(presentation.targetDuration, getTargetDuration(seconds));
  return formatMediaPlaylist(NO_UPDATES, {
    version: IFRAME_VERSION,
    targetDuration,
    sequence,
  }, [
    ...independentSegments(rendition),
    "#EXT-X-I-FRAMES-ONLY",
    ...buildInitTags(presentation, rendition, format),
    ...lines,
  ]);
}

/**
 * Builds EXTINF and URL of each key frame, which lasts until the next one. The first one of edits lasts from the start on, where the
 * edit may present no key frame: players add up EXTINFs.
 */
export function buildKeyFrameLines(
  presentation: Presentation,
  { name, timing: { timescale }, timeline, track: { samples } }: MediaRendition,
  { format, frames }: { readonly format: SegmentFormat; readonly frames: readonly KeyFrame[] },
): { readonly lines: readonly string[]; readonly seconds: readonly string[] } {
  const { version } = presentation;
  const times = frames.map(({ time }) => time);
  const starts = samples.covered && frames.length > 0
    ? [timeline.times[0]!, ...times.slice(1)]
    : times;
  const seconds = formatDurations([...starts, timeline.times.at(-1)!], timescale);
  const query = getMediaQuery(presentation);
  const url = format === "fmp4" ? keyFrameUrl : tsKeyFrameUrl;
  const lines = seconds.flatMap((duration, i) => [
    `#EXTINF:${duration},`,
    url(version, name, times[i]!) + query,
  ]);
  return { lines, seconds };
}

/** Selects those of the whole rendition within the selection, with the same media sequence numbers. */
function selectKeyFrames(
  presentation: Presentation,
  rendition: MediaRendition,
): { frames: readonly KeyFrame[]; sequence: number } {
  const all = listKeyFrames(getWholeRendition(presentation, rendition));
  const [first, end] = [rendition.timeline.samples[0]!, rendition.timeline.samples.at(-1)!];
  const frames = all.filter(({ sample }) => sample >= first && sample < end);
  return { frames, sequence: frames.length > 0 ? all.indexOf(frames[0]!) : 0 };
}
