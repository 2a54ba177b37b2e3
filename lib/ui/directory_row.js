/** Rows of the list of a directory. */

import { encodePathSegment } from "./urls.js";
import { createElement, createIcon, isolate } from "./dom.js";
import { LOCK_ICON } from "./protection_facts.js";
import { formatBytes, formatCount, formatDuration, formatLanguage } from "./format.js";

/** @typedef {import("./asset_info.js").FileInfo} FileInfo */

const DIRECTORY_ICON = "M3 5h7l2 2h9v12H3z";
const FILE_ICON = "M6 2h8l5 5v15H6zM14 2v5h5";
const WARNING_ICON = "M12 3 1 21h22zM12 10v5m0 2v2";
const MEDIA_ICON = "M3 4h18v16H3zM10 8.5v7l6-3.5z";

const TYPE_NAMES = new Map([["video", "video"], ["audio", "audio"], ["text", "subtitles"]]);

/** Longer lists are shown as a count. */
const MAX_LANGUAGES = 4;

/** @param {string} name */
export function createDirectoryRow(name) {
  const link = createElement("a", { class: "row", href: `./${encodePathSegment(name)}/` });
  link.append(createRowIcon(DIRECTORY_ICON), createRowText(name));
  return createElement("li", {}, link);
}

/** @param {FileInfo} file */
export function createFileRow(file) {
  const { name, kind, error } = file;
  if (error !== undefined) return createElement("li", {}, createBrokenRow(file, error));
  const href = kind === "other" ? `./${encodePathSegment(name)}` : `./${encodePathSegment(name)}/`;
  const link = createElement("a", { class: "row", href });
  link.append(
    createThumbnail(file) ?? createRowIcon(kind === "other" ? FILE_ICON : MEDIA_ICON),
    createRowText(name, formatDetails(file)),
    ...createLock(file),
    ...createLiveMark(file),
    createElement("span", { class: "row-time" }, formatAmount(file)),
  );
  return createElement("li", {}, link);
}

/**
 * @param {FileInfo} file
 * @param {string} error
 */
function createBrokenRow({ name }, error) {
  const message = createElement("span", { class: "row-error" }, "Not playable: ", isolate(error));
  const row = createElement(
    "div",
    { class: "row broken", tabindex: 0 },
    createRowIcon(WARNING_ICON),
  );
  row.append(createRowText(name, message));
  return row;
}

/**
 * @param {string} name
 * @param {(Node | string)[]} lines
 */
function createRowText(name, ...lines) {
  return createElement(
    "span",
    { class: "row-text" },
    createElement("span", { class: "row-name" }, isolate(name)),
    ...lines.map((line) => createElement("span", { class: "row-details" }, line)),
  );
}

/** @param {string} path */
function createRowIcon(path) {
  return createElement("span", { class: "row-image" }, createIcon(path));
}

/** @param {FileInfo} file */
function createLock({ scheme }) {
  if (scheme === undefined) return [];
  const lock = createElement("span", {
    class: "row-lock",
    role: "img",
    title: scheme,
    "aria-label": `protected with ${scheme}`,
  });
  lock.append(createIcon(LOCK_ICON));
  return [lock];
}

/** @param {FileInfo} file */
function createLiveMark({ live }) {
  return live === "live" ? [createElement("span", { class: "state live" }, "Live")] : [];
}

/** @param {FileInfo} file */
function createThumbnail({ thumbnail }) {
  if (thumbnail === undefined) return undefined;
  const image = createElement("img", {
    src: thumbnail,
    alt: "",
    loading: "lazy",
    decoding: "async",
  });
  return createElement("span", { class: "row-image" }, image);
}

/** @param {FileInfo} file */
function formatAmount({ duration, bytes }) {
  return duration === undefined
    ? bytes === undefined ? "" : formatBytes(bytes)
    : formatDuration(duration);
}

/**
 * Formats `News · 1280×720 · 3 video, 2 audio, 2 subtitles · English, French`.
 *
 * @param {FileInfo} file
 */
function formatDetails({ label = "", renditions = [], languages = [] }) {
  const parts = [
    label,
    formatLargestVideo(renditions),
    formatTrackCounts(renditions),
    formatLanguages(languages),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** @param {string[]} renditions */
function formatLargestVideo(renditions) {
  const sizes = renditions.filter((line) => line.startsWith("video "))
    .map((line) => /\b(\d+)x(\d+)\b/.exec(line)).filter((match) => match !== null);
  sizes.sort((a, b) => Number(b[2]) - Number(a[2]));
  return sizes[0] ? `${sizes[0][1]}×${sizes[0][2]}` : "";
}

/** @param {string[]} renditions */
function formatTrackCounts(renditions) {
  const types = renditions.map((line) => line.split(" ", 1)[0]);
  return [...TYPE_NAMES].map(([type, word]) => [types.filter((it) => it === type).length, word])
    .filter(([count]) => count).map((pair) => pair.join(" ")).join(", ");
}

/** @param {string[]} codes */
function formatLanguages(codes) {
  const names = codes.filter((code) => code !== "und").map(formatLanguage);
  return names.length > MAX_LANGUAGES ? formatCount(names.length, "language") : names.join(", ");
}
