/** TTML time expressions (TTML1 §10.3). */

import type { TtmlClock } from "./document.ts";

const CLOCK_TIME =
  /^(\d{1,9}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,12})|[:;](\d{1,6})(?:\.(\d{1,6}))?)?$/;
const OFFSET_TIME = /^(\d{1,15}(?:[.,]\d{1,15})?)(h|m|s|ms|f|t)?$/;

/** Per minute, except every tenth (SMPTE ST 12-1). */
const DROPPED_FRAMES = 2;

/** Parses seconds; undefined if invalid. Some programs omit the metric. */
export function parseTtmlTime(text: string, clock: TtmlClock): number | undefined {
  const value = text.trim();
  const time = CLOCK_TIME.exec(value);
  if (time) return toClockSeconds(time, clock);
  const [, number, metric = "s"] = OFFSET_TIME.exec(value) ?? [];
  if (number === undefined) return undefined;
  return Number(number.replace(",", ".")) * getMetricSeconds(metric, clock);
}

function getMetricSeconds(metric: string, { frameRate, tickRate }: TtmlClock): number {
  switch (metric) {
    case "h":
      return 3600;
    case "m":
      return 60;
    case "ms":
      return 0.001;
    case "f":
      return 1 / frameRate;
    case "t":
      return 1 / tickRate;
    default:
      return 1;
  }
}

function toClockSeconds(match: RegExpExecArray, clock: TtmlClock): number {
  const [hours, minutes, seconds] = match.slice(1, 4).map(Number) as [number, number, number];
  const [fraction, frames = "0", subFrames = "0"] = match.slice(4);
  const whole = (hours * 60 + minutes) * 60 + seconds;
  if (fraction !== undefined) return whole + Number(`0.${fraction}`);
  const parts = Number(frames) + Number(subFrames) / clock.subFrameRate;
  if (!clock.dropFrame) return whole + parts / clock.frameRate;
  const total = hours * 60 + minutes;
  const nominal = Math.round(clock.frameRate);
  return (whole * nominal + parts - DROPPED_FRAMES * (total - Math.floor(total / 10))) /
    clock.frameRate;
}
