import { ResponseError } from "./error_message.js";
import { addPageToken } from "./urls.js";

/**
 * docs/about.md documents the keys of `about.json`.
 *
 * @typedef {"video" | "audio" | "text" | "image"} MediaType
 *
 * @typedef {{
 *   url: string,
 *   count: number,
 *   times: number[],
 *   seconds: number[],
 *   bytes?: number[],
 *   leftOut?: number,
 * }} SegmentsInfo
 *
 * @typedef {{
 *   name: string,
 *   type: MediaType,
 *   file: string,
 *   track?: number,
 *   language: string,
 *   label?: string,
 *   role?: string,
 *   default?: boolean,
 *   codec: string,
 *   bandwidth: number,
 *   averageBandwidth: number,
 *   duration: number,
 *   bytes: number,
 *   width?: number,
 *   height?: number,
 *   frameRate?: string,
 *   channels?: number,
 *   sampleRate?: number,
 *   timescale: number,
 *   openGop?: boolean,
 *   kid?: string,
 *   captions?: { channel: string, language: string, label?: string }[],
 *   protocols: string[],
 *   init?: string,
 *   text?: string,
 *   samples?: number,
 *   segments: SegmentsInfo,
 *   keyFrames?: number[],
 *   keyFramesLeftOut?: number,
 *   parts?: { from: string, at: number },
 * }} RenditionInfo
 *
 * @typedef {{
 *   type: MediaType,
 *   language: string,
 *   title?: string,
 *   label?: string,
 *   role?: string,
 *   aligned: boolean,
 *   renditions: string[],
 * }} SwitchingSetInfo
 *
 * @typedef {{
 *   scheme: "cenc" | "cbcs" | "aes-128",
 *   systems: string[],
 *   kids?: Record<string, string>,
 * }} ProtectionInfo
 *
 * @typedef {{
 *   file: string,
 *   version: string,
 *   duration: number,
 *   segmentDuration: number,
 *   protection?: ProtectionInfo,
 *   manifests: { dash?: string, hls?: string, hlsTs?: string, smooth?: string },
 *   warnings: string[],
 *   sets: SwitchingSetInfo[],
 *   renditions: RenditionInfo[],
 *   live?: LiveInfo,
 *   title?: string,
 *   description?: string,
 *   poster?: string,
 *   thumbnail?: string,
 *   chapters?: { start: number, end: number, title: string }[],
 *   downloads?: { file: string, url: string }[],
 * }} AssetInfo
 */

/**
 * @typedef {{
 *   state: "waiting" | "live" | "silent" | "over",
 *   label?: string,
 *   publishers: string[],
 *   edge?: string,
 *   window?: { start: string, seconds?: number },
 *   periods: {
 *     number: number,
 *     version: string,
 *     start: string,
 *     end?: string,
 *     reason?: string,
 *     publishers: string[],
 *   }[],
 * }} LiveInfo
 *
 * @typedef {AssetInfo & { live: LiveInfo }} ChannelInfo
 */

/**
 * @typedef {{
 *   name: string,
 *   kind: "package" | "bare" | "other",
 *   bytes?: number,
 *   duration?: number,
 *   renditions?: string[],
 *   languages?: string[],
 *   scheme?: string,
 *   label?: string,
 *   live?: LiveInfo["state"],
 *   title?: string,
 *   description?: string,
 *   poster?: string,
 *   thumbnail?: string,
 *   error?: string,
 *   modified?: string,
 *   uses?: string[],
 *   served?: false,
 * }} FileInfo
 *
 * @typedef {{
 *   folder: string,
 *   folders: string[],
 *   files: FileInfo[],
 *   total: { folders: number, files: number },
 *   leftOut?: number,
 *   next?: string,
 *   presentation?: { files: number },
 * }} DirectoryInfo
 */

/**
 * @param {string} url
 * @param {AbortSignal | null} signal ends the request
 * @returns {Promise<any>}
 * @throws {ResponseError} with the reason that the server gives for an error status
 */
export async function fetchJson(url, signal = null) {
  const headers = { accept: "application/json" };
  const response = await fetch(addPageToken(url), { headers, signal });
  if (response.ok) return await response.json();
  throw await toResponseError(response);
}

/**
 * A proxy may respond with an error of its own.
 *
 * @param {Response} response
 */
async function toResponseError(response) {
  const isJson = response.headers.get("content-type") === "application/json";
  const { reason = "", code = "" } = isJson ? await response.json() : {};
  return new ResponseError(reason, { code, status: response.status });
}

/**
 * Returns a URL relative to the page.
 *
 * @param {RenditionInfo} rendition
 * @param {number} i
 */
export function getSegmentUrl({ segments }, i) {
  return segments.url.replace("$Time$", String(segments.times[i]));
}

/**
 * Returns the first or last index for times outside of the list.
 *
 * @param {RenditionInfo} rendition
 * @param {number} time in seconds
 */
export function findSegmentIndex({ segments: { seconds, times } }, time) {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (/** @type {number} */ (seconds[middle]) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Returns seconds.
 *
 * @param {RenditionInfo} rendition
 * @param {number} i
 */
export function getSegmentDuration({ segments: { seconds } }, i) {
  return (seconds[i + 1] ?? 0) - (seconds[i] ?? 0);
}

/**
 * Returns the UTC at which the newest period begins, in milliseconds.
 *
 * @param {LiveInfo} live
 */
export function getPeriodStart({ periods }) {
  return Date.parse(periods.at(-1)?.start ?? "");
}

const AUDIO_ONLY_ASPECT = "16 / 4";

/**
 * Returns the CSS `aspect-ratio` of the player: that of the largest video, since the sizes of others are rounded more.
 *
 * @param {AssetInfo} about
 */
export function getAspectRatio({ renditions }) {
  const videos = renditions.filter(({ type }) => type === "video");
  const [video] = videos.toSorted((a, b) => (b.height ?? 0) - (a.height ?? 0));
  return video?.width && video.height ? `${video.width} / ${video.height}` : AUDIO_ONLY_ASPECT;
}

/**
 * Returns whether a rendition is among what is playing.
 *
 * @param {string} rendition
 * @param {ReadonlySet<string>} names of renditions or, in HLS, of their playlists
 */
export function isPlayingName(rendition, names) {
  const playlists = [".m3u8", ".ts.m3u8", ".live.m3u8", ".live.ts.m3u8"]
    .map((extension) => rendition + extension);
  return [...names].some((name) =>
    name === rendition || playlists.some((playlist) => name.endsWith(playlist))
  );
}
