/** A folder or a file as a row of the list. */

import { segment } from "./urls.js";
import { element, foreign, icon } from "./dom.js";
import { byteSize, clock, counted, languageName } from "./format.js";

/** @typedef {import("./asset_info.js").FolderFile} FolderFile */

const FOLDER = "M3 5h7l2 2h9v12H3z";
const FILE = "M6 2h8l5 5v15H6zM14 2v5h5";
const WARNING = "M12 3 1 21h22zM12 10v5m0 2v2";
const FILM = "M3 4h18v16H3zM10 8.5v7l6-3.5z";

/** Words for what the first word of a rendition's line says. */
const TYPES = new Map([["video", "video"], ["audio", "audio"], ["text", "subtitles"]]);

/** More languages than this are counted. */
const MOST_LANGUAGES = 4;

/**
 * @param {string} name
 */
export function folderRow(name) {
  const link = element("a", { class: "row", href: `./${segment(name)}/` });
  link.append(picture(FOLDER), words(name));
  return element("li", {}, link);
}

/**
 * @param {FolderFile} file
 */
export function fileRow(file) {
  const { name, kind, error } = file;
  if (error !== undefined) return element("li", {}, brokenRow(file, error));
  const href = kind === "other" ? `./${segment(name)}` : `./${segment(name)}/`;
  const link = element("a", { class: "row", href });
  link.append(
    thumbnail(file) ?? picture(kind === "other" ? FILE : FILM),
    words(name, details(file)),
    element("span", { class: "row-time" }, amount(file)),
  );
  return element("li", {}, link);
}

/**
 * What can't be played has no page: it says why.
 *
 * @param {FolderFile} file
 * @param {string} error
 */
function brokenRow({ name }, error) {
  const why = element("span", { class: "row-error" }, "Can’t be played. ", foreign(error));
  const row = element("div", { class: "row broken", tabindex: 0 }, picture(WARNING));
  row.append(words(name, why));
  return row;
}

/**
 * @param {string} name
 * @param {(Node | string)[]} lines
 */
function words(name, ...lines) {
  return element(
    "span",
    { class: "row-words" },
    element("span", { class: "row-name" }, foreign(name)),
    ...lines.map((line) => element("span", { class: "row-details" }, line)),
  );
}

/**
 * @param {string} path
 */
function picture(path) {
  return element("span", { class: "row-picture" }, icon(path));
}

/**
 * @param {FolderFile} file
 */
function thumbnail({ thumbnail }) {
  if (thumbnail === undefined) return undefined;
  const image = element("img", { src: thumbnail, alt: "", loading: "lazy", decoding: "async" });
  return element("span", { class: "row-picture" }, image);
}

/**
 * @param {FolderFile} file
 */
function amount({ duration, bytes }) {
  return duration === undefined ? bytes === undefined ? "" : byteSize(bytes) : clock(duration);
}

/**
 * `1280×720 · 3 video, 2 audio, 2 subtitles · English, French`
 *
 * @param {FolderFile} file
 */
function details({ renditions = [], languages = [] }) {
  const parts = [largestPicture(renditions), kinds(renditions), spoken(languages)];
  return parts.filter(Boolean).join(" · ");
}

/**
 * @param {string[]} renditions
 */
function largestPicture(renditions) {
  const sizes = renditions.filter((line) => line.startsWith("video "))
    .map((line) => /\b(\d+)x(\d+)\b/.exec(line)).filter((match) => match !== null);
  sizes.sort((a, b) => Number(b[2]) - Number(a[2]));
  return sizes[0] ? `${sizes[0][1]}×${sizes[0][2]}` : "";
}

/**
 * @param {string[]} renditions
 */
function kinds(renditions) {
  const types = renditions.map((line) => line.split(" ", 1)[0]);
  return [...TYPES].map(([type, word]) => [types.filter((it) => it === type).length, word])
    .filter(([count]) => count).map((pair) => pair.join(" ")).join(", ");
}

/**
 * @param {string[]} codes
 */
function spoken(codes) {
  const names = codes.filter((code) => code !== "und").map(languageName);
  return names.length > MOST_LANGUAGES ? counted(names.length, "language") : names.join(", ");
}
