/** What a file of a directory contains, in a line or two. */

import { createElement, isolate } from "./dom.js";
import { formatCount, formatLanguage } from "./format.js";

/** @typedef {import("./asset_info.js").FileInfo} FileInfo */

/** For one track, and for more. */
const TYPE_NAMES = new Map([
  ["video", ["video", "video"]],
  ["audio", ["audio", "audio"]],
  ["text", ["subtitle", "subtitles"]],
]);

/** Longer lists are shown as a count. */
const MAX_LANGUAGES = 4;

/**
 * Creates lines: the name of a file with a title, its description, and `News · 1280×720 · 3 video, 2 audio, 2 subtitles · English, French`.
 *
 * @param {FileInfo} file
 */
export function createFileDetails(file) {
  const { name, title, description, label = "", renditions = [], languages = [] } = file;
  const parts = [
    label,
    formatLargestVideo(renditions),
    formatTrackCounts(renditions),
    formatLanguages(languages),
  ];
  const line = parts.filter(Boolean).join(" · ");
  return [
    ...title === undefined ? [] : [isolate(name)],
    ...description
      ? [createElement("span", { class: "row-description" }, isolate(description))]
      : [],
    ...line ? [line] : [],
  ];
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
  return [...TYPE_NAMES].flatMap(([type, [one, more]]) => {
    const count = types.filter((it) => it === type).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : more}`];
  }).join(", ");
}

/** @param {string[]} codes */
function formatLanguages(codes) {
  const names = codes.filter((code) => code !== "und").map(formatLanguage);
  return names.length > MAX_LANGUAGES ? formatCount(names.length, "language") : names.join(", ");
}
