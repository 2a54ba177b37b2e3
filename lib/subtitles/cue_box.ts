/** From a rectangle with text in it, as TTML and 3GPP have it, to where a cue of WebVTT stands. */

import type { CuePlace } from "./cue_settings.ts";

/** In percent of the picture. */
export interface CueBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Align = NonNullable<CuePlace["align"]>;

/** Where lines stand in the rectangle: at its top, about its middle, at its bottom. */
export type DisplayAlign = "before" | "center" | "after";

/** Cues stand there by themselves: at the bottom, as far up as they need. */
const BOTTOM = 80;

/** What players do unasked is left out. */
export function placeInBox(box: CueBox, align: Align, displayAlign: DisplayAlign): CuePlace {
  return {
    ...alongLine(align, box.x, box.width),
    ...acrossLines(box, displayAlign),
  };
}

/** The same for lines that run down: `rl` where the next one is to the left. */
export function placeInVerticalBox(box: CueBox, align: Align, vertical: "rl" | "lr"): CuePlace {
  return { vertical, ...alongLine(align, box.y, box.height) };
}

function alongLine(align: Align, start: number, size: number): CuePlace {
  const share = align === "center" ? 0.5 : align === "left" || align === "start" ? 0 : 1;
  const anchor = start + share * size;
  return {
    align,
    position: Math.abs(anchor - share * 100) < 0.01 ? undefined : anchor,
    size: size < 99.99 ? size : undefined,
  };
}

function acrossLines({ y, height }: CueBox, displayAlign: DisplayAlign): CuePlace {
  const end = y + height;
  if (displayAlign === "center") return { line: y + height / 2, lineAlign: "center" };
  if (displayAlign === "before") return { line: y };
  return end >= BOTTOM ? {} : { line: end, lineAlign: "end" };
}
