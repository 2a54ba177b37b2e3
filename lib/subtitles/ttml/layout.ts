/** TTML regions (TTML1 §9.1) for WebVTT cue positions. */

import type { CueBox, DisplayAlign } from "../cue_box.ts";
import { parseCueSettings } from "../cue_settings.ts";
import type { CueSettings } from "../cue_settings.ts";
import type { WebvttBlock } from "../webvtt.ts";

const DEFAULT_REGION = "below";

/** In percent of the video height (W3C WebVTT §7.4). */
const LINE_HEIGHT = 5.33;

interface CueRegion {
  readonly box: CueBox;
}

export class TtmlLayout {
  readonly #cueRegions: ReadonlyMap<string, CueRegion>;
  readonly #regions = new Map<string, string>();

  constructor(blocks: readonly WebvttBlock[]) {
    const regions = blocks.filter(({ type }) => type === "region").flatMap(({ text }) =>
      parseRegion(text)
    );
    this.#cueRegions = new Map(regions);
  }

  formatAttributes(settings: string): string {
    const parsed = parseCueSettings(settings);
    const region = this.#getRegion(parsed);
    const align = parsed.align ? ` tts:textAlign="${parsed.align}"` : "";
    return ` region="${region}"${align}`;
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

  /** Requires that all cues are formatted. */
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

function formatCueRegion(settings: CueSettings): string {
  const [start, size] = layoutAlongLine(settings);
  const { vertical, line } = settings;
  if (vertical) {
    const box = { x: 0, y: start, width: 100, height: size };
    return formatRegionAttributes(
      box,
      line === undefined ? "after" : "before",
      vertical === "rl" ? "tbrl" : "tblr",
    );
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
