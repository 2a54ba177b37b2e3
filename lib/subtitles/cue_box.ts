/** Text boxes of TTML and 3GPP Timed Text, converted to WebVTT cue settings. */

import type { CueSettings } from "./cue_settings.ts";

/** In percent of the video. */
export interface CueBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type CueAlignment = NonNullable<CueSettings["align"]>;

export type DisplayAlign = "before" | "center" | "after";

/** Boxes that end lower need no `line`: players place cues at the bottom by default. */
const MIN_BOTTOM = 80;

/** Omits settings that equal the players' defaults. */
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

/** `rl` adds lines to the left, `lr` to the right. */
export function layoutInVerticalBox(
  box: CueBox,
  align: CueAlignment,
  { vertical, displayAlign }: { vertical: "rl" | "lr"; displayAlign: DisplayAlign },
): CueSettings {
  return {
    vertical,
    ...layoutAcrossColumns(box, vertical, displayAlign),
    ...layoutAlongLine(align, box.y, box.height),
  };
}

/** Players place columns at the end of the video by default, so `line` is always set. */
function layoutAcrossColumns(
  { x, width }: CueBox,
  vertical: "rl" | "lr",
  displayAlign: DisplayAlign,
): CueSettings {
  if (displayAlign === "center") return { line: x + width / 2, lineAlign: "center" };
  const isAtLeft = (displayAlign === "before") === (vertical === "lr");
  return isAtLeft ? { line: x } : { line: x + width, lineAlign: "end" };
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
  return end >= MIN_BOTTOM ? {} : { line: end, lineAlign: "end" };
}
