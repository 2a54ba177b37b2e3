/** Medians, formatted numbers and Markdown tables. */

/** Placeholder for a missing value. */
export const NONE = "–";

/**
 * Median; the mean of the two middle values for an even number of values.
 *
 * @throws Error when there are no values
 */
export function median(values: readonly number[]): number {
  if (!values.length) throw new Error("Cannot compute the median of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median of each key of objects with the same keys. */
export function medians<K extends string>(all: readonly Record<K, number>[]): Record<K, number> {
  const keys = Object.keys(all[0] ?? {}) as K[];
  return Object.fromEntries(
    keys.map((key) => [key, median(all.map((it) => it[key]))]),
  ) as Record<K, number>;
}

/** Formats with three significant digits, or all integer digits: `1,234`, `56.7`, `0.89`. */
export function formatFigure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString("en", options);
}

/** Formats a value with its minimum: `0.91 (≥ 0.85)`, followed by `!` if it is below. */
export function formatAtLeast(value: number | undefined, target: number | undefined): string {
  return formatWithTarget(value, target, { sign: "≥", isMet: (a, b) => a >= b });
}

/** Formats a value with its maximum: `31.0 (≤ 30) !`. */
export function formatAtMost(value: number | undefined, target: number | undefined): string {
  return formatWithTarget(value, target, { sign: "≤", isMet: (a, b) => a <= b });
}

function formatWithTarget(
  value: number | undefined,
  target: number | undefined,
  { sign, isMet }: { sign: string; isMet: (value: number, target: number) => boolean },
): string {
  if (value === undefined || target === undefined || !Number.isFinite(value)) {
    return formatFigure(value);
  }
  return `${formatFigure(value)} (${sign} ${target})${isMet(value, target) ? "" : " !"}`;
}

/** Markdown table. The first row is the header; all columns but the first are aligned right. */
export function formatTable([header, ...rows]: readonly (readonly string[])[]): string {
  const all = [header!, ...rows];
  const widths = header!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const cell = (text: string, i: number) => i ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  const line = (row: readonly string[]) => `| ${row.map(cell).join(" | ")} |`;
  const rule = widths.map((width, i) => i ? "-".repeat(width - 1) + ":" : "-".repeat(width));
  return [header!, rule, ...rows].map(line).join("\n");
}
