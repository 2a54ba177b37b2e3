/** Inspector tab with all tracks. */

import { isPlayingName } from "./asset_info.js";
import { describeSupport } from "./decodable.js";
import { createElement, isolate } from "./dom.js";
import {
  formatBitrate,
  formatBytes,
  formatChannels,
  formatCount,
  formatDuration,
  formatFrameRate,
  formatLanguage,
  formatTime,
  getCodecName,
} from "./format.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 * @typedef {import("./asset_info.js").SwitchingSetInfo} SwitchingSetInfo
 */

const COLUMNS = ["Track", "Codec", "Format", "Peak", "Average", "Segments", "Size", "End", "File"];

const TYPE_LABELS = { video: "Video", audio: "Audio", text: "Subtitles", image: "Thumbnails" };

/**
 * @param {AssetInfo} about
 * @param {{
 *   player: import("./player_card.js").PlayerCard,
 *   openBoxes: (name: string) => void,
 * }} context
 * @returns {import("./tabs.js").Panel}
 */
export function createTrackPanel(about, { player, openBoxes }) {
  const byName = new Map(about.renditions.map((rendition) => [rendition.name, rendition]));
  const headings = COLUMNS.map((name) => createElement("th", { scope: "col" }, name));
  const bodies = about.sets.map((set) => createSetBody(set, byName, openBoxes));
  const table = createElement(
    "table",
    {},
    createElement("thead", {}, createElement("tr", {}, ...headings)),
    ...bodies,
  );
  player.onTracks((names) => markPlaying(table, names));
  const region = { class: "scroll tracks", tabindex: 0, role: "region", "aria-label": "Tracks" };
  return {
    element: createElement("div", {}, createElement("div", region, table), createLegend(about)),
  };
}

/**
 * Explains the columns, and the badges of this asset.
 *
 * @param {AssetInfo} about
 */
function createLegend({ sets, renditions }) {
  const hasOpenGop = renditions.some(({ openGop }) => openGop);
  const isUnaligned = sets.some(({ aligned }) => !aligned);
  /** @type {[term: string, text: string][]} */
  const rows = [
    ["playing", "what the player has chosen now"],
    ["Peak, Average", "bitrates that manifests declare"],
    ["End", "when the last sample ends"],
    ...isUnaligned
      ? [
        /** @type {[string, string]} */ ([
          "not aligned",
          "key frames differ, so a player switches between these tracks less exactly",
        ]),
      ]
      : [],
    ...hasOpenGop
      ? [
        /** @type {[string, string]} */ ([
          "open GOP",
          "a segment needs the one before it, which shows when a player seeks or switches",
        ]),
      ]
      : [],
  ];
  return createElement(
    "dl",
    { class: "legend", "aria-label": "Legend" },
    ...rows.flatMap((
      [term, text],
    ) => [createElement("dt", {}, term), createElement("dd", {}, text)]),
  );
}

/**
 * @param {SwitchingSetInfo} set
 * @param {ReadonlyMap<string, RenditionInfo>} byName
 * @param {(name: string) => void} openBoxes
 */
function createSetBody(set, byName, openBoxes) {
  const heading = createElement(
    "th",
    { colspan: COLUMNS.length, scope: "rowgroup" },
    ...createSetHeading(set),
  );
  const body = createElement("tbody", {}, createElement("tr", { class: "set" }, heading));
  for (const name of set.renditions) {
    const rendition = byName.get(name);
    if (rendition) body.append(createTrackRow(rendition, openBoxes));
  }
  return body;
}

/** @param {SwitchingSetInfo} set */
function createSetHeading({ type, language, title, label, role, aligned, renditions }) {
  const languageText = language === "und" ? "" : formatLanguage(language);
  const description = [TYPE_LABELS[type], languageText, role ?? ""].filter(Boolean).join(" · ");
  const name = label ?? (title === languageText ? undefined : title);
  return [
    description,
    ...name === undefined ? [] : [" · ", isolate(name)],
    ...renditions.length > 1 && !aligned ? [createBadge("not aligned", "bad")] : [],
  ];
}

/**
 * @param {RenditionInfo} rendition
 * @param {(name: string) => void} openBoxes
 */
function createTrackRow(rendition, openBoxes) {
  const { name, codec, bandwidth, averageBandwidth, segments, bytes, duration, file } = rendition;
  const cells = [
    createElement("span", { title: codec }, getCodecName(codec), createElement("small", {}, codec)),
    formatProperties(rendition),
    formatBitrate(bandwidth),
    formatBitrate(averageBandwidth),
    formatCount(segments.count, "segment").replace(/ segments?$/, ""),
    formatBytes(bytes),
    formatDuration(duration),
    isolate(file),
  ];
  return createElement(
    "tr",
    { "data-name": name },
    createElement(
      "th",
      { scope: "row" },
      createNameCell(rendition, openBoxes),
      createElement("span", { class: "badge chip" }, "playing"),
      ...createBadges(rendition),
    ),
    ...cells.map((cell, i) => createElement("td", { "data-label": COLUMNS[i + 1] }, cell)),
  );
}

/**
 * @param {RenditionInfo} rendition
 * @param {(name: string) => void} openBoxes
 */
function createNameCell({ name, init }, openBoxes) {
  if (init === undefined) return name;
  const title = "Inspect boxes";
  return createElement(
    "button",
    { type: "button", class: "link", title, onclick: () => openBoxes(name) },
    name,
  );
}

/** @param {RenditionInfo} rendition */
function createBadges(rendition) {
  const { openGop, parts, default: first, captions = [] } = rendition;
  const problems = [
    openGop ? "open GOP" : "",
    parts ? `diverges from ${parts.from} at ${formatTime(parts.at)}` : "",
    describeSupport(rendition),
  ];
  const notes = [
    first ? "default" : "",
    ...captions.map(({ channel, language, label }) =>
      `${channel}: ${label ?? formatLanguage(language)}`
    ),
  ];
  return [
    ...notes.filter(Boolean).map((text) => createBadge(text, "good")),
    ...problems.filter(Boolean).map((text) => createBadge(text, "bad")),
  ];
}

/**
 * @param {string} text
 * @param {"good" | "bad"} kind
 */
function createBadge(text, kind) {
  return createElement("span", { class: `badge ${kind}` }, isolate(text));
}

/** @param {RenditionInfo} rendition */
function formatProperties({ width, height, frameRate, channels: count, sampleRate }) {
  const parts = [
    width && height ? `${width}×${height}` : "",
    frameRate ? `${formatFrameRate(frameRate)} fps` : "",
    count ? formatChannels(count) : "",
    sampleRate ? `${sampleRate / 1000} kHz` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * @param {HTMLTableElement} table
 * @param {Set<string>} names
 */
function markPlaying(table, names) {
  for (const row of table.querySelectorAll("tr[data-name]")) {
    const isPlaying = isPlayingName(row.getAttribute("data-name") ?? "", names);
    row.classList.toggle("playing", isPlaying);
    row.toggleAttribute("aria-current", isPlaying);
  }
}
