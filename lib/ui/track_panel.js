/** All tracks as a table. */

import { element, foreign } from "./dom.js";
import {
  bitrate,
  byteSize,
  channels,
  clock,
  codecName,
  counted,
  exactTime,
  framesPerSecond,
  languageName,
} from "./format.js";

/**
 * @typedef {import("./asset_info.js").About} About
 * @typedef {import("./asset_info.js").Rendition} Rendition
 * @typedef {import("./asset_info.js").SwitchingSet} SwitchingSet
 */

const COLUMNS = ["Track", "Codec", "Format", "Peak", "Mean", "Segments", "Size", "Ends at", "File"];

const TYPES = { video: "Video", audio: "Audio", text: "Subtitles", image: "Thumbnails" };

/**
 * @param {About} about
 * @param {{
 *   player: import("./player_card.js").PlayerCard,
 *   open: (name: string) => void,
 * }} page
 * @returns {import("./tabs.js").Panel}
 */
export function trackPanel(about, { player, open }) {
  const byName = new Map(about.renditions.map((rendition) => [rendition.name, rendition]));
  const heads = COLUMNS.map((name) => element("th", { scope: "col" }, name));
  const bodies = about.sets.map((set) => setBody(set, byName, open));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), ...bodies);
  player.onTracks((names) => mark(table, names));
  const region = { class: "scroll", tabindex: 0, role: "region", "aria-label": "Tracks" };
  return { element: element("div", {}, element("div", region, table)) };
}

/**
 * @param {SwitchingSet} set
 * @param {ReadonlyMap<string, Rendition>} byName
 * @param {(name: string) => void} open
 */
function setBody(set, byName, open) {
  const title = element("th", { colspan: COLUMNS.length, scope: "rowgroup" }, ...setTitle(set));
  const body = element("tbody", {}, element("tr", { class: "set" }, title));
  for (const name of set.renditions) {
    const rendition = byName.get(name);
    if (rendition) body.append(row(rendition, open));
  }
  return body;
}

/**
 * @param {SwitchingSet} set
 */
function setTitle({ type, language, title, label, role, aligned, renditions }) {
  const spoken = language === "und" ? "" : languageName(language);
  const words = [TYPES[type], spoken, role ?? ""].filter(Boolean).join(" · ");
  const called = label ?? (title === spoken ? undefined : title);
  return [
    words,
    ...called === undefined ? [] : [" · ", foreign(called)],
    ...renditions.length > 1 && !aligned ? [badge("does not align", "bad")] : [],
  ];
}

/**
 * @param {Rendition} rendition
 * @param {(name: string) => void} open
 */
function row(rendition, open) {
  const { name, codec, bandwidth, averageBandwidth, segments, bytes, duration, file } = rendition;
  const cells = [
    element("span", { title: codec }, codecName(codec), element("small", {}, codec)),
    format(rendition),
    bitrate(bandwidth),
    bitrate(averageBandwidth),
    counted(segments.count, "segment").replace(/ segments?$/, ""),
    byteSize(bytes),
    clock(duration),
    foreign(file),
  ];
  return element(
    "tr",
    { "data-name": name },
    element("th", { scope: "row" }, nameCell(rendition, open), ...badges(rendition)),
    ...cells.map((cell) => element("td", {}, cell)),
  );
}

/**
 * @param {Rendition} rendition
 * @param {(name: string) => void} open
 */
function nameCell({ name, init }, open) {
  if (init === undefined) return name;
  const title = "Look into its boxes";
  return element(
    "button",
    { type: "button", class: "link", title, onclick: () => open(name) },
    name,
  );
}

/**
 * @param {Rendition} rendition
 */
function badges({ openGop, parts, type, codec, default: first, captions = [] }) {
  const bad = [
    openGop ? "open GOP" : "",
    parts ? `parts from ${parts.from} at ${exactTime(parts.at)}` : "",
    canPlay(type, codec) ? "" : "not in this browser",
  ];
  const good = [
    first ? "default" : "",
    ...captions.map(({ channel, language, label }) =>
      `${channel}: ${label ?? languageName(language)}`
    ),
  ];
  return [
    ...good.filter(Boolean).map((text) => badge(text, "good")),
    ...bad.filter(Boolean).map((text) => badge(text, "bad")),
  ];
}

/**
 * @param {string} text
 * @param {"good" | "bad"} kind
 */
function badge(text, kind) {
  return element("span", { class: `badge ${kind}` }, foreign(text));
}

/**
 * Whether the browser says that it decodes this.
 *
 * @param {Rendition["type"]} type
 * @param {string} codec
 */
function canPlay(type, codec) {
  if (type === "text" || type === "image" || !("MediaSource" in globalThis)) return true;
  return MediaSource.isTypeSupported(`${type}/mp4; codecs="${codec}"`);
}

/**
 * @param {Rendition} rendition
 */
function format({ width, height, frameRate, channels: count, sampleRate }) {
  const parts = [
    width && height ? `${width}×${height}` : "",
    frameRate ? `${framesPerSecond(frameRate)} fps` : "",
    count ? channels(count) : "",
    sampleRate ? `${sampleRate / 1000} kHz` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * @param {HTMLTableElement} table
 * @param {Set<string>} names of what plays
 */
function mark(table, names) {
  for (const row of table.querySelectorAll("tr[data-name]")) {
    const name = row.getAttribute("data-name") ?? "";
    const plays = [...names].some((id) => id === name || id.endsWith(`${name}.m3u8`));
    row.classList.toggle("playing", plays);
    row.toggleAttribute("aria-current", plays);
  }
}
