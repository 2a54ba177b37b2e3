/** Lines on top of the chart: where segments start, key frames, and where renditions part. */

import { visibleTimes } from "./chart_data.js";

/**
 * @typedef {import("./asset_info.js").Rendition} Rendition
 * @typedef {{
 *   rendition: Rendition,
 *   renditions: Rendition[],
 *   shown: boolean[],
 *   colour: (name: string) => string,
 * }} Marks
 */

/** Marks closer than this are a blur: none is drawn. In pixels. */
const CLOSEST = 5;

/** Height of a key frame's mark, in pixels. */
const KEY_FRAME = 7;

/**
 * @param {import("uplot")} plot
 * @param {Marks} marks `rendition` is the one whose segments and key frames are marked
 */
export function drawMarks(plot, { rendition, renditions, shown, colour }) {
  const { ctx, bbox, scales } = plot;
  const range = {
    from: scales["x"]?.min ?? 0,
    to: scales["x"]?.max ?? 0,
    most: bbox.width / CLOSEST,
  };
  const at = (/** @type {number} */ time) => Math.round(plot.valToPos(time, "x", true));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const time of visibleTimes(rendition.segments.seconds, range)) {
    line(plot, at(time), { colour: colour("--mark"), dash: [2, 4] });
  }
  for (const time of visibleTimes(rendition.keyFrames ?? [], range)) {
    triangle(plot, at(time), colour("--key-frame"));
  }
  renditions.forEach(({ parts }, i) => {
    if (parts && shown[i]) {
      line(plot, at(parts.at), { colour: colour("--bad"), dash: [8, 4], width: 2 });
    }
  });
  ctx.restore();
}

/**
 * From top to bottom.
 *
 * @param {import("uplot")} plot
 * @param {number} x in pixels of the canvas
 * @param {{ colour: string, dash: number[], width?: number }} style
 */
function line({ ctx, bbox }, x, { colour, dash, width = 1 }) {
  ctx.beginPath();
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.lineWidth = width * devicePixelRatio;
  ctx.strokeStyle = colour;
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
}

/**
 * On the axis.
 *
 * @param {import("uplot")} plot
 * @param {number} x in pixels of the canvas
 * @param {string} colour
 */
function triangle({ ctx, bbox }, x, colour) {
  const size = KEY_FRAME * devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  ctx.beginPath();
  ctx.fillStyle = colour;
  ctx.moveTo(x, bottom - size);
  ctx.lineTo(x - size / 2, bottom);
  ctx.lineTo(x + size / 2, bottom);
  ctx.fill();
}
