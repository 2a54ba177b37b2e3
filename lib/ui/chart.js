/** The chart itself: uPlot, and what is drawn on top of it. */

import { segmentAt, segmentUrl } from "./asset_info.js";
import { chartData, segmentValue } from "./chart_data.js";
import { drawMarks } from "./chart_marks.js";
import { element } from "./dom.js";
import { bitrate, byteSize, clock, exactTime } from "./format.js";

/**
 * @typedef {import("./asset_info.js").Rendition} Rendition
 * @typedef {import("./chart_data.js").Measure} Measure
 * @typedef {import("./libraries.js").UPlot} UPlot
 * @typedef {{
 *   renditions: Rendition[],
 *   measure: Measure,
 *   shown: boolean[],
 *   pick: (time: number) => void,
 * }} Settings
 */

/** In pixels. */
const HEIGHT = 280;

/** Room for half of the last time on the axis. In pixels. */
const EDGE = 34;

/** Distances of the times on the axis, as people count. In seconds. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900]
  .concat([1800, 3600, 7200, 14_400, 28_800, 86_400]);

/** A drag of fewer pixels is a click. */
const DRAG = 5;

/** No shorter time is shown. In seconds. */
const SHORTEST = 0.5;

export class Chart {
  #uPlot;
  #place;
  #settings;
  /** @type {InstanceType<UPlot>} */
  #plot;
  #focus = 0;
  #time = 0;
  #segment = 0;
  #playhead = element("div", { class: "playhead" });
  #chosen = element("div", { class: "chosen" });
  #tip = element("div", { class: "tip", hidden: true });

  /**
   * @param {UPlot} uPlot
   * @param {HTMLElement} place
   * @param {Settings} settings
   */
  constructor(uPlot, place, settings) {
    this.#uPlot = uPlot;
    this.#place = place;
    this.#settings = settings;
    this.#plot = this.#draw();
    new ResizeObserver(() => this.#resize()).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#again());
  }

  /**
   * Marks are those of this track.
   *
   * @param {number} i
   */
  focus(i) {
    this.#focus = i;
    this.#plot.redraw(false);
    this.#move();
  }

  /**
   * @param {number} i
   * @param {boolean} shown
   */
  show(i, shown) {
    this.#settings.shown[i] = shown;
    this.#plot.setSeries(i + 1, { show: shown });
  }

  /** @param {Measure} measure */
  measure(measure) {
    this.#settings.measure = measure;
    this.#again();
  }

  /** @param {number} time in seconds */
  playhead(time) {
    this.#time = time;
    this.#move();
  }

  /** @param {number} segment of the track in focus */
  select(segment) {
    this.#segment = segment;
    this.#move();
  }

  /** @param {number} by how much more time is shown; infinity: all of it */
  zoom(by) {
    const { min = 0, max = 0 } = this.#plot.scales["x"] ?? {};
    const [first, last] = this.#ends();
    const middle = this.#time >= min && this.#time <= max ? this.#time : (min + max) / 2;
    const half = Math.max(SHORTEST, Math.min((max - min) * by, last - first)) / 2;
    const start = Math.max(first, Math.min(middle - half, last - 2 * half));
    this.#plot.setScale("x", { min: start, max: start + 2 * half });
  }

  /** @returns {[first: number, last: number]} */
  #ends() {
    const times = this.#plot.data[0];
    return [times[0] ?? 0, times.at(-1) ?? 0];
  }

  get #rendition() {
    return /** @type {Rendition} */ (this.#settings.renditions[this.#focus]);
  }

