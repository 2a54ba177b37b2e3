/** Data of the chart. */

import { getSegmentDuration } from "./asset_info.js";

/**
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 * @typedef {"bitrate" | "bytes"} Measure
 */

/**
 * Builds one column of all segment start times, and one of values for each rendition. Values apply until its next segment.
 *
 * @param {RenditionInfo[]} renditions
 * @param {Measure} measure
 * @returns {[number[], ...(number | null)[][]]}
 */
export function buildChartData(renditions, measure) {
  const times = [...new Set(renditions.flatMap(({ segments }) => segments.seconds))];
  times.sort((a, b) => a - b);
  return [times, ...renditions.map((rendition) => buildColumn(rendition, times, measure))];
}

/**
 * @param {RenditionInfo} rendition
 * @param {number[]} times
 * @param {Measure} measure
 */
function buildColumn(rendition, times, measure) {
  const { seconds } = rendition.segments;
  const [first, last] = [seconds[0] ?? 0, seconds.at(-1) ?? 0];
  let i = 0;
  return times.map((time) => {
    if (time < first || time > last) return null;
    while (i + 2 < seconds.length && /** @type {number} */ (seconds[i + 1]) <= time) i++;
    return getSegmentValue(rendition, i, measure);
  });
}

/**
 * Returns bytes or bit/s; null for the bitrate of an empty segment.
 *
 * @param {RenditionInfo} rendition
 * @param {number} i
 * @param {Measure} measure
 */
export function getSegmentValue(rendition, i, measure) {
  const bytes = rendition.segments.bytes?.[i] ?? 0;
  const duration = getSegmentDuration(rendition, i);
  if (measure === "bytes") return bytes;
  return duration > 0 ? 8 * bytes / duration : null;
}

/**
 * Returns none if more than `max` are in `[from, to]`.
 *
 * @param {number[]} times
 * @param {{ from: number, to: number, max: number }} range
 */
export function getVisibleTimes(times, { from, to, max }) {
  const inside = times.filter((time) => time >= from && time <= to);
  return inside.length <= max ? inside : [];
}
