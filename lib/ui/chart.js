/** Chart of segment sizes or bitrates over time. */

import { findSegmentIndex, getSegmentUrl } from "./asset_info.js";
import { buildChartData, getSegmentValue } from "./chart_data.js";
import { drawMarks } from "./chart_marks.js";
import { createElement } from "./dom.js";
import { formatBitrate, formatBytes, formatDuration, formatTime } from "./format.js";

/**
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 * @typedef {import("./chart_data.js").Measure} Measure
 * @typedef {import("./libraries.js").UPlot} UPlot
 * @typedef {{
 *   renditions: RenditionInfo[],
 *   measure: Measure,
 *   shown: boolean[],
 *   onSelect: (time: number) => void,
 * }} ChartSettings
 */

const HEIGHT = 280;

/** Room for half of the last label of the time axis. */
const RIGHT_PADDING = 34;

const TICK_INTERVALS_SECONDS = [
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
]
  .concat([1800, 3600, 7200, 14_400, 28_800, 86_400]);

const MAX_CLICK_PIXELS = 5;

const MIN_TIME_RANGE_SECONDS = 0.5;

export class Chart {
  #uPlot;
  #container;
  #settings;
  /** @type {InstanceType<UPlot>} */
  #plot;
  #track = 0;
  #time = 0;
  #segment = 0;
  #playheadLine = createElement("div", { class: "playhead" });
  #selected = createElement("div", { class: "selected" });
  #tip = createElement("div", { class: "tip", hidden: true });

  /**
   * @param {UPlot} uPlot
   * @param {HTMLElement} container
   * @param {ChartSettings} settings
   */
  constructor(uPlot, container, settings) {
    this.#uPlot = uPlot;
    this.#container = container;
    this.#settings = settings;
    this.#plot = this.#draw();
    new ResizeObserver(() => this.#resize()).observe(container);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  /** @param {number} i */
  setTrack(i) {
    this.#track = i;
    this.#plot.redraw(false);
    this.#positionOverlays();
  }

  /**
   * @param {number} i
   * @param {boolean} shown
   */
  setVisible(i, shown) {
    this.#settings.shown[i] = shown;
    this.#plot.setSeries(i + 1, { show: shown });
  }

  /** @param {Measure} measure */
  setMeasure(measure) {
    this.#settings.measure = measure;
    this.#redraw();
  }

  /** @param {number} time */
  setTime(time) {
    this.#time = time;
    this.#positionOverlays();
  }

  /** @param {number} segment */
  selectSegment(segment) {
    this.#segment = segment;
    this.#positionOverlays();
  }

  /**
   * Shows all if `factor` is Infinity.
   *
   * @param {number} factor
   */
  zoom(factor) {
    const { min = 0, max = 0 } = this.#plot.scales["x"] ?? {};
    const [first, last] = this.#timeRange();
    const middle = this.#time >= min && this.#time <= max ? this.#time : (min + max) / 2;
    const half = Math.max(MIN_TIME_RANGE_SECONDS, Math.min((max - min) * factor, last - first)) / 2;
    const start = Math.max(first, Math.min(middle - half, last - 2 * half));
    this.#plot.setScale("x", { min: start, max: start + 2 * half });
  }

  /** @returns {[first: number, last: number]} */
  #timeRange() {
    const times = this.#plot.data[0];
    return [times[0] ?? 0, times.at(-1) ?? 0];
  }

  get #rendition() {
    return /** @type {RenditionInfo} */ (this.#settings.renditions[this.#track]);
  }

  #redraw() {
    this.#plot.destroy();
    this.#plot = this.#draw();
    this.#positionOverlays();
  }

