/** Playlists of key frames (RFC 8216bis §4.4.3.6). */

import { initUrl, keyFrameUrl } from "../cmaf/routes.ts";
import { listKeyFrames } from "../presentation/key_frames.ts";
import type { KeyFrame } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { checkForwardedSize, getMediaQuery, getWholeRendition } from "../selection/select.ts";
import { buildKeyTags, checkProtection } from "./keys.ts";
import { formatDurations, formatMediaPlaylist, formatTag, getUpdates, quote } from "./m3u8.ts";
import type { SegmentFormat } from "./m3u8.ts";
import { getTargetDuration, independentSegments } from "./media_playlist.ts";
import { tsKeyFrameUrl } from "./routes.ts";

/** EXT-X-MAP together with EXT-X-I-FRAMES-ONLY requires 5 (§8), as does KEYFORMAT; MPEG-TS declares the same. */
const VERSION = 5;

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
  const { version } = presentation;
  const { name, timing: { timescale }, timeline } = rendition;
  const { frames, sequence } = selectKeyFrames(presentation, rendition);
  const times = frames.map(({ time }) => time);
  checkForwardedSize(presentation, times.length);
  const end = presentation.live ? [] : [timeline.times.at(-1)!]; // until the next key frame is listed, the duration of the last one is unknown
  const seconds = formatDurations([...times, ...end], timescale);
  const targetDuration = Math.max(presentation.targetDuration, getTargetDuration(seconds));
  const query = getMediaQuery(presentation);
  const url = format === "fmp4" ? keyFrameUrl : tsKeyFrameUrl;
  return formatMediaPlaylist(getUpdates(presentation), {
    version: VERSION,
    targetDuration,
    sequence,
  }, [
    ...independentSegments(rendition),
    "#EXT-X-I-FRAMES-ONLY",
    ...format === "fmp4"
      ? [formatTag("EXT-X-MAP", { URI: quote(initUrl(version, name) + query) })]
      : [],
    ...buildKeyTags(presentation, rendition),
    ...seconds.flatMap((
      duration,
      i,
    ) => [`#EXTINF:${duration},`, url(version, name, times[i]!) + query]),
  ]);
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