  #again() {
    this.#plot.destroy();
    this.#plot = this.#draw();
    this.#move();
  }

  #resize() {
    const width = this.#place.clientWidth;
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #draw() {
    const { renditions, measure } = this.#settings;
    const data = chartData(renditions, measure);
    const plot = new this.#uPlot(this.#options(), data, this.#place);
    plot.over.append(this.#chosen, this.#playhead, this.#tip);
    let pressed = 0;
    plot.over.addEventListener("mousedown", (event) => pressed = event.clientX);
    plot.over.addEventListener("click", (event) => {
      if (Math.abs(event.clientX - pressed) > DRAG) return;
      const x = event.clientX - plot.over.getBoundingClientRect().left;
      this.#settings.pick(plot.posToVal(x, "x"));
    });
    plot.over.addEventListener("mouseleave", () => this.#tip.hidden = true);
    return plot;
  }

  /** @returns {import("uplot").Options} */
  #options() {
    const { renditions, measure, shown } = this.#settings;
    const colour = colours(this.#place);
    const stepped = this.#uPlot.paths.stepped?.({ align: 1 });
    const axis = {
      stroke: colour("--muted"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1 },
      font: "12px system-ui, sans-serif",
    };
    const unit = measure === "bytes" ? byteSize : bitrate;
    return {
      width: this.#place.clientWidth,
      height: HEIGHT,
      padding: [null, EDGE, null, null],
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { show: false } },
      scales: { x: { time: false }, y: { range: (_, __, max) => [0, (max || 1) * 1.08] } },
      axes: [
        {
          ...axis,
          incrs: STEPS,
          values: (_, values) => values.map((it) => it < 60 ? `${+it.toFixed(3)} s` : clock(it)),
        },
        { ...axis, size: 92, values: (_, values) => values.map((value) => unit(value)) },
      ],
      series: [
        {},
        ...renditions.map(({ name }, i) => ({
          label: name,
          show: shown[i] ?? true,
          stroke: colour(`--series-${i % 8}`),
          width: 2,
          points: { show: false },
          ...stepped ? { paths: stepped } : {},
        })),
      ],
      hooks: {
        draw: [
          (plot) => drawMarks(plot, { rendition: this.#rendition, renditions, shown, colour }),
        ],
        setCursor: [(plot) => this.#hover(plot)],
        setScale: [() => this.#move()],
        setSize: [() => this.#move()],
      },
    };
  }

  /** @param {import("uplot")} plot */
  #hover(plot) {
    const { left = -1 } = plot.cursor;
    this.#tip.hidden = left < 0;
    if (left < 0) return;
    const rendition = this.#rendition;
    const time = plot.posToVal(left, "x");
    const i = segmentAt(rendition, time);
    const bytes = rendition.segments.bytes?.[i] ?? 0;
    const rate = segmentValue(rendition, i, "bitrate");
    this.#tip.replaceChildren(
      element("b", {}, exactTime(time)),
      element("span", {}, rendition.name),
      element(
        "span",
        {},
        [byteSize(bytes), rate === null ? "" : bitrate(rate)].filter(Boolean).join(" · "),
      ),
      element("code", {}, segmentUrl(rendition, i)),
    );
    this.#tip.classList.toggle("on-left", left > plot.over.clientWidth / 2);
    this.#tip.style.setProperty("--x", `${left}px`);
  }

  /** Puts the playhead and the chosen segment where their times are. */
  #move() {
    const plot = this.#plot;
    if (!plot) return; // uPlot calls its hooks while it is made
    const at = (/** @type {number} */ time) => plot.valToPos(time, "x");
    const { seconds } = this.#rendition.segments;
    const [from, to] = [at(seconds[this.#segment] ?? 0), at(seconds[this.#segment + 1] ?? 0)];
    this.#playhead.style.setProperty("--x", `${at(this.#time)}px`);
    this.#chosen.style.setProperty("--x", `${from}px`);
    this.#chosen.style.width = `${Math.max(1, to - from)}px`;
  }
}

/**
 * Reads colours where the style sheet has them.
 *
 * @param {HTMLElement} place
 */
function colours(place) {
  const style = getComputedStyle(place);
  return (/** @type {string} */ name) => style.getPropertyValue(name).trim();
}
