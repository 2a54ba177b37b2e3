/** Markers of segment starts, key frames, and points where renditions diverge. */

import { getVisibleTimes } from "./chart_data.js";

/**
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 * @typedef {{
 *   rendition: RenditionInfo,
 *   renditions: RenditionInfo[],
 *   shown: boolean[],
 *   color: (name: string) => string,
 * }} Marks
 */

const MIN_MEAN_DISTANCE_PIXELS = 5;

const KEY_FRAME_HEIGHT_PIXELS = 7;

/**
 * Draws the segment starts and key frames of `rendition`.
 *
 * @param {import("uplot")} plot
 * @param {Marks} marks
 */
export function drawMarks(plot, { rendition, renditions, shown, color }) {
  const { ctx, bbox, scales } = plot;
  const range = {
    from: scales["x"]?.min ?? 0,
    to: scales["x"]?.max ?? 0,
    max: bbox.width / MIN_MEAN_DISTANCE_PIXELS,
  };
  const at = (/** @type {number} */ time) => Math.round(plot.valToPos(time, "x", true));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const time of getVisibleTimes(rendition.segments.seconds, range)) {
    drawLine(plot, at(time), { color: color("--mark"), dash: [2, 4] });
  }
  for (const time of getVisibleTimes(rendition.keyFrames ?? [], range)) {
    drawTriangle(plot, at(time), color("--key-frame"));
  }
  renditions.forEach(({ parts }, i) => {
    if (parts && shown[i]) {
      drawLine(plot, at(parts.at), { color: color("--bad"), dash: [8, 4], width: 2 });
    }
  });
  ctx.restore();
}

/**
 * @param {import("uplot")} plot
 * @param {number} x
 * @param {{ color: string, dash: number[], width?: number }} style
 */
function drawLine({ ctx, bbox }, x, { color, dash, width = 1 }) {
  ctx.beginPath();
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.lineWidth = width * devicePixelRatio;
  ctx.strokeStyle = color;
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
}

/**
 * @param {import("uplot")} plot
 * @param {number} x
 * @param {string} color
 */
function drawTriangle({ ctx, bbox }, x, color) {
  const size = KEY_FRAME_HEIGHT_PIXELS * devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  ctx.beginPath();
  ctx.fillStyle = color;
  ctx.moveTo(x, bottom - size);
  ctx.lineTo(x - size / 2, bottom);
  ctx.lineTo(x + size / 2, bottom);
  ctx.fill();
}
