/** When the elements of TTML are shown (TTML1 §10.2, §10.4): parallel, or one after the other. */

import type { ParseWarnings } from "../parse_warnings.ts";
import { isTtmlName } from "./document.ts";
import type { TtmlClock } from "./document.ts";
import { parseTtmlTime } from "./time.ts";
import type { XmlNode } from "../../xml_reader.ts";

/** In seconds. */
export interface ActiveInterval {
  readonly begin: number;
  readonly end: number;
}

/** No cue is shown longer: what never ends ends here, and the presentation ends before. */
export const MAX_SECONDS = 1000 * 3600;

/** What an element says of its times, in seconds. */
interface Times {
  readonly begin: number;
  readonly duration: number | undefined;
  readonly end: number | undefined;
}

/** When each child is shown; `begin` is `end` for what never is. */
export function computeChildIntervals(
  node: XmlNode,
  children: readonly XmlNode[],
  { outer, clock, warnings }: { outer: ActiveInterval; clock: TtmlClock; warnings: ParseWarnings },
): ActiveInterval[] {
  const isSequence = node.attributes.get("timeContainer") === "seq";
  let after = outer.begin;
  return children.map((child) => {
    const times = readTimes(child, clock, warnings);
    const reference = isSequence ? after : outer.begin;
    const begin = Math.min(reference + times.begin, outer.end);
    const duration = times.duration === undefined ? Infinity : begin + times.duration;
    const stop = times.end === undefined ? Infinity : reference + times.end;
    const said = Math.min(duration, stop);
    const natural = isSequence && said === Infinity
      ? begin + computeImplicitDuration(child, clock, 0)
      : said;
    const end = Math.max(begin, Math.min(natural, outer.end));
    after = end;
    return { begin, end };
  });
}

function readTimes(
  { attributes, line }: XmlNode,
  clock: TtmlClock,
  warnings?: ParseWarnings,
): Times {
  const time = (name: string) => {
    const text = attributes.get(name);
    if (text === undefined || text.trim() === "indefinite") return undefined;
    const seconds = parseTtmlTime(text, clock);
    if (seconds === undefined) warnings?.addLine(line, `${name}="${text.slice(0, 40)}" is no time`);
    return seconds;
  };
  return { begin: time("begin") ?? 0, duration: time("dur"), end: time("end") };
}

/** What one in a sequence lasts that doesn't say so: as long as what is in it. */
function computeImplicitDuration(node: XmlNode, clock: TtmlClock, depth: number): number {
  const isSequence = node.attributes.get("timeContainer") === "seq";
  let [longest, after] = [0, 0];
  for (const child of node.children) {
    if (typeof child === "string" || depth > 8 || !isTimed(child)) continue;
    const times = readTimes(child, clock);
    const said = Math.min(times.begin + (times.duration ?? Infinity), times.end ?? Infinity);
    const stop = said < Infinity
      ? said
      : times.begin + computeImplicitDuration(child, clock, depth + 1);
    after += stop;
    longest = Math.max(longest, isSequence ? after : stop);
  }
  return longest;
}

function isTimed({ name }: XmlNode): boolean {
  return ["div", "p", "span", "br"].some((local) => isTtmlName(name, local));
}
