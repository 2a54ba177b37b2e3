/** Statistics of the player: what it plays, and how well. */

import { createElement } from "./dom.js";
import { formatBitrate, formatCount } from "./format.js";

/** @typedef {import("./shaka_setup.js").Statistics} Statistics */

const REFRESH_MS = 1000;

/**
 * Creates a list that is refreshed while it is open.
 *
 * @param {() => Statistics | undefined} read returns undefined before the player has started
 */
export function createStatistics(read) {
  const list = createElement("dl", {});
  const refresh = () => {
    const statistics = read();
    if (!statistics) return;
    list.replaceChildren(
      ...formatStatistics(statistics).flatMap(([name, value]) => [
        createElement("dt", {}, name),
        createElement("dd", {}, value),
      ]),
    );
  };
  /** @type {number | undefined} */
  let timer;
  const details = createElement(
    "details",
    {
      class: "statistics",
      ontoggle: () => {
        clearInterval(timer);
        if (!details.open) return;
        refresh();
        timer = setInterval(refresh, REFRESH_MS);
      },
    },
    createElement("summary", {}, "Statistics"),
    list,
  );
  return details;
}

/**
 * Formats rows of a list, without what the player does not know yet.
 *
 * @param {Statistics} statistics
 * @returns {[name: string, value: string][]}
 */
export function formatStatistics(
  { names, width, height, bitrate, bandwidth, buffer, decoded, dropped, latency },
) {
  /** @type {[name: string, value: string][]} */
  const rows = [
    ["Playing", names.join(", ")],
    ["Size", width > 0 ? `${width}×${height}` : ""],
    ["Bitrate", bitrate > 0 ? formatBitrate(bitrate) : ""],
    ["Bandwidth", bandwidth > 0 ? `${formatBitrate(bandwidth)} (estimate)` : ""],
    ["Buffer", `${buffer.toFixed(1)} s`],
    [
      "Frames",
      decoded >= 0 && width > 0 ? `${formatCount(decoded, "frame")}, ${dropped} dropped` : "",
    ],
    ["Latency", latency !== undefined && latency >= 0 ? `${latency.toFixed(1)} s` : ""],
  ];
  return rows.filter(([, value]) => value !== "");
}
