/** Sizes of segments over time, with the playhead in it. */

import { findSegment, getSegmentDuration, getSegmentUrl } from "./asset_info.js";
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
 *   open: (name: string, segment: number) => void,
 * }} Page
 */

/**
 * @param {AssetInfo} about
 * @param {Page} page
 * @returns {import("./tabs.js").Panel}
 */
export function createChartPanel(about, page) {
  const renditions = about.renditions.filter(({ segments }) => segments.bytes);
  if (renditions.length === 0) {
    return { element: createElement("p", { class: "note" }, "Subtitles alone: nothing to draw.") };
  }
  const panel = new ChartPanel(renditions, page);
  return { element: panel.element, openBoxes: () => panel.open() };
}

/** Which track is looked at, which of its segments, and the chart once it is there. */
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
   * @param {Page} page
   */
  constructor(renditions, page) {
    this.#renditions = renditions;
    this.#context = page;
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
      this.#facts,
      this.#createButtons(),
      createMisalignments(renditions),
    );
    page.player.onTime((time) => {
      this.#time = time;
      this.#chart?.setTime(time);
    });
    this.#showFacts();
  }

  get #measure() {
    return /** @type {Measure} */ (this.#measureSelect.value);
  }

  get #rendition() {
    return /** @type {RenditionInfo} */ (this.#renditions[this.#trackSelect.selectedIndex]);
  }

  /** Draws it, when it is seen first. */
  async open() {
    if (this.#opened) return;
    this.#opened = true;
    const uPlot = await loadUPlot();
    this.#chart = new Chart(uPlot, this.#container, {
      renditions: this.#renditions,
      measure: this.#measure,
      shown: this.#toggles.map((toggle) => isChecked(toggle)),
      pick: (time) => this.#selectSegment(findSegment(this.#rendition, time)),
    });
    this.#chart.setTrack(this.#trackSelect.selectedIndex);
    this.#chart.setTime(this.#time);
    this.#chart.selectSegment(this.#segment);
  }

  #createToolbar() {
    const zoom = (
      /** @type {string} */ text,
      /** @type {string} */ label,
      /** @type {number} */ by,
    ) =>
      createElement("button", {
        type: "button",
        class: "button small",
        "aria-label": label,
        onclick: () => this.#chart?.zoom(by),
      }, text);
    return createElement(
      "div",
      { class: "bar" },
      createElement("label", { class: "field" }, "Show", this.#measureSelect),
      createElement("label", { class: "field" }, "Marks of", this.#trackSelect),
      createElement(
        "span",
        { class: "buttons" },
        zoom("−", "Zoom out", 2),
        zoom("+", "Zoom in", 0.5),
        zoom("All", "Show all of it", Infinity),
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
    return createElement("label", { class: `toggle series-${i % 8}` }, box, name);
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
      button("Look inside", () => this.#context.open(this.#rendition.name, this.#segment)),
      button("Copy URL", () => copyText(new URL(this.#url, location.href).href)),
    );
  }

  get #url() {
    return getSegmentUrl(this.#rendition, this.#segment);
  }

  /** Another track: the segment of the same time. */
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
 * @param {HTMLElement} toggle
 */
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
  const rest = leftOut > 0 ? `, of which the first ${count - leftOut} are listed` : "";
  const facts = [
    `Segment ${i + 1} of ${count}${rest}`,
    `${formatTime(start)} to ${formatTime(start + duration)}`,
    formatBytes(bytes[i] ?? 0),
    duration > 0 ? formatBitrate(8 * (bytes[i] ?? 0) / duration) : "",
  ];
  return [
    facts.filter(Boolean).join(" · "),
    createElement("code", {}, getSegmentUrl(rendition, i)),
  ];
}

/**
 * In words, too, where renditions don't align.
 *
 * @param {RenditionInfo[]} renditions
 */
function createMisalignments(renditions) {
  const items = renditions.flatMap(({ name, parts }) =>
    parts
      ? [createElement("li", {}, `${name} parts from ${parts.from} at ${formatTime(parts.at)}`)]
      : []
  );
  if (items.length === 0) return undefined;
  const title = `${formatCount(items.length, "track")} that ${
    items.length === 1 ? "does" : "do"
  } not align`;
  return createElement(
    "div",
    { class: "partings" },
    createElement("h3", {}, title),
    createElement("ul", {}, ...items),
  );
}
