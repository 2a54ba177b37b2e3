/** Rows of the list of a directory. */

import { encodePathSegment } from "./urls.js";
import { createCopyRow } from "./clipboard.js";
import { createElement, createIcon, isolate } from "./dom.js";
import { createFileDetails } from "./directory_details.js";
import { formatRemuxCommand } from "./foreign_media.js";
import { LOCK_ICON } from "./protection_facts.js";
import { formatBytes, formatDate, formatDuration } from "./format.js";

/** @typedef {import("./asset_info.js").FileInfo} FileInfo */

const DIRECTORY_ICON = "M3 5h7l2 2h9v12H3z";
const FILE_ICON = "M6 2h8l5 5v15H6zM14 2v5h5";
const WARNING_ICON = "M12 3 1 21h22zM12 10v5m0 2v2";
const MEDIA_ICON = "M3 4h18v16H3zM10 8.5v7l6-3.5z";

const IS_WINDOWS = navigator.userAgent.includes("Windows");

/** @param {string} name */
export function createDirectoryRow(name) {
  const link = createElement("a", { class: "row", href: `./${encodePathSegment(name)}/` });
  link.append(createRowIcon(DIRECTORY_ICON), createRowText(name), createFacts({}));
  return createElement("li", {}, link);
}

/** @param {FileInfo} file */
export function createFileRow(file) {
  if (file.error !== undefined) return createElement("li", {}, createBrokenRow(file, file.error));
  if (file.served === false) return createElement("li", {}, createUnservedRow(file));
  const command = file.kind === "other" ? formatRemuxCommand(file.name, IS_WINDOWS) : undefined;
  return createElement(
    "li",
    {},
    createLinkRow(file, command === undefined ? [] : ["Not MP4: cannot be streamed"]),
    command === undefined ? undefined : createConversion(command),
  );
}

/**
 * @param {FileInfo} file
 * @param {string[]} lines
 */
function createLinkRow(file, lines) {
  const { name, kind } = file;
  const href = kind === "other" ? `./${encodePathSegment(name)}` : `./${encodePathSegment(name)}/`;
  const link = createElement("a", { class: "row", href });
  link.append(
    createImage(file) ?? createRowIcon(kind === "other" ? FILE_ICON : MEDIA_ICON),
    createRowText(file.title ?? name, ...createFileDetails(file), ...lines),
    ...createLock(file),
    ...createLiveMark(file),
    createFacts(file),
  );
  return link;
}

/**
 * @param {FileInfo} file
 * @param {string} error
 */
function createBrokenRow(file, error) {
  const prefix = `${file.name}: `; // the row has the name
  const reason = error.startsWith(prefix) ? error.slice(prefix.length) : error;
  const message = createElement("span", { class: "row-error" }, "Not playable: ", isolate(reason));
  return createPlainRow("row broken", file, WARNING_ICON, message);
}

/** @param {FileInfo} file */
function createUnservedRow(file) {
  return createPlainRow("row", file, FILE_ICON, "Not a package of AMS: not served");
}

/**
 * @param {string} className
 * @param {FileInfo} file
 * @param {string} icon
 * @param {Node | string} line
 */
function createPlainRow(className, file, icon, line) {
  return createElement(
    "div",
    { class: className, tabindex: 0 },
    createRowIcon(icon),
    createRowText(file.name, line),
    createFacts(file),
  );
}

/** @param {string} command */
function createConversion(command) {
  return createElement(
    "details",
    { class: "row-more" },
    createElement("summary", {}, "Convert it to MP4"),
    createCopyRow("ffmpeg", command),
  );
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
function createImage({ poster, thumbnail }) {
  const src = poster ?? thumbnail;
  if (src === undefined) return undefined;
  const image = createElement("img", { src, alt: "", loading: "lazy", decoding: "async" });
  return createElement("span", { class: "row-image" }, image);
}

/**
 * Creates the cells of the columns, of which those without a value stay empty.
 *
 * @param {Pick<FileInfo, "duration" | "bytes" | "modified">} file
 */
function createFacts({ duration, bytes, modified }) {
  const cells = [
    createElement(
      "span",
      { class: "cell-duration" },
      duration === undefined ? "" : formatDuration(duration),
    ),
    createElement("span", { class: "cell-size" }, bytes === undefined ? "" : formatBytes(bytes)),
  ];
  const date = modified === undefined
    ? createElement("span", { class: "cell-date" })
    : createElement("time", { class: "cell-date", datetime: modified }, formatDate(modified));
  return createElement("span", { class: "row-facts" }, ...cells, date);
}
