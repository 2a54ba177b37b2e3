/** Where a cue stands (W3C WebVTT §4.4, §6.3): its settings, read and written. Lengths in percent of the picture. */

export type Edge = "start" | "center" | "end";

export interface CuePlace {
  /** Lines that run down: the next one to the left of the first (`rl`), or to the right. */
  readonly vertical?: "rl" | "lr" | undefined;
  /** Across the lines, from the top. */
  readonly line?: number | undefined;
  /** `line` counts lines, from the bottom where it is below 0; else percent. */
  readonly lineIsNumber?: boolean | undefined;
  /** What of the cue is at `line`. */
  readonly lineAlign?: Edge | undefined;
  /** Along the lines, from the left. */
  readonly position?: number | undefined;
  /** How long a line is at most. */
  readonly size?: number | undefined;
  readonly align?: Edge | "left" | "right" | undefined;
  readonly region?: string | undefined;
}

const ALIGNMENTS = ["start", "center", "end", "left", "right"] as const;
const EDGES = ["start", "center", "end"] as const;

/** Settings that are not as the standard has them are passed over, as players do. */
export function parseSettings(settings: string): CuePlace {
  const place: Partial<Record<keyof CuePlace, unknown>> = {};
  for (const setting of settings.split(/[ \t\f]+/)) {
    const [, name = "", value = ""] = /^(\w+):(.+)$/.exec(setting) ?? [];
    if (name === "line") Object.assign(place, readLine(value));
    else if (name === "position" || name === "size") place[name] ??= percent(value.split(",")[0]!);
    else if (name === "vertical") place.vertical ??= ["rl", "lr"].find((known) => known === value);
    else if (name === "align") place.align ??= ALIGNMENTS.find((known) => known === value);
    else if (name === "region") place.region ??= value;
  }
  return place as CuePlace;
}

function readLine(value: string): Partial<CuePlace> {
  const [, text = "", sign, edge] = /^(-?\d+(?:\.\d+)?)(%?)(?:,(\w+))?$/.exec(value) ?? [];
  const line = Number(text);
  if (text === "" || sign && (line < 0 || line > 100)) return {};
  const lineAlign = EDGES.find((known) => known === edge);
  return { line, lineIsNumber: !sign, lineAlign };
}

function percent(value: string): number | undefined {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(value) ?? [];
  return number !== undefined && Number(number) <= 100 ? Number(number) : undefined;
}

/** "" where everything is as players do it unasked. */
export function formatSettings(place: CuePlace): string {
  const { vertical, line, lineIsNumber, lineAlign, position, size, align, region } = place;
  const edge = lineAlign && lineAlign !== "start" ? `,${lineAlign}` : "";
  return [
    vertical && `vertical:${vertical}`,
    line !== undefined && `line:${lineIsNumber ? line : `${rounded(line)}%`}${edge}`,
    position !== undefined && `position:${rounded(position)}%`,
    size !== undefined && `size:${rounded(size)}%`,
    align && align !== "center" && `align:${align}`,
    region && `region:${region}`,
  ].filter(Boolean).join(" ");
}

/** Within the picture, to a hundredth. */
function rounded(percent: number): number {
  return Math.round(Math.min(100, Math.max(0, percent)) * 100) / 100;
}
