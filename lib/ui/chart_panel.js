/** Inspector tab with the chart of segments. */

import {
  findSegmentIndex,
  getSegmentDuration,
  getSegmentUrl,
  isPlayingName,
} from "./asset_info.js";
import { Chart } from "./chart.js";
import { copyText } from "./clipboard.js";
import { createElement } from "./dom.js";
import { formatBitrate, formatBytes, formatCount, formatTime } from "./format.js";
import { loadUPlot } from "./libraries.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 * @typedef {import("./chart_data.js").Measure} Measure
 * @typedef {{
 *   player: import("./player_card.js").PlayerCard,
 *   openBoxes: (name: string, segment: number) => void,
 * }} ChartPanelContext
 */

/**
 * @param {AssetInfo} about
 * @param {ChartPanelContext} context
 * @returns {import("./tabs.js").Panel}
 */
export function createChartPanel(about, context) {
  const renditions = about.renditions.filter(({ segments }) => segments.bytes);
  if (renditions.length === 0) {
    return {
      element: createElement(
        "p",
        { class: "note" },
        "Only audio and video tracks have segments to show.",
      ),
    };
  }
  const panel = new ChartPanel(renditions, context);
  return { element: panel.element, open: () => panel.open() };
}

class ChartPanel {
  #renditions;
  #context;
  /** @type {Chart | undefined} */
  #chart;
  #opened = false;
  #time = 0;
  #segment = 0;
  #measureSelect;
  #trackSelect;
  #toggles;
  #container = createElement("div", { class: "chart" });
  #facts = createElement("p", { class: "segment", role: "status" });