  #resize() {
    const width = this.#container.clientWidth;
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #draw() {
    const { renditions, measure } = this.#settings;
    const data = buildChartData(renditions, measure);
    const plot = new this.#uPlot(this.#buildOptions(), data, this.#container);
    plot.over.append(this.#selected, this.#playheadLine, this.#tip);
    let pressed = 0;
    plot.over.addEventListener("mousedown", (event) => pressed = event.clientX);
    plot.over.addEventListener("click", (event) => {
      if (Math.abs(event.clientX - pressed) > MAX_CLICK_PIXELS) return;
      const x = event.clientX - plot.over.getBoundingClientRect().left;
      this.#settings.onSelect(plot.posToVal(x, "x"));
    });
    plot.over.addEventListener("mouseleave", () => this.#tip.hidden = true);
    return plot;
  }

  /** @returns {import("uplot").Options} */
  #buildOptions() {
    const { renditions, measure, shown } = this.#settings;
    const color = readColors(this.#container);
    const stepped = this.#uPlot.paths.stepped?.({ align: 1 });
    const axis = {
      stroke: color("--muted"),
      grid: { stroke: color("--line"), width: 1 },
      ticks: { stroke: color("--line"), width: 1 },
      font: "12px system-ui, sans-serif",
    };
    const unit = measure === "bytes" ? formatBytes : formatBitrate;
    return {
      width: this.#container.clientWidth,
      height: HEIGHT,
      padding: [null, RIGHT_PADDING, null, null],
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { show: false } },
      scales: { x: { time: false }, y: { range: (_, __, max) => [0, (max || 1) * 1.08] } },
      axes: [
        {
          ...axis,
          incrs: TICK_INTERVALS_SECONDS,
          values: (_, values) =>
            values.map((it) => it < 60 ? `${+it.toFixed(3)} s` : formatDuration(it)),
        },
        { ...axis, size: 92, values: (_, values) => values.map((value) => unit(value)) },
      ],
      series: [
        {},
        ...renditions.map(({ name }, i) => ({
          label: name,
          show: shown[i] ?? true,
          stroke: color(`--series-${i % 8}`),
          width: 2,
          points: { show: false },
          ...stepped ? { paths: stepped } : {},
        })),
      ],
      hooks: {
        draw: [
          (plot) => drawMarks(plot, { rendition: this.#rendition, renditions, shown, color }),
        ],
        setCursor: [(plot) => this.#showTip(plot)],
        setScale: [() => this.#positionOverlays()],
        setSize: [() => this.#positionOverlays()],
      },
    };
  }

  /** @param {import("uplot")} plot */
  #showTip(plot) {
    const { left = -1 } = plot.cursor;
    this.#tip.hidden = left < 0;
    if (left < 0) return;
    const rendition = this.#rendition;
    const time = plot.posToVal(left, "x");
    const i = findSegmentIndex(rendition, time);
    const bytes = rendition.segments.bytes?.[i] ?? 0;
    const rate = getSegmentValue(rendition, i, "bitrate");
    this.#tip.replaceChildren(
      createElement("b", {}, formatTime(time)),
      createElement("span", {}, rendition.name),
      createElement(
        "span",
        {},
        [formatBytes(bytes), rate === null ? "" : formatBitrate(rate)].filter(Boolean).join(" · "),
      ),
      createElement("code", {}, getSegmentUrl(rendition, i)),
    );
    this.#tip.classList.toggle("on-left", left > plot.over.clientWidth / 2);
    this.#tip.style.setProperty("--x", `${left}px`);
  }

  #positionOverlays() {
    const plot = this.#plot;
    if (!plot) return; // uPlot calls its hooks during construction
    const at = (/** @type {number} */ time) => plot.valToPos(time, "x");
    const { seconds } = this.#rendition.segments;
    const [from, to] = [at(seconds[this.#segment] ?? 0), at(seconds[this.#segment + 1] ?? 0)];
    this.#playheadLine.style.setProperty("--x", `${at(this.#time)}px`);
    this.#selected.style.setProperty("--x", `${from}px`);
    this.#selected.style.width = `${Math.max(1, to - from)}px`;
  }
}

/** @param {HTMLElement} container */
function readColors(container) {
  const style = getComputedStyle(container);
  return (/** @type {string} */ name) => style.getPropertyValue(name).trim();
}
