/**
 * What `about.json` says of a title: docs/about.md says it at length.
 *
 * @typedef {"video" | "audio" | "text" | "image"} Type
 *
 * @typedef {{
 *   url: string,
 *   count: number,
 *   times: number[],
 *   seconds: number[],
 *   bytes?: number[],
 *   leftOut?: number,
 * }} Segments
 *
 * @typedef {{
 *   name: string,
 *   type: Type,
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
 *   captions?: { channel: string, language: string, label?: string }[],
 *   protocols: string[],
 *   init?: string,
 *   text?: string,
 *   samples?: number,
 *   segments: Segments,
 *   keyFrames?: number[],
 *   keyFramesLeftOut?: number,
 *   parts?: { from: string, at: number },
 * }} Rendition
 *
 * @typedef {{
 *   type: Type,
 *   language: string,
 *   title?: string,
 *   label?: string,
 *   role?: string,
 *   aligned: boolean,
 *   renditions: string[],
 * }} SwitchingSet
 *
 * @typedef {{
 *   file: string,
 *   version: string,
 *   duration: number,
 *   segmentDuration: number,
 *   manifests: { dash?: string, hls?: string, hlsTs?: string, smooth?: string },
 *   warnings: string[],
 *   sets: SwitchingSet[],
 *   renditions: Rendition[],
 * }} About
 */

/**
 * What a folder holds.
 *
 * @typedef {{
 *   name: string,
 *   kind: "package" | "bare" | "other",
 *   bytes?: number,
 *   duration?: number,
 *   renditions?: string[],
 *   languages?: string[],
 *   thumbnail?: string,
 *   error?: string,
 * }} FolderFile
 *
 * @typedef {{
 *   folder: string,
 *   folders: string[],
 *   files: FolderFile[],
 *   total: { folders: number, files: number },
 *   leftOut?: number,
 *   next?: string,
 *   presentation?: { files: number },
 * }} Folder
 */

/**
 * Asks the server.
 *
 * @param {string} url
 * @returns {Promise<any>} what the JSON says
 * @throws {Error} with the server's reason, when it says no
 */
export async function askJson(url) {
  const response = await fetch(url, { headers: { accept: "application/json" } });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.reason ?? `The server answered ${response.status}`);
  return answer;
}

/**
 * URL of a segment, relative to the page.
 *
 * @param {Rendition} rendition
 * @param {number} i
 */
export function segmentUrl({ segments }, i) {
  return segments.url.replace("$Time$", String(segments.times[i]));
}

/**
 * Which of its listed segments is presented at a time; the first or the last one for times outside.
 *
 * @param {Rendition} rendition
 * @param {number} time in seconds
 */
export function segmentAt({ segments: { seconds, times } }, time) {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (/** @type {number} */ (seconds[middle]) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * How long a segment is presented, in seconds.
 *
 * @param {Rendition} rendition
 * @param {number} i
 */
export function segmentDuration({ segments: { seconds } }, i) {
  return (seconds[i + 1] ?? 0) - (seconds[i] ?? 0);
}
