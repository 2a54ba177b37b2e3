/** What a channel broadcasts, as it changes. */

import { fetchJson } from "./asset_info.js";
import { createElement, isolate } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";

/**
 * @typedef {import("./asset_info.js").ChannelInfo} ChannelInfo
 * @typedef {import("./asset_info.js").LiveInfo} LiveInfo
 * @typedef {LiveInfo["periods"][number]} PeriodInfo
 */

const REFRESH_MS = 3000;

const STATE_NAMES = { waiting: "Waiting", live: "Live", silent: "Silent", over: "Over" };

const STATE_NOTES = {
  waiting: "Nothing was published yet. This page starts when an encoder does.",
  live: "",
  silent: "The encoder has broken off: the broadcast waits for it.",
  over: "The broadcast is over. The next one begins here.",
};

/** Longer lists would hide the player. */
const MAX_PERIODS = 50;

/**
 * Creates a line with the state, and a list of the periods.
 *
 * @param {LiveInfo} live
 */
export function createChannelStatus(live) {
  const badge = createElement("span", { role: "status" });
  const facts = createElement("span", {});
  const line = createElement("p", { class: "facts" }, badge, facts);
  const rest = createElement("div", {});
  const show = (/** @type {LiveInfo} */ live) => {
    const { state, periods } = live;
    badge.className = `state ${state}`;
    if (badge.textContent !== STATE_NAMES[state]) badge.textContent = STATE_NAMES[state];
    facts.replaceChildren(isolate(formatFacts(live)));
    const isOpen = rest.querySelector("details")?.open ?? false;
    const note = STATE_NOTES[state];
    rest.replaceChildren(
      ...note ? [createElement("p", { class: "note" }, note)] : [],
      ...periods.length > 0 ? [createPeriods(periods, isOpen)] : [],
    );
  };
  show(live);
  return { element: createElement("div", { class: "channel" }, line, rest), show };
}

/**
 * Requests the description of a channel again and again, while the page is visible.
 *
 * @param {string} url
 * @param {(about: ChannelInfo) => void} onChange
 */
export function followChannel(url, onChange) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      onChange(await fetchJson(url));
    } catch {
      // the server may be back at the next time
    }
  }, REFRESH_MS);
}

/** @param {LiveInfo} live */
function formatFacts({ publishers, edge, window }) {
  const facts = [
    window && edge ? formatWindow(window, edge) : "",
    publishers.length > 0 ? `from ${publishers.join(", ")}` : "",
  ];
  return facts.filter(Boolean).join(" · ");
}

/**
 * Formats `1:02:03 to watch`, since segments may be fewer than the window.
 *
 * @param {{ start: string }} window
 * @param {string} edge
 */
function formatWindow({ start }, edge) {
  return `${formatDuration((Date.parse(edge) - Date.parse(start)) / 1000)} to watch`;
}

/**
 * @param {PeriodInfo[]} periods
 * @param {boolean} open
 */
function createPeriods(periods, open) {
  const rows = periods.slice(-MAX_PERIODS).reverse().map(createPeriodRow);
  const omitted = periods.length - rows.length;
  const details = createElement(
    "details",
    { open },
    createElement("summary", {}, formatCount(periods.length, "period")),
  );
  details.append(
    createElement("ul", {}, ...rows),
    ...omitted > 0 ? [createElement("p", { class: "note" }, `${omitted} earlier ones`)] : [],
  );
  return details;
}

/** @param {PeriodInfo} period */
function createPeriodRow({ number, start, end, reason, publishers }) {
  const duration = end ? formatDuration((Date.parse(end) - Date.parse(start)) / 1000) : "";
  const facts = [formatUtc(start), duration, reason ?? "", publishers.join(", ")];
  return createElement("li", {}, `${number}: `, isolate(facts.filter(Boolean).join(" · ")));
}

/** @param {string} utc */
function formatUtc(utc) {
  return new Date(utc).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
}
