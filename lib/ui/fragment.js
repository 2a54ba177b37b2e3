/**
 * Fragment of the URL of a page: the tab of the inspector and a time range, such as `#segments&t=10,20`
 * (Media Fragments URI 1.0).
 */

/** @typedef {{ start: number, end: number }} TimeFragment in seconds; `end` is Infinity where none is given */

/** `npt` is the default format of `t` (Media Fragments URI 1.0 §4.2.1). */
const TIME_RANGE = /^t=(?:npt:)?([\d:.]*)(?:,([\d:.]+))?$/;

/** `1:02:03.5`, `02:03` or seconds. */
const TIME = /^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d*)?)$/;

/**
 * Returns undefined for a fragment without a valid, non-empty range.
 *
 * @param {string} hash with or without `#`
 * @returns {TimeFragment | undefined}
 */
export function parseTimeFragment(hash) {
  const match = splitFragment(hash).map((part) => TIME_RANGE.exec(part)).findLast(Boolean);
  if (!match) return undefined;
  const [, from = "", to] = match;
  if (from === "" && to === undefined) return undefined;
  const start = from === "" ? 0 : parseTime(from);
  const end = to === undefined ? Infinity : parseTime(to);
  return start < end ? { start, end } : undefined;
}

/**
 * Formats `t=1.5,20`, or nothing for a range that has no bounds.
 *
 * @param {TimeFragment} range
 */
export function formatTimeFragment({ start, end }) {
  if (start === 0 && end === Infinity) return "";
  return `t=${formatSeconds(start)}${end === Infinity ? "" : `,${formatSeconds(end)}`}`;
}

/**
 * Returns seconds, at most to the millisecond.
 *
 * @param {number} seconds
 */
export function formatSeconds(seconds) {
  return String(Math.round(seconds * 1000) / 1000);
}

/**
 * Returns whether the fragment selects a tab.
 *
 * @param {string} hash
 * @param {string} tab lower case
 */
export function selectsTab(hash, tab) {
  return splitFragment(hash).includes(tab);
}

/**
 * Returns a fragment with another tab, and the same time range.
 *
 * @param {string} hash
 * @param {string} tab lower case
 */
export function replaceTab(hash, tab) {
  return `#${[tab, ...splitFragment(hash).filter((part) => part.includes("="))].join("&")}`;
}

/** @param {string} hash */
function splitFragment(hash) {
  return hash.replace(/^#/, "").replaceAll("%2C", ",").replaceAll("%3A", ":").split("&");
}

/**
 * Returns NaN for what is no time.
 *
 * @param {string} text
 */
function parseTime(text) {
  const match = TIME.exec(text);
  if (!match) return NaN;
  const [, hours = "0", minutes = "0", seconds = ""] = match;
  return 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds);
}
