/** Marks of a clip in the player, and the URLs that play it. */

import { createCopyRow } from "./clipboard.js";
import { createElement } from "./dom.js";
import { formatTime } from "./format.js";
import { formatSeconds, formatTimeFragment } from "./fragment.js";
import { PROTOCOL_NAMES } from "./links.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./fragment.js").TimeFragment} TimeFragment
 */

/**
 * Creates buttons that mark the time that is playing as start or end of a clip.
 *
 * @param {import("./player.js").Player} player
 * @param {{ about: AssetInfo, pageUrl: string, range: TimeFragment | undefined }} page
 *   `range` is marked at first
 */
export function createClipMarks(player, { about, pageUrl, range }) {
  let clip = range ?? { start: 0, end: Infinity };
  const facts = createElement("span", { class: "note", role: "status" });
  const rows = createElement("div", {});
  const mark = (/** @type {Partial<TimeFragment>} */ change) => {
    const next = { ...clip, ...change };
    if (next.start >= next.end) { // the older mark is forgotten
      if (change.start === undefined) next.start = 0;
      else next.end = Infinity;
    }
    show(next);
  };
  const clear = createButton("Clear", () => show({ start: 0, end: Infinity }));
  const show = (/** @type {TimeFragment} */ next) => {
    clip = next;
    const fragment = formatTimeFragment(next);
    clear.hidden = fragment === "";
    facts.textContent = fragment === "" ? "" : describe(next);
    rows.replaceChildren(...fragment === "" ? [] : createRows(next, { about, pageUrl }));
  };
  show(clip);
  return createElement(
    "div",
    { class: "clip", role: "group", "aria-label": "Clip" },
    createElement(
      "div",
      { class: "buttons" },
      createButton("Mark in", () => mark({ start: player.video.currentTime })),
      createButton("Mark out", () => mark({ end: player.video.currentTime })),
      clear,
      facts,
    ),
    rows,
  );
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
function createButton(label, onclick) {
  return createElement("button", { type: "button", class: "button small", onclick }, label);
}

/** @param {TimeFragment} clip */
function describe({ start, end }) {
  return `${formatTime(start)} to ${end === Infinity ? "the end" : formatTime(end)}`;
}

/**
 * Manifests of a clip consist of whole segments (docs/filtering.md).
 *
 * @param {TimeFragment} clip
 * @param {{ about: AssetInfo, pageUrl: string }} page
 */
function createRows(clip, { about: { manifests }, pageUrl }) {
  const query = new URLSearchParams();
  if (clip.start > 0) query.set("start", formatSeconds(clip.start));
  if (clip.end !== Infinity) query.set("end", formatSeconds(clip.end));
  const rows = [...PROTOCOL_NAMES].flatMap(([key, name]) => {
    const manifest = /** @type {Record<string, string | undefined>} */ (manifests)[key];
    if (manifest === undefined) return [];
    return [createCopyRow(name, new URL(`${manifest}?${query}`, pageUrl).href, `${name} clip`)];
  });
  const page = `${pageUrl}#${formatTimeFragment(clip)}`;
  return [createCopyRow("Page", page, "page at the clip"), ...rows];
}
