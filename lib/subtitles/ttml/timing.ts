/** Active intervals of TTML elements (TTML1 §10.2, §10.4). */

import type { ParseWarnings } from "../parse_warnings.ts";
import { isTtmlName } from "./document.ts";
import type { TtmlClock } from "./clock.ts";
import { parseTtmlTime } from "./time.ts";
import type { XmlNode } from "../../xml_reader.ts";

/** In seconds. */
export interface ActiveInterval {
  readonly begin: number;
  readonly end: number;
}

export const MAX_SECONDS = 1000 * 3600;

interface Times {
  readonly begin: number;
  readonly duration: number | undefined;
  readonly end: number | undefined;
}

interface TimingContext {
  readonly outer: ActiveInterval;
  readonly clock: TtmlClock;
  readonly warnings: ParseWarnings;
}

/** Empty for children that are never active. */
export function computeChildIntervals(
  node: XmlNode,
  children: readonly XmlNode[],
  { outer, clock, warnings }: TimingContext,
): ActiveInterval[] {
  const all = children.map((child) => readTimes(child, clock, warnings));
  if (node.attributes.get("timeContainer") === "seq") {
    return computeSequence(children, all, { outer, clock });
  }
  const isAbsolute = isTtmlName(node.name, "p") && hasAbsoluteTimes(all, outer);
  if (isAbsolute) {
    warnings.add("Times of spans are interpreted as absolute, since all are after their paragraph");
  }
  const reference = isAbsolute ? 0 : outer.begin;
  return all.map((times) => times ? limit(addTimes(times, reference), outer) : empty(outer.begin));
}

/** Some programs write times of the document into the spans of a timed paragraph, such as those of lyrics. */
function hasAbsoluteTimes(all: readonly (Times | undefined)[], outer: ActiveInterval): boolean {
  const timed = all.filter((times) => times !== undefined && times.begin > 0);
  return timed.length > 0 && outer.begin > 0 &&
    timed.every((times) =>
      outer.begin + times!.begin >= outer.end && times!.begin >= outer.begin &&
      times!.begin < outer.end
    );
}

function computeSequence(
  children: readonly XmlNode[],
  all: readonly (Times | undefined)[],
  { outer, clock }: Omit<TimingContext, "warnings">,
): ActiveInterval[] {
  let after = outer.begin;
  return all.map((times, i) => {
    if (!times) return empty(after);
    const intended = addTimes(times, after);
    const end = intended.end === Infinity
      ? intended.begin + computeImplicitDuration(children[i]!, clock, 0)
      : intended.end;
    const interval = limit({ begin: intended.begin, end }, outer);
    after = interval.end;
    return interval;
  });
}

/** Returns an infinite end if there is none. */
function addTimes({ begin, duration, end }: Times, reference: number): ActiveInterval {
  const start = reference + begin;
  return {
    begin: start,
    end: Math.min(start + (duration ?? Infinity), reference + (end ?? Infinity)),
  };
}

function limit({ begin, end }: ActiveInterval, outer: ActiveInterval): ActiveInterval {
  const start = Math.min(begin, outer.end);
  return { begin: start, end: Math.max(start, Math.min(end, outer.end)) };
}

function empty(time: number): ActiveInterval {
  return { begin: time, end: time };
}

/** Returns undefined if a time is invalid: text at a wrong time, or without an end, is worse than none. */
function readTimes(
  { attributes, line }: XmlNode,
  clock: TtmlClock,
  warnings?: ParseWarnings,
): Times | undefined {
  const [begin, duration, end] = ["begin", "dur", "end"].map((name) => {
    const text = attributes.get(name);
    if (text === undefined || text.trim() === "indefinite") return undefined;
    const seconds = parseTtmlTime(text, clock) ?? NaN;
    if (Number.isNaN(seconds)) {
      warnings?.addLine(
        line,
        `${name}="${text.slice(0, 40)}" is not a time, so the text is left out`,
      );
    }
    return seconds;
  });
  const isInvalid = [begin, duration, end].some(Number.isNaN);
  return isInvalid ? undefined : { begin: begin ?? 0, duration, end };
}

function computeImplicitDuration(node: XmlNode, clock: TtmlClock, depth: number): number {
  const isSequence = node.attributes.get("timeContainer") === "seq";
  let [maxEnd, after] = [0, 0];
  for (const child of node.children) {
    if (typeof child === "string" || depth > 8 || !isTimed(child)) continue;
    const times = readTimes(child, clock);
    if (!times) continue;
    const explicitEnd = Math.min(times.begin + (times.duration ?? Infinity), times.end ?? Infinity);
    const stop = explicitEnd < Infinity
      ? explicitEnd
      : times.begin + computeImplicitDuration(child, clock, depth + 1);
    after += stop;
    maxEnd = Math.max(maxEnd, isSequence ? after : stop);
  }
  return maxEnd;
}

function isTimed({ name }: XmlNode): boolean {
  return ["div", "p", "span", "br"].some((local) => isTtmlName(name, local));
}
