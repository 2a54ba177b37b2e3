/** WebVTT cue settings (W3C WebVTT §4.4, §6.3). Lengths are in percent of the video. */

export type LineAlignment = "start" | "center" | "end";

export interface CueSettings {
  readonly vertical?: "rl" | "lr" | undefined;
  readonly line?: number | undefined;
  /** `line` is a line number, negative from the bottom; else a percentage. */
  readonly lineIsNumber?: boolean | undefined;
  readonly lineAlign?: LineAlignment | undefined;
  readonly position?: number | undefined;
  readonly size?: number | undefined;
  readonly align?: LineAlignment | "left" | "right" | undefined;
  readonly region?: string | undefined;
}

const ALIGNMENTS = ["start", "center", "end", "left", "right"] as const;
const LINE_ALIGNMENTS = ["start", "center", "end"] as const;

/** Ignores invalid settings, as players do. */
export function parseCueSettings(settings: string): CueSettings {
  const parsed: Partial<Record<keyof CueSettings, unknown>> = {};
  for (const setting of settings.split(/[ \t\f]+/)) {
    const [, name = "", value = ""] = /^(\w+):(.+)$/.exec(setting) ?? [];
    if (name === "line") Object.assign(parsed, parseLine(value));
    else if (name === "position" || name === "size") {
      parsed[name] ??= parsePercent(value.split(",")[0]!);
    } else if (name === "vertical") {
      parsed.vertical ??= ["rl", "lr"].find((known) => known === value);
    } else if (name === "align") parsed.align ??= ALIGNMENTS.find((known) => known === value);
    else if (name === "region") parsed.region ??= value;
  }
  return parsed as CueSettings;
}

function parseLine(value: string): Partial<CueSettings> {
  const [, text = "", sign, edge] = /^(-?\d+(?:\.\d+)?)(%?)(?:,(\w+))?$/.exec(value) ?? [];
  const line = Number(text);
  if (text === "" || sign && (line < 0 || line > 100)) return {};
  const lineAlign = LINE_ALIGNMENTS.find((known) => known === edge);
  return { line, lineIsNumber: !sign, lineAlign };
}

function parsePercent(value: string): number | undefined {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(value) ?? [];
  return number !== undefined && Number(number) <= 100 ? Number(number) : undefined;
}

export function formatCueSettings(settings: CueSettings): string {
  const { vertical, line, lineIsNumber, lineAlign, position, size, align, region } = settings;
  const edge = lineAlign && lineAlign !== "start" ? `,${lineAlign}` : "";
  return [
    vertical && `vertical:${vertical}`,
    line !== undefined && `line:${lineIsNumber ? line : `${clampPercent(line)}%`}${edge}`,
    position !== undefined && `position:${clampPercent(position)}%`,
    size !== undefined && `size:${clampPercent(size)}%`,
    align && align !== "center" && `align:${align}`,
    region && `region:${region}`,
  ].filter(Boolean).join(" ");
}

function clampPercent(percent: number): number {
  return Math.round(Math.min(100, Math.max(0, percent)) * 100) / 100;
}
