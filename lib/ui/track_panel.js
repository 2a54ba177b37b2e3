/** All tracks as a table. */

import { createElement, isolate } from "./dom.js";
import {
  formatBitrate,
  formatBytes,
  formatChannels,
  formatCount,
  formatDuration,
  formatFrameRate,
  formatTime,
  getCodecName,
  getLanguageName,
} from "./format.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 * @typedef {import("./asset_info.js").SwitchingSetInfo} SwitchingSetInfo
 */

const COLUMNS = ["Track", "Codec", "Format", "Peak", "Mean", "Segments", "Size", "Ends at", "File"];

const TYPE_LABELS = { video: "Video", audio: "Audio", text: "Subtitles", image: "Thumbnails" };

/**
 * @param {AssetInfo} about
 * @param {{
 *   player: import("./player_card.js").PlayerCard,
 *   open: (name: string) => void,
 * }} page
 * @returns {import("./tabs.js").Panel}
 */
export function createTrackPanel(about, { player, open }) {
  const byName = new Map(about.renditions.map((rendition) => [rendition.name, rendition]));
  const heads = COLUMNS.map((name) => createElement("th", { scope: "col" }, name));
  const bodies = about.sets.map((set) => createSetBody(set, byName, open));
  const table = createElement(
    "table",
    {},
    createElement("thead", {}, createElement("tr", {}, ...heads)),
    ...bodies,
  );
  player.onTracks((names) => markPlaying(table, names));
  const region = { class: "scroll", tabindex: 0, role: "region", "aria-label": "Tracks" };
  return { element: createElement("div", {}, createElement("div", region, table)) };
}

/**
 * @param {SwitchingSetInfo} set
 * @param {ReadonlyMap<string, RenditionInfo>} byName
 * @param {(name: string) => void} open
 */
function createSetBody(set, byName, open) {
  const title = createElement(
    "th",
    { colspan: COLUMNS.length, scope: "rowgroup" },
    ...createSetHeading(set),
  );
  const body = createElement("tbody", {}, createElement("tr", { class: "set" }, title));
  for (const name of set.renditions) {
    const rendition = byName.get(name);
    if (rendition) body.append(createTrackRow(rendition, open));
  }
  return body;
}

/**
 * @param {SwitchingSetInfo} set
 */
function createSetHeading({ type, language, title, label, role, aligned, renditions }) {
  const spoken = language === "und" ? "" : getLanguageName(language);
  const words = [TYPE_LABELS[type], spoken, role ?? ""].filter(Boolean).join(" · ");
  const called = label ?? (title === spoken ? undefined : title);
  return [
    words,
    ...called === undefined ? [] : [" · ", isolate(called)],
    ...renditions.length > 1 && !aligned ? [createBadge("does not align", "bad")] : [],
  ];
}

/**
 * @param {RenditionInfo} rendition
 * @param {(name: string) => void} open
 */
function createTrackRow(rendition, open) {
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
      createNameCell(rendition, open),
      ...createBadges(rendition),
    ),
    ...cells.map((cell) => createElement("td", {}, cell)),
  );
}

/**
 * @param {RenditionInfo} rendition
 * @param {(name: string) => void} open
 */
function createNameCell({ name, init }, open) {
  if (init === undefined) return name;
  const title = "Look into its boxes";
  return createElement(
    "button",
    { type: "button", class: "link", title, onclick: () => open(name) },
    name,
  );
}

/**
 * @param {RenditionInfo} rendition
 */
function createBadges({ openGop, parts, type, codec, default: first, captions = [] }) {
  const bad = [
    openGop ? "open GOP" : "",
    parts ? `parts from ${parts.from} at ${formatTime(parts.at)}` : "",
    isSupported(type, codec) ? "" : "not in this browser",
  ];
  const good = [
    first ? "default" : "",
    ...captions.map(({ channel, language, label }) =>
      `${channel}: ${label ?? getLanguageName(language)}`
    ),
  ];
  return [
    ...good.filter(Boolean).map((text) => createBadge(text, "good")),
    ...bad.filter(Boolean).map((text) => createBadge(text, "bad")),
  ];
}

/**
 * @param {string} text
 * @param {"good" | "bad"} kind
 */
function createBadge(text, kind) {
  return createElement("span", { class: `badge ${kind}` }, isolate(text));
}

/**
 * Whether the browser says that it decodes this.
 *
 * @param {RenditionInfo["type"]} type
 * @param {string} codec
 */
function isSupported(type, codec) {
  if (type === "text" || type === "image" || !("MediaSource" in globalThis)) return true;
  return MediaSource.isTypeSupported(`${type}/mp4; codecs="${codec}"`);
}

/**
 * @param {RenditionInfo} rendition
 */
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
 * @param {Set<string>} names of what plays
 */
function markPlaying(table, names) {
  for (const row of table.querySelectorAll("tr[data-name]")) {
    const name = row.getAttribute("data-name") ?? "";
    const plays = [...names].some((id) => id === name || id.endsWith(`${name}.m3u8`));
    row.classList.toggle("playing", plays);
    row.toggleAttribute("aria-current", plays);
  }
}
