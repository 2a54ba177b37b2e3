/** Figures as people read them: medians, numbers of a sensible length, tables in Markdown. */

/** What stands where there is no figure. */
export const NONE = "–";

/**
 * The middle one; of an even number the mean of the two.
 *
 * @throws Error when there are none
 */
export function median(values: readonly number[]): number {
  if (!values.length) throw new Error("Cannot take the median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Objects of numbers with the same keys, as one: the median of each key. */
export function medians<K extends string>(all: readonly Record<K, number>[]): Record<K, number> {
  const keys = Object.keys(all[0] ?? {}) as K[];
  return Object.fromEntries(
    keys.map((key) => [key, median(all.map((one) => one[key]))]),
  ) as Record<K, number>;
}

/** `1,234`, `56.7`, `0.89`: three digits, or all that stand before the point. */
export function formatFigure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString("en", options);
}

/** A ratio beside what it should be at least: `0.91 (≥ 0.85)`, with a `!` where it is not. */
export function formatAtLeast(value: number | undefined, target: number | undefined): string {
  return formatWithTarget(value, target, { sign: "≥", met: (a, b) => a >= b });
}

/** A figure beside what it should be at most. */
export function formatAtMost(value: number | undefined, target: number | undefined): string {
  return formatWithTarget(value, target, { sign: "≤", met: (a, b) => a <= b });
}

function formatWithTarget(
  value: number | undefined,
  target: number | undefined,
  { sign, met }: { sign: string; met: (value: number, target: number) => boolean },
): string {
  if (value === undefined || target === undefined || !Number.isFinite(value)) {
    return formatFigure(value);
  }
  return `${formatFigure(value)} (${sign} ${target})${met(value, target) ? "" : " !"}`;
}

/** A table in Markdown: the first row is its head, all columns but the first are figures. */
export function formatTable([head, ...rows]: readonly (readonly string[])[]): string {
  const all = [head!, ...rows];
  const widths = head!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const cell = (text: string, i: number) => i ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  const line = (row: readonly string[]) => `| ${row.map(cell).join(" | ")} |`;
  const rule = widths.map((width, i) => i ? "-".repeat(width - 1) + ":" : "-".repeat(width));
  return [head!, rule, ...rows].map(line).join("\n");
}
