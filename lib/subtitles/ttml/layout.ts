/** Where cues of WebVTT stand, as regions of TTML (TTML1 §9.1). */

import type { CueBox, DisplayAlign } from "../cue_box.ts";
import { parseCueSettings } from "../cue_settings.ts";
import type { CueSettings } from "../cue_settings.ts";
import type { WebvttBlock } from "../webvtt.ts";

/** Where cues stand that don't say: below, in the middle. */
const DEFAULT_REGION = "below";

/** Height of a line in percent of the picture, as browsers write them (W3C WebVTT §7.4). */
const LINE_HEIGHT = 5.33;

/** A region as WebVTT has it (§3.4, §4.3). */
interface CueRegion {
  readonly box: CueBox;
}

/** The regions that a document uses. */
export class TtmlLayout {
  readonly #cueRegions: ReadonlyMap<string, CueRegion>;
  /** Attributes to names. */
  readonly #regions = new Map<string, string>();

  constructor(blocks: readonly WebvttBlock[]) {
    const regions = blocks.filter(({ type }) => type === "region").flatMap(({ text }) =>
      parseRegion(text)
    );
    this.#cueRegions = new Map(regions);
  }

  /** Attributes of the paragraph of a cue. */
  formatAttributes(settings: string): string {
    const place = parseCueSettings(settings);
    const region = this.#getRegion(place);
    const align = place.align ? ` tts:textAlign="${place.align}"` : "";
    return ` region="${region}"${align}`;
  }

  #getRegion(place: CueSettings): string {
    const { line, position, size, vertical, region } = place;
    const known = this.#cueRegions.get(region ?? "");
    if (known) return this.#getName(formatRegionAttributes(known.box, "after"));
    const isPlain = line === undefined && position === undefined && size === undefined && !vertical;
    return isPlain ? DEFAULT_REGION : this.#getName(formatCueRegion(place));
  }

  #getName(attributes: string): string {
    const name = this.#regions.get(attributes) ?? `r${this.#regions.size + 1}`;
    this.#regions.set(attributes, name);
    return name;
  }

  /** The head's element, when all cues have been asked for. */
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

/** The box that a cue may fill (§7.2), and at which edge of it its lines are. */
function formatCueRegion(place: CueSettings): string {
  const [start, size] = layoutAlongLine(place);
  const { vertical, line } = place;
  if (vertical) {
    const box = { x: 0, y: start, width: 100, height: size };
    return formatRegionAttributes(
      box,
      line === undefined ? "after" : "before",
      vertical === "rl" ? "tbrl" : "tblr",
    );
  }
  const [y, height, align] = layoutAcrossLines(place);
  return formatRegionAttributes({ x: start, y, width: size, height }, align);
}

function layoutAlongLine(
  { align = "center", position, size = 100 }: CueSettings,
): [start: number, size: number] {
  const isLeft = align === "left" || align === "start";
  const anchor = position ?? (align === "center" ? 50 : isLeft ? 0 : 100);
  if (align === "center") {
    const kept = Math.min(size, 2 * Math.min(anchor, 100 - anchor));
    return [anchor - kept / 2, kept];
  }
  const kept = Math.min(size, isLeft ? 100 - anchor : anchor);
  return [isLeft ? anchor : anchor - kept, kept];
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

/** Settings of a region: its corner that is at a point of the picture (§6.2). */
function parseRegion(block: string): [string, CueRegion][] {
  const settings = new Map(
    block.split(/\s+/).slice(1).map((setting) =>
      setting.split(/:(.*)/s).slice(0, 2) as [string, string]
    ),
  );
  const pair = (name: string, missing: [number, number]) => {
    const [, x, y] = /^([\d.]+)%,([\d.]+)%$/.exec(settings.get(name) ?? "") ?? [];
    return x === undefined ? missing : [Number(x), Number(y)] as const;
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
