/** Parameters of TTML time expressions (TTML1 §6.2, §10.3, appendix N). */

import type { ParseWarnings } from "../parse_warnings.ts";
import type { XmlNode } from "../../xml_reader.ts";

export interface TtmlClock {
  /** `ttp:frameRate`: frames in a second of time code. */
  readonly nominalFrameRate: number;
  /** Effective: with `ttp:frameRateMultiplier`. */
  readonly frameRate: number;
  readonly subFrameRate: number;
  readonly tickRate: number;
  /** Set if clock times are SMPTE time code, which counts frames (TTML1 §N.3). */
  readonly timeCode?: DropMode | undefined;
  /** True if `00:00:01:500` contains milliseconds instead of frames. */
  readonly hasColonMilliseconds?: boolean | undefined;
}

const DROP_MODES = ["nonDrop", "dropNTSC", "dropPAL"] as const;
export type DropMode = typeof DROP_MODES[number];

const DEFAULT_FRAME_RATE = 30;

export function readTtmlClock(root: XmlNode, warnings: ParseWarnings): TtmlClock {
  const { attributes } = root;
  const timeBase = attributes.get("ttp:timeBase") ?? "media";
  if (timeBase === "clock") {
    warnings.add('Times of day (ttp:timeBase "clock") are interpreted as relative to 0:00');
  }
  const positive = (name: string) => {
    const value = Number(attributes.get(name));
    return value > 0 && value < 1e9 ? value : undefined;
  };
  const declared = positive("ttp:frameRate");
  const [, numerator, denominator] =
    /^\s*(\d{1,9})[\s:]+(\d{1,9})\s*$/.exec(attributes.get("ttp:frameRateMultiplier") ?? "") ?? [];
  const multiplier = Number(numerator) / Number(denominator);
  const frameRate = (declared ?? DEFAULT_FRAME_RATE) *
    (multiplier > 0 && multiplier < 1e9 ? multiplier : 1);
  const nominalFrameRate = Math.ceil(declared ?? DEFAULT_FRAME_RATE); // some programs declare 23.976
  const subFrameRate = positive("ttp:subFrameRate") ?? 1;
  const tickRate = positive("ttp:tickRate") ?? (declared ? frameRate * subFrameRate : 1);
  const dropMode = DROP_MODES.find((mode) => mode === attributes.get("ttp:dropMode"));
  return {
    nominalFrameRate,
    frameRate,
    subFrameRate,
    tickRate,
    timeCode: timeBase === "smpte" ? dropMode ?? "nonDrop" : undefined,
    hasColonMilliseconds: hasColonMilliseconds(root, nominalFrameRate, warnings),
  };
}

const TIME_ATTRIBUTES = ["begin", "end", "dur"];

const FRAMES = /^\s*\d+:\d+:\d+[:;](\d+)\s*$/;

/** Checks the frames of all times, since the milliseconds of single times may be a possible frame. */
function hasColonMilliseconds(
  root: XmlNode,
  frameRate: number,
  warnings: ParseWarnings,
): boolean {
  let found = false;
  const visit = ({ attributes, children, line }: XmlNode) => {
    for (const name of TIME_ATTRIBUTES) {
      const text = attributes.get(name) ?? "";
      const frames = FRAMES.exec(text)?.[1];
      if (frames === undefined || Number(frames) < frameRate) continue;
      if (frames.length === 3) found = true;
      else {
        warnings.add(
          `Line ${line}: ${name}="${
            text.slice(0, 40)
          }" has more than the ${frameRate} frames of a second; ` +
            "declare the ttp:frameRate",
        );
      }
    }
    for (const child of children) if (typeof child !== "string") visit(child);
  };
  visit(root);
  if (found) warnings.add("Times such as 00:00:01:500 are interpreted as milliseconds");
  return found;
}
