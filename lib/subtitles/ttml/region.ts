/** Regions of TTML (TTML1 §9.3): where they stand, and how a cue of WebVTT says it. */

import { placeInBox, placeInVerticalBox } from "../cue_box.ts";
import type { CueBox, DisplayAlign } from "../cue_box.ts";
import { formatSettings } from "../cue_settings.ts";
import type { TtmlDocument } from "./document.ts";
import type { Styles } from "./style.ts";

const ALIGNMENTS = ["left", "right", "start", "center", "end"] as const;

/**
 * Settings for text in a region.
 *
 * @param region what styles the region has; undefined where the document has none, and players put text where they like
 * @param styles of the text
 */
export function settingsOf(
  region: Styles | undefined,
  styles: Styles,
  document: TtmlDocument,
): string {
  const said = styles.get("textAlign") ?? (region ? "start" : "center");
  const align = ALIGNMENTS.find((known) => known === said) ?? "center";
  if (!region) return formatSettings({ align });
  const box = boxOf(region, document);
  const [, vertical] = /^tb(rl|lr|)$/.exec(region.get("writingMode") ?? "") ?? [];
  if (vertical === undefined) return formatSettings(placeInBox(box, align, displayAlignOf(region)));
  return formatSettings(placeInVerticalBox(box, align, vertical === "lr" ? "lr" : "rl"));
}

function displayAlignOf(region: Styles): DisplayAlign {
  const said = region.get("displayAlign");
  return said === "center" || said === "after" ? said : "before";
}

function boxOf(region: Styles, document: TtmlDocument): CueBox {
  const [width, height] = pairOf(region.get("extent"), document) ?? [100, 100];
  const [x, y] = pairOf(region.get("origin"), document) ??
    positioned(region.get("position"), 100 - width, 100 - height) ?? [0, 0];
  return { x, y, width: Math.min(width, 100 - x), height: Math.min(height, 100 - y) };
}

const EDGES: Record<string, number> = { left: 0, top: 0, center: 50, right: 100, bottom: 100 };

/** `tts:position` (TTML2 §10.2.35) of one or two parts: how much of the room that is left lies before the region. */
function positioned(
  text: string | undefined,
  ...room: readonly [number, number]
): readonly [number, number] | undefined {
  const parts = text?.trim().split(/\s+/) ?? [];
  if (parts.length < 1 || parts.length > 2) return undefined;
  const turned = /^(top|bottom)$/.test(parts[0]!) ? [parts[1] ?? "center", parts[0]!] : parts;
  const shares = [turned[0]!, turned[1] ?? "center"].map((part) =>
    EDGES[part] ?? (/^[\d.]+%$/.test(part) ? parseFloat(part) : NaN)
  );
  if (shares.some(Number.isNaN)) return undefined;
  return [shares[0]! * room[0] / 100, shares[1]! * room[1] / 100];
}

/** Two lengths, in percent of the picture's width and height. */
function pairOf(text: string | undefined, document: TtmlDocument): [number, number] | undefined {
  const parts = text?.trim().split(/\s+/) ?? [];
  if (parts.length !== 2) return undefined;
  const [x, y] = [percent(parts[0]!, 0, document), percent(parts[1]!, 1, document)];
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** @param axis 0: of the width, 1: of the height */
function percent(length: string, axis: 0 | 1, document: TtmlDocument): number | undefined {
  const [, number, unit] = /^\+?(\d{1,6}(?:\.\d{1,9})?)(%|px|c|rw|rh|vw|vh)$/.exec(length) ?? [];
  if (number === undefined) return undefined;
  const { cells, pixels } = document;
  const wholes: Record<string, number | undefined> = {
    px: axis === 0 ? pixels?.width : pixels?.height,
    c: axis === 0 ? cells.columns : cells.rows,
  };
  const whole = unit === "px" || unit === "c" ? wholes[unit] : 100;
  return whole === undefined ? undefined : Math.min(100, Number(number) * 100 / whole);
}
