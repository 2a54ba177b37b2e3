/** Sizes of segments over time, with the playhead in it. */

import { segmentAt, segmentDuration, segmentUrl } from "./asset_info.js";
import { Chart } from "./chart.js";
import { copyText } from "./clipboard.js";
import { element } from "./dom.js";
import { bitrate, byteSize, counted, exactTime } from "./format.js";
import { loadUPlot } from "./libraries.js";

/**
 * @typedef {import("./asset_info.js").About} About
 * @typedef {import("./asset_info.js").Rendition} Rendition
 * @typedef {import("./chart_data.js").Measure} Measure
 * @typedef {{
 *   player: import("./player_card.js").PlayerCard,
 *   open: (name: string, segment: number) => void,
 * }} Page
 */

/**
 * @param {About} about
 * @param {Page} page
 * @returns {import("./tabs.js").Panel}
 */
export function chartPanel(about, page) {
  const renditions = about.renditions.filter(({ segments }) => segments.bytes);
  if (renditions.length === 0) {
    return { element: element("p", { class: "note" }, "Subtitles alone: nothing to draw.") };
  }
  const panel = new ChartPanel(renditions, page);
  return { element: panel.element, open: () => panel.open() };
}

/** Which track is looked at, which of its segments, and the chart once it is there. */
class ChartPanel {
  #renditions;
  #page;
  /** @type {Chart | undefined} */
  #chart;
  #opened = false;
  #time = 0;
  #segment = 0;
  #measure;
  #track;
  #shown;
  #place = element("div", { class: "chart" });
  #about = element("p", { class: "segment", role: "status" });

  /**
   * @param {Rendition[]} renditions
   * @param {Page} page
   */
  constructor(renditions, page) {
    this.#renditions = renditions;
    this.#page = page;
    this.#measure = element(
      "select",
      { onchange: () => this.#chart?.measure(this.#unit) },
      element("option", { value: "bitrate" }, "Bitrate"),
      element("option", { value: "bytes" }, "Size"),
    );
    const first = Math.max(0, renditions.findIndex(({ type }) => type === "video"));
    const options = renditions.map(({ name }, i) =>
      element("option", { selected: i === first }, name)
    );
    this.#track = element("select", { onchange: () => this.#look() }, ...options);
    this.#shown = renditions.map((rendition, i) => this.#toggle(rendition, i));
    this.element = element(
      "div",
      {},
      this.#bar(),
      this.#place,
      element(
        "div",
        { class: "toggles", role: "group", "aria-label": "Tracks in the chart" },
        ...this.#shown,
      ),
      this.#about,
      this.#steps(),
      partings(renditions),
    );
    page.player.onTime((time) => {
      this.#time = time;
      this.#chart?.playhead(time);
    });
    this.#say();
  }

  get #unit() {
    return /** @type {Measure} */ (this.#measure.value);
  }

  get #rendition() {
    return /** @type {Rendition} */ (this.#renditions[this.#track.selectedIndex]);
  }

  /** Draws it, when it is seen first. */
  async open() {
    if (this.#opened) return;
    this.#opened = true;
    const uPlot = await loadUPlot();
    this.#chart = new Chart(uPlot, this.#place, {
      renditions: this.#renditions,
      measure: this.#unit,
      shown: this.#shown.map((toggle) => isChecked(toggle)),
      pick: (time) => this.#pick(segmentAt(this.#rendition, time)),
    });
    this.#chart.focus(this.#track.selectedIndex);
    this.#chart.playhead(this.#time);
    this.#chart.select(this.#segment);
  }

  #bar() {
    const zoom = (
      /** @type {string} */ text,
      /** @type {string} */ label,
      /** @type {number} */ by,
    ) =>
      element("button", {
        type: "button",
        class: "button small",
        "aria-label": label,
        onclick: () => this.#chart?.zoom(by),
      }, text);
    return element(
      "div",
      { class: "bar" },
      element("label", { class: "field" }, "Show", this.#measure),
      element("label", { class: "field" }, "Marks of", this.#track),
      element(
        "span",
        { class: "buttons" },
        zoom("−", "Zoom out", 2),
        zoom("+", "Zoom in", 0.5),
        zoom("All", "Show all of it", Infinity),
      ),
    );
  }

  /**
   * @param {Rendition} rendition
   * @param {number} i
   */
  #toggle({ name, type }, i) {
    const box = element("input", {
      type: "checkbox",
      checked: type !== "image",
      onchange: () => this.#chart?.show(i, box.checked),
    });
    return element("label", { class: `toggle series-${i % 8}` }, box, name);
  }

  #steps() {
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
      element("button", { type: "button", class: "button small", onclick }, text);
    return element(
      "p",
      { class: "buttons" },
      button("‹ Previous", () => this.#pick(this.#segment - 1)),
      button("Next ›", () => this.#pick(this.#segment + 1)),
      button(
        "Play from here",
        () => this.#page.player.seek(this.#rendition.segments.seconds[this.#segment] ?? 0),
      ),
      button("Look inside", () => this.#page.open(this.#rendition.name, this.#segment)),
      button("Copy URL", () => copyText(new URL(this.#url, location.href).href)),
    );
  }

  get #url() {
    return segmentUrl(this.#rendition, this.#segment);
  }

  /** Another track: the segment of the same time. */
  #look() {
    const i = this.#track.selectedIndex;
    const box = this.#shown[i]?.querySelector("input");
    if (box && !box.checked) box.click();
    this.#chart?.focus(i);
    this.#pick(Math.min(this.#segment, this.#rendition.segments.times.length - 1));
  }

  /** @param {number} segment */
  #pick(segment) {
    const last = this.#rendition.segments.times.length - 1;
    this.#segment = Math.max(0, Math.min(last, segment));
    this.#chart?.select(this.#segment);
    this.#say();
  }

  #say() {
    this.#about.replaceChildren(...segmentFacts(this.#rendition, this.#segment));
  }
}

/**
 * @param {HTMLElement} toggle
 */
function isChecked(toggle) {
  return toggle.querySelector("input")?.checked ?? false;
}

/**
 * @param {Rendition} rendition
 * @param {number} i
 */
function segmentFacts(rendition, i) {
  const { seconds, bytes = [], count, leftOut = 0 } = rendition.segments;
  const duration = segmentDuration(rendition, i);
  const start = seconds[i] ?? 0;
  const rest = leftOut > 0 ? `, of which the first ${count - leftOut} are listed` : "";
  const facts = [
    `Segment ${i + 1} of ${count}${rest}`,
    `${exactTime(start)} to ${exactTime(start + duration)}`,
    byteSize(bytes[i] ?? 0),
    duration > 0 ? bitrate(8 * (bytes[i] ?? 0) / duration) : "",
  ];
  return [facts.filter(Boolean).join(" · "), element("code", {}, segmentUrl(rendition, i))];
}

/**
 * In words, too, where renditions don't align.
 *
 * @param {Rendition[]} renditions
 */
function partings(renditions) {
  const items = renditions.flatMap(({ name, parts }) =>
    parts ? [element("li", {}, `${name} parts from ${parts.from} at ${exactTime(parts.at)}`)] : []
  );
  if (items.length === 0) return undefined;
  const title = `${counted(items.length, "track")} that ${
    items.length === 1 ? "does" : "do"
  } not align`;
  return element(
    "div",
    { class: "partings" },
    element("h3", {}, title),
    element("ul", {}, ...items),
  );
}
