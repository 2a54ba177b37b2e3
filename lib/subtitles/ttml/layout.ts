/** TTML regions (TTML1 §9.1) for WebVTT cue positions. */

import type { CueBox, DisplayAlign } from "../cue_box.ts";
import { parseCueSettings } from "../cue_settings.ts";
import type { CueSettings } from "../cue_settings.ts";
import type { Direction } from "../direction.ts";
import type { WebvttBlock } from "../webvtt.ts";

const DEFAULT_REGION = "below";

/** In percent of the video height (W3C WebVTT §7.4). */
const LINE_HEIGHT = 5.33;

/** A second prefix of the namespace of styles. */
export const STYLING_PREFIX = "s";

/** In percent of the video width, at an aspect ratio of 16:9. */
const COLUMN_WIDTH = 3;

interface CueRegion {
  readonly box: CueBox;
}

export class TtmlLayout {
  readonly #cueRegions: ReadonlyMap<string, CueRegion>;
  readonly #regions = new Map<string, string>();
  readonly #styles = new Map<string, string>();

  constructor(blocks: readonly WebvttBlock[]) {
    const regions = blocks.filter(({ type }) => type === "region").flatMap(({ text }) =>
      parseRegion(text)
    );
    this.#cueRegions = new Map(regions);
  }

  /** @param direction of the text, which WebVTT does not declare */
  formatAttributes(settings: string, direction: Direction = "ltr"): string {
    const parsed = parseCueSettings(settings);
    const { align } = parsed;
    const edge = align && toPhysicalAlign(align, direction);
    const region = this.#getRegion({ ...parsed, align: edge });
    if (direction === "ltr") {
      return ` region="${region}"${align ? ` tts:textAlign="${align}"` : ""}`;
    }
    const attributes = this.#getRightToLeftAttributes(edge === "center" ? undefined : edge);
    return ` region="${region}"${attributes}`;
  }

  /**
   * Refers to a style, since RxPlayer 4.5 loses the direction, or the extent of the region, where a paragraph has several
   * attributes of style. It relates `start` to text from left to right, so that the style needs the edge, which TTML1 (XSL §7.16.9) and
   * dash.js take for `start` and `end`; these follow in an attribute whose prefix RxPlayer does not read.
   */
  #getRightToLeftAttributes(edge: "left" | "right" | undefined): string {
    const name = edge ? `rtl-${edge}` : "rtl";
    const textAlign = edge ? ` tts:textAlign="${edge}"` : "";
    this.#styles.set(name, `tts:direction="rtl" tts:unicodeBidi="embed"${textAlign}`);
    if (!edge) return ` style="${name}"`;
    return ` style="${name}" ${STYLING_PREFIX}:textAlign="${edge === "right" ? "start" : "end"}"`;
  }

  #getRegion(settings: CueSettings): string {
    const { line, position, size, vertical, region } = settings;
    const known = this.#cueRegions.get(region ?? "");
    if (known) return this.#getName(formatRegionAttributes(known.box, "after"));
    const isPlain = line === undefined && position === undefined && size === undefined && !vertical;
    return isPlain ? DEFAULT_REGION : this.#getName(formatCueRegion(settings));
  }

  #getName(attributes: string): string {
    const name = this.#regions.get(attributes) ?? `r${this.#regions.size + 1}`;
    this.#regions.set(attributes, name);
    return name;
  }

  get usesSecondPrefix(): boolean {
    return this.#styles.size > 0;
  }

  /** Requires that all cues are formatted. */
  formatHead(): string {
    const styles = Array.from(
      this.#styles,
      ([name, attributes]) => `<style xml:id="${name}" ${attributes}/>`,
    ).join("");
    return (styles && `<styling>${styles}</styling>`) + this.formatElement();
  }

  formatElement(): string {
    const below = formatRegionAttributes({ x: 10, y: 10, width: 80, height: 80 }, "after");
    const regions = [[below, DEFAULT_REGION] as const, ...this.#regions].map(([attributes, name]) =>
      `<region xml:id="${name}" ${attributes}/>`
    );
    return `<layout>${regions.join("")}</layout>`;
  }
}

function formatRegionAttributes(
  { x, y, width, height }: CueBox,
  align: DisplayAlign,
  writingMode = "",
): string {
  const [left, top, wide, high] = [x, y, width, height].map((part) => `${+part.toFixed(2)}%`);
  return `tts:origin="${left} ${top}" tts:extent="${wide} ${high}" tts:displayAlign="${align}" ` +
    `tts:textAlign="center"${writingMode && ` tts:writingMode="${writingMode}"`}`;
}

