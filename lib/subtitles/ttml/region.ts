/** TTML regions (TTML1 §9.3), converted to WebVTT cue settings. */

import { layoutInBox, layoutInVerticalBox } from "../cue_box.ts";
import type { CueAlignment, CueBox, DisplayAlign } from "../cue_box.ts";
import { formatCueSettings } from "../cue_settings.ts";
import type { Direction } from "../direction.ts";
import type { TtmlDocument } from "./document.ts";
import type { TtmlStyles } from "./style.ts";

/** Without a region, players use their default position. */
export function toRegionSettings(
  region: TtmlStyles | undefined,
  styles: TtmlStyles,
  document: TtmlDocument,
): string {
  const align = toAlignment(
    styles.get("textAlign") ?? (region ? "start" : "center"),
    getDirection(region, styles),
  );
  if (!region) return formatCueSettings({ align });
  const box = toCueBox(region, document);
  const displayAlign = getDisplayAlign(region);
  const vertical = getVertical(region);
  const settings = vertical
    ? layoutInVerticalBox(box, align, { vertical, displayAlign })
    : layoutInBox(box, align, displayAlign);
  return formatCueSettings(settings);
}

/** Returns no `start` or `end`: WebVTT players relate these to the direction of the text, and the position to the alignment. */
function toAlignment(textAlign: string, direction: Direction): CueAlignment {
  switch (textAlign) {
    case "left":
    case "right":
      return textAlign;
    case "start":
      return direction === "rtl" ? "right" : "left";
    case "end":
      return direction === "rtl" ? "left" : "right";
    default:
      return "center";
  }
}

/** Lines of vertical text start at the top in either direction. */
export function getDirection(region: TtmlStyles | undefined, styles: TtmlStyles): Direction {
  const writingMode = region?.get("writingMode") ?? "";
  if (/^tb/.test(writingMode)) return "ltr";
  const direction = styles.get("direction") ?? (/^rl/.test(writingMode) ? "rtl" : "ltr");
  return direction === "rtl" ? "rtl" : "ltr";
}

function getVertical(region: TtmlStyles): "rl" | "lr" | undefined {
  const [, columns] = /^tb(rl|lr|)$/.exec(region.get("writingMode") ?? "") ?? [];
  return columns === undefined ? undefined : columns === "lr" ? "lr" : "rl";
}

function getDisplayAlign(region: TtmlStyles): DisplayAlign {
  const align = region.get("displayAlign");
  return align === "center" || align === "after" ? align : "before";
}

function toCueBox(region: TtmlStyles, document: TtmlDocument): CueBox {
  const [width, height] = parseLengths(region.get("extent"), document) ?? [100, 100];
  const [x, y] = parseLengths(region.get("origin"), document) ??
    parsePosition(region.get("position"), 100 - width, 100 - height) ?? [0, 0];
  return { x, y, width: Math.min(width, 100 - x), height: Math.min(height, 100 - y) };
}

const EDGES: Record<string, number> = { left: 0, top: 0, center: 50, right: 100, bottom: 100 };

/** Parses `tts:position` (TTML2 §10.2.35): shares of the free space. */
function parsePosition(
  text: string | undefined,
  ...freeSpace: readonly [number, number]
): readonly [number, number] | undefined {
  const parts = text?.trim().split(/\s+/) ?? [];
  if (parts.length < 1 || parts.length > 2) return undefined;
  const ordered = /^(top|bottom)$/.test(parts[0]!) ? [parts[1] ?? "center", parts[0]!] : parts;
  const shares = [ordered[0]!, ordered[1] ?? "center"].map((part) =>
    EDGES[part] ?? (/^[\d.]+%$/.test(part) ? parseFloat(part) : NaN)
  );
  if (shares.some(Number.isNaN)) return undefined;
  return [shares[0]! * freeSpace[0] / 100, shares[1]! * freeSpace[1] / 100];
}

function parseLengths(
  text: string | undefined,
  document: TtmlDocument,
): [number, number] | undefined {
  const parts = text?.trim().split(/\s+/) ?? [];
  if (parts.length !== 2) return undefined;
  const [x, y] = [toPercent(parts[0]!, 0, document), toPercent(parts[1]!, 1, document)];
  return x === undefined || y === undefined ? undefined : [x, y];
}

function toPercent(length: string, axis: 0 | 1, document: TtmlDocument): number | undefined {
  const [, number, unit] = /^\+?(\d{1,6}(?:\.\d{1,9})?)(%|px|c|rw|rh|vw|vh)$/.exec(length) ?? [];
  if (number === undefined) return undefined;
  const { cellResolution, extent } = document;
  const wholes: Record<string, number | undefined> = {
    px: axis === 0 ? extent?.width : extent?.height,
    c: axis === 0 ? cellResolution.columns : cellResolution.rows,
  };
  const whole = unit === "px" || unit === "c" ? wholes[unit] : 100;
  return whole === undefined ? undefined : Math.min(100, Number(number) * 100 / whole);
}
