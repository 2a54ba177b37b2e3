/** TTML time expressions (TTML1 §10.3). */

import type { DropMode, TtmlClock } from "./clock.ts";

const CLOCK_TIME =
  /^(\d{1,9}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,12})|[:;](\d{1,6})(?:\.(\d{1,6}))?)?$/;
/** Not in the standard, but written by programs that omit the hours. */
const MINUTES_TIME = /^(\d{1,9}):(\d{1,2}(?:[.,]\d{1,12})?)$/;
const OFFSET_TIME = /^(\d{1,15}(?:[.,]\d{1,15})?)(h|m|s|ms|f|t)?$/;

/** Parses seconds; undefined if invalid. Some programs omit the metric. */
export function parseTtmlTime(text: string, clock: TtmlClock): number | undefined {
  const value = text.trim();
  const time = CLOCK_TIME.exec(value);
  if (time) return toClockSeconds(time, clock);
  const [, minutes, seconds] = MINUTES_TIME.exec(value) ?? [];
  if (minutes !== undefined) return Number(minutes) * 60 + toNumber(seconds!);
  const [, number, metric = "s"] = OFFSET_TIME.exec(value) ?? [];
  if (number === undefined) return undefined;
  return toNumber(number) * getMetricSeconds(metric, clock);
}

function toNumber(text: string): number {
  return Number(text.replace(",", "."));
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
  const [fraction, frames = "", subFrames = "0"] = match.slice(4);
  const whole = (hours * 60 + minutes) * 60 + seconds;
  if (fraction !== undefined) return whole + Number(`0.${fraction}`);
  if (clock.hasColonMilliseconds && frames.length === 3) return whole + Number(frames) / 1000;
  const parts = Number(frames) + Number(subFrames) / clock.subFrameRate;
  if (!clock.timeCode) return whole + parts / clock.frameRate;
  const counted = whole * clock.nominalFrameRate + parts -
    countDroppedFrames(hours * 60 + minutes, clock.timeCode);
  return counted / clock.frameRate;
}

/** Counts the frame numbers that drop-frame time code skips before a minute (TTML1 §N.3). */
function countDroppedFrames(minutes: number, mode: DropMode): number {
  switch (mode) {
    case "nonDrop":
      return 0;
    case "dropNTSC":
      return 2 * (minutes - Math.floor(minutes / 10));
    case "dropPAL":
      return 4 * (Math.floor(minutes / 2) - Math.floor(minutes / 20));
  }
}