  /**
   * @param {RenditionInfo[]} renditions
   * @param {ChartPanelContext} context
   */
  constructor(renditions, context) {
    this.#renditions = renditions;
    this.#context = context;
    this.#measureSelect = createElement(
      "select",
      { onchange: () => this.#chart?.setMeasure(this.#measure) },
      createElement("option", { value: "bitrate" }, "Bitrate"),
      createElement("option", { value: "bytes" }, "Size"),
    );
    const first = Math.max(0, renditions.findIndex(({ type }) => type === "video"));
    const options = renditions.map(({ name }, i) =>
      createElement("option", { selected: i === first }, name)
    );
    this.#trackSelect = createElement(
      "select",
      { onchange: () => this.#changeTrack() },
      ...options,
    );
    this.#toggles = renditions.map((rendition, i) => this.#createToggle(rendition, i));
    this.element = createElement(
      "div",
      {},
      this.#createToolbar(),
      this.#container,
      createElement(
        "div",
        { class: "toggles", role: "group", "aria-label": "Tracks in the chart" },
        ...this.#toggles,
      ),
      createChartLegend(renditions),
      this.#facts,
      this.#createButtons(),
      createMisalignments(renditions),
    );
    context.player.onTime((time) => {
      this.#time = time;
      this.#chart?.setTime(time);
    });
    context.player.onTracks((names) => {
      this.#toggles.forEach((toggle, i) => {
        toggle.classList.toggle("playing", isPlayingName(renditions[i]?.name ?? "", names));
      });
    });
    this.#showFacts();
  }

  get #measure() {
    return /** @type {Measure} */ (this.#measureSelect.value);
  }

  get #rendition() {
    return /** @type {RenditionInfo} */ (this.#renditions[this.#trackSelect.selectedIndex]);
  }

  async open() {
    if (this.#opened) return;
    this.#opened = true;
    const uPlot = await loadUPlot();
    this.#chart = new Chart(uPlot, this.#container, {
      renditions: this.#renditions,
      measure: this.#measure,
      shown: this.#toggles.map((toggle) => isChecked(toggle)),
      onSelect: (time) => this.#selectSegment(findSegmentIndex(this.#rendition, time)),
    });
    this.#chart.setTrack(this.#trackSelect.selectedIndex);
    this.#chart.setTime(this.#time);
    this.#chart.selectSegment(this.#segment);
  }

  #createToolbar() {
    const zoom = (
      /** @type {string} */ text,
      /** @type {string} */ label,
      /** @type {number} */ factor,
    ) =>
      createElement("button", {
        type: "button",
        class: "button small",
        "aria-label": label,
        onclick: () => this.#chart?.zoom(factor),
      }, text);
    return createElement(
      "div",
      { class: "bar" },
      createElement("label", { class: "field" }, "Show", this.#measureSelect),
      createElement("label", { class: "field" }, "Markers for", this.#trackSelect),
      createElement(
        "span",
        { class: "buttons" },
        zoom("−", "Zoom out", 2),
        zoom("+", "Zoom in", 0.5),
        zoom("All", "Show all", Infinity),
      ),
    );
  }

  /**
   * @param {RenditionInfo} rendition
   * @param {number} i
   */
  #createToggle({ name, type }, i) {
    const box = createElement("input", {
      type: "checkbox",
      checked: type !== "image",
      onchange: () => this.#chart?.setVisible(i, box.checked),
    });
    return createElement(
      "label",
      { class: `toggle series-${i % 8}` },
      box,
      name,
      createElement("span", { class: "badge chip" }, "playing"),
    );
  }

  #createButtons() {
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
      createElement("button", { type: "button", class: "button small", onclick }, text);
    return createElement(
      "p",
      { class: "buttons" },
      button("‹ Previous", () => this.#selectSegment(this.#segment - 1)),
      button("Next ›", () => this.#selectSegment(this.#segment + 1)),
      button(
        "Play from here",
        () => this.#context.player.seek(this.#rendition.segments.seconds[this.#segment] ?? 0),
      ),
      button("Inspect boxes", () => this.#context.openBoxes(this.#rendition.name, this.#segment)),
      button("Copy URL", () => copyText(new URL(this.#url, location.href).href)),
    );
  }

  get #url() {
    return getSegmentUrl(this.#rendition, this.#segment);
  }

  #changeTrack() {
    const i = this.#trackSelect.selectedIndex;
    const box = this.#toggles[i]?.querySelector("input");
    if (box && !box.checked) box.click();
    this.#chart?.setTrack(i);
    this.#selectSegment(Math.min(this.#segment, this.#rendition.segments.times.length - 1));
  }

  /** @param {number} segment */
  #selectSegment(segment) {
    const last = this.#rendition.segments.times.length - 1;
    this.#segment = Math.max(0, Math.min(last, segment));
    this.#chart?.selectSegment(this.#segment);
    this.#showFacts();
  }

  #showFacts() {
    this.#facts.replaceChildren(...createSegmentFacts(this.#rendition, this.#segment));
  }
}

/**
 * Explains what is drawn beside the lines.
 *
 * @param {RenditionInfo[]} renditions
 */
function createChartLegend(renditions) {
  const diverges = renditions.some(({ parts }) => parts);
  const rows = [
    ["segment-start", "segment start"],
    ["key-frame", "key frame"],
    ["position", "position of the player"],
    ["selection", "selected segment"],
    ...diverges ? [["divergence", "where tracks are no longer aligned"]] : [],
  ];
  const items = rows.map(([mark, text]) =>
    createElement(
      "li",
      {},
      createElement("span", { class: `mark ${mark}`, "aria-hidden": "true" }),
      text,
    )
  );
  return createElement("ul", { class: "legend", "aria-label": "Legend" }, ...items);
}

/** @param {HTMLElement} toggle */
function isChecked(toggle) {
  return toggle.querySelector("input")?.checked ?? false;
}

/**
 * @param {RenditionInfo} rendition
 * @param {number} i
 */
function createSegmentFacts(rendition, i) {
  const { seconds, bytes = [], count, leftOut = 0 } = rendition.segments;
  const duration = getSegmentDuration(rendition, i);
  const start = seconds[i] ?? 0;
  const listed = leftOut > 0 ? ` (first ${count - leftOut} listed)` : "";
  const facts = [
    `Segment ${i + 1} of ${count}${listed}`,
    `${formatTime(start)} to ${formatTime(start + duration)}`,
    formatBytes(bytes[i] ?? 0),
    duration > 0 ? formatBitrate(8 * (bytes[i] ?? 0) / duration) : "",
  ];
  return [
    facts.filter(Boolean).join(" · "),
    createElement("code", {}, getSegmentUrl(rendition, i)),
  ];
}

/** @param {RenditionInfo[]} renditions */
function createMisalignments(renditions) {
  const items = renditions.flatMap(({ name, parts }) =>
    parts
      ? [createElement("li", {}, `${name} diverges from ${parts.from} at ${formatTime(parts.at)}`)]
      : []
  );
  if (items.length === 0) return undefined;
  return createElement(
    "div",
    { class: "misalignments" },
    createElement("h3", {}, `${formatCount(items.length, "track")} not aligned`),
    createElement("ul", {}, ...items),
  );
}
