/** What a package says of the whole: title, description, chapters. */

import { createElement, isolate } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";
import { formatTimeFragment } from "./fragment.js";

/** @typedef {import("./asset_info.js").AssetInfo} AssetInfo */

/**
 * Returns the heading of a page: the title, or else the name of the file.
 *
 * @param {AssetInfo} about
 */
export function createTitle({ file, title }) {
  return createElement("h1", {}, isolate(title ?? (file.split("/").at(-1) || "All files")));
}

/**
 * Returns the description, and chapters whose links start them.
 *
 * @param {AssetInfo} about
 */
export function createMetadata({ description, chapters = [] }) {
  return [
    ...description ? [createElement("p", { class: "description" }, isolate(description))] : [],
    ...chapters.length > 0 ? [createChapters(chapters)] : [],
  ];
}

/** @param {NonNullable<AssetInfo["chapters"]>} chapters */
function createChapters(chapters) {
  const items = chapters.map(({ start, title }) => {
    const href = `#${formatTimeFragment({ start, end: Infinity }) || "t=0"}`;
    return createElement(
      "li",
      {},
      createElement("a", { href }, `${formatDuration(start)} `, isolate(title)),
    );
  });
  const details = createElement("details", { class: "chapters" });
  details.append(
    createElement("summary", {}, formatCount(chapters.length, "chapter")),
    createElement("ol", {}, ...items),
  );
  return details;
}