/** Returns the edge that `start` and `end` mean, since a region is anchored to it. */
function toPhysicalAlign(
  align: NonNullable<CueSettings["align"]>,
  direction: Direction,
): "left" | "center" | "right" {
  if (align === "start") return direction === "rtl" ? "right" : "left";
  if (align === "end") return direction === "rtl" ? "left" : "right";
  return align;
}

function formatCueRegion(settings: CueSettings): string {
  const [start, size] = layoutAlongLine(settings);
  const { vertical } = settings;
  if (vertical) {
    const [x, width, align] = layoutAcrossColumns(settings);
    const box = { x, y: start, width, height: size };
    return formatRegionAttributes(box, align, vertical === "rl" ? "tbrl" : "tblr");
  }
  const [y, height, align] = layoutAcrossLines(settings);
  return formatRegionAttributes({ x: start, y, width: size, height }, align);
}

function layoutAlongLine(
  { align = "center", position, size = 100 }: CueSettings,
): [start: number, size: number] {
  const isLeft = align === "left" || align === "start";
  const anchor = position ?? (align === "center" ? 50 : isLeft ? 0 : 100);
  if (align === "center") {
    const available = Math.min(size, 2 * Math.min(anchor, 100 - anchor));
    return [anchor - available / 2, available];
  }
  const available = Math.min(size, isLeft ? 100 - anchor : anchor);
  return [isLeft ? anchor : anchor - available, available];
}

function layoutAcrossLines(
  { line, lineIsNumber, lineAlign }: CueSettings,
): [y: number, height: number, align: DisplayAlign] {
  if (line === undefined) return [10, 80, "after"];
  if (lineIsNumber && line < 0) {
    return [0, Math.max(LINE_HEIGHT, 100 + (line + 1) * LINE_HEIGHT), "after"];
  }
  const at = Math.min(lineIsNumber ? line * LINE_HEIGHT : line, 100);
  if (lineAlign === "end") return [0, at, "after"];
  if (lineAlign !== "center") return [at, 100 - at, "before"];
  const half = Math.min(at, 100 - at);
  return [at - half, 2 * half, "center"];
}

/** Columns of `lr` follow each other as lines do; those of `rl` start at the right edge. */
function layoutAcrossColumns(
  { line = -1, lineIsNumber, lineAlign, vertical }: CueSettings,
): [x: number, width: number, align: DisplayAlign] {
  const column = (number: number) => Math.min(number * COLUMN_WIDTH, 100 - COLUMN_WIDTH);
  const isNumber = lineIsNumber || line < 0;
  const offset = !isNumber ? line : line < 0 ? column(-line - 1) : column(line);
  const isAtEnd = line < 0;
  if (!isNumber && lineAlign === "center") {
    const half = Math.min(offset, 100 - offset);
    return [offset - half, 2 * half, "center"];
  }
  const isAtLeft = isNumber ? isAtEnd === (vertical === "rl") : lineAlign !== "end";
  const align = isAtLeft === (vertical === "rl") ? "after" : "before";
  const free = isNumber && !isAtLeft ? 100 - offset : offset;
  return isAtLeft ? [free, 100 - free, align] : [0, free, align];
}

/** Anchors the region at a point of the video (§6.2). */
function parseRegion(block: string): [string, CueRegion][] {
  const settings = new Map(
    block.split(/\s+/).slice(1).map((setting) =>
      setting.split(/:(.*)/s).slice(0, 2) as [string, string]
    ),
  );
  const pair = (name: string, defaults: [number, number]) => {
    const [, x, y] = /^([\d.]+)%,([\d.]+)%$/.exec(settings.get(name) ?? "") ?? [];
    return x === undefined ? defaults : [Number(x), Number(y)] as const;
  };
  const id = settings.get("id");
  const width = Math.min(100, parseFloat(settings.get("width") ?? "100") || 100);
  const height = Math.min(100, (parseInt(settings.get("lines") ?? "3") || 3) * LINE_HEIGHT);
  const [left, top] = pair("viewportanchor", [0, 100]);
  const [ownX, ownY] = pair("regionanchor", [0, 100]);
  const x = clamp(left - ownX * width / 100, 100 - width);
  const y = clamp(top - ownY * height / 100, 100 - height);
  return id ? [[id, { box: { x, y, width, height } }]] : [];
}

function clamp(value: number, max: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(0, value), max) : 0;
}
