/** From a rectangle with text in it, as TTML and 3GPP have it, to where a cue of WebVTT stands. */

import type { CueSettings } from "./cue_settings.ts";

/** In percent of the picture. */
export interface CueBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type CueAlignment = NonNullable<CueSettings["align"]>;

/** Where lines stand in the rectangle: at its top, about its middle, at its bottom. */
export type DisplayAlign = "before" | "center" | "after";

/** Cues stand there by themselves: at the bottom, as far up as they need. */
const BOTTOM = 80;

/** What players do unasked is left out. */
export function layoutInBox(
  box: CueBox,
  align: CueAlignment,
  displayAlign: DisplayAlign,
): CueSettings {
  return {
    ...layoutAlongLine(align, box.x, box.width),
    ...layoutAcrossLines(box, displayAlign),
  };
}

/** The same for lines that run down: `rl` where the next one is to the left. */
export function layoutInVerticalBox(
  box: CueBox,
  align: CueAlignment,
  vertical: "rl" | "lr",
): CueSettings {
  return { vertical, ...layoutAlongLine(align, box.y, box.height) };
}

function layoutAlongLine(align: CueAlignment, start: number, size: number): CueSettings {
  const share = align === "center" ? 0.5 : align === "left" || align === "start" ? 0 : 1;
  const anchor = start + share * size;
  return {
    align,
    position: Math.abs(anchor - share * 100) < 0.01 ? undefined : anchor,
    size: size < 99.99 ? size : undefined,
  };
}

function layoutAcrossLines({ y, height }: CueBox, displayAlign: DisplayAlign): CueSettings {
  const end = y + height;
  if (displayAlign === "center") return { line: y + height / 2, lineAlign: "center" };
  if (displayAlign === "before") return { line: y };
  return end >= BOTTOM ? {} : { line: end, lineAlign: "end" };
}
