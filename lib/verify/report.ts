/** Reports of a verification: text for people, JSON for scripts. */

import { formatBlockName } from "../archive/block.ts";
import type { Finding } from "./findings.ts";
import type { Row, Verification } from "./verification.ts";

export interface Subject {
  readonly file: string;
  readonly seconds: number;
}

export function formatReport(verification: Verification, subject: Subject): string[] {
  const { rows, differences, warnings } = verification;
  return [
    ...formatTable(rows),
    ...differences.map((finding) => `-- Difference: ${formatFinding(finding)}`),
    ...warnings.map((finding) => `-- Warning: ${formatFinding(finding)}`),
    formatSummary(verification, subject),
  ];
}

const HEADINGS = ["rendition", "format", "segments", "samples", "verdict"];

const RIGHT_ALIGNED_COLUMNS = [2, 3];

function formatTable(rows: readonly Row[]): string[] {
  const cells = [HEADINGS, ...rows.map(formatRow)];
  const widths = HEADINGS.map((_, column) =>
    cells.reduce((most, row) => Math.max(most, row[column]!.length), 0)
  );
  return cells.map((row) => {
    const padded = row.map((cell, column) =>
      RIGHT_ALIGNED_COLUMNS.includes(column)
        ? cell.padStart(widths[column]!)
        : cell.padEnd(widths[column]!)
    );
    return `   ${padded.join("  ").trimEnd()}`;
  });
}

function formatRow(
  { location: { rendition, format }, segments, samples, differenceCount }: Row,
): string[] {
  const verdict = differenceCount === 0 ? "same" : formatCount(differenceCount);
  return [rendition || "-", format, `${segments}`, samples === 0 ? "-" : `${samples}`, verdict];
}

/** Formats `video_eng=400000, CMAF, segment 3, sample 151: decode time: got 513, expected 512`. */
function formatFinding(finding: Finding): string {
  const { rendition, format, block, period, segment, sample, rule, message } = finding;
  const location = [
    rendition,
    format === "source" ? "" : format,
    block === undefined ? "" : `block ${formatBlockName(block)}`,
    period === undefined ? "" : `period ${period}`,
    segment === undefined ? "" : `segment ${segment}`,
    sample === undefined ? "" : `${format === "WebVTT" ? "cue" : "sample"} ${sample}`,
  ].filter(Boolean).join(", ");
  const kind = rule === "warning" ? "" : rule; // the line starts with it
  return [location, kind, message].filter(Boolean).join(": ");
}

function formatSummary(
  { differenceCount, builtBytes }: Verification,
  { seconds }: Subject,
): string {
  const result = differenceCount === 0
    ? "Everything matches the files"
    : formatCount(differenceCount);
  const megabytes = builtBytes / 1e6;
  const rate = (megabytes / Math.max(seconds, 1e-3)).toFixed(0);
  return `${result}: ${megabytes.toFixed(1)} MB verified in ${seconds.toFixed(1)} s, ${rate} MB/s`;
}

function formatCount(differences: number): string {
  return differences === 1 ? "1 difference" : `${differences} differences`;
}

/** Formats `12 files: 10 match, 1 differs, 1 cannot be verified`. */
export function formatTotals(
  { same, different, failed }: {
    readonly same: number;
    readonly different: number;
    readonly failed: number;
  },
): string {
  const count = same + different + failed;
  const totals = [
    `${same} ${same === 1 ? "matches" : "match"}`,
    different > 0 ? `${different} ${different === 1 ? "differs" : "differ"}` : "",
    failed > 0 ? `${failed} cannot be verified` : "",
  ];
  return `${count} ${count === 1 ? "file" : "files"}: ${totals.filter(Boolean).join(", ")}`;
}

/** The output of `--json` (docs/verify.md). */
export interface JsonReport {
  readonly file: string;
  readonly same: boolean;
  readonly [key: string]: unknown;
}

/** Returns what depends on the files alone. */
export function toJsonReport(verification: Verification, { file }: Subject): JsonReport {
  const { rows, differences, warnings, builtBytes } = verification;
  const checked = rows.map((
    { location: { rendition, format }, segments, samples, bytes, differenceCount },
  ) => ({
    ...rendition && { rendition },
    form: format,
    segments,
    samples,
    bytes,
    differences: differenceCount,
  }));
  return {
    file,
    same: verification.differenceCount === 0,
    bytes: builtBytes,
    checked,
    differences: differences.map(toFindingJson),
    advice: warnings.map(toFindingJson),
  };
}

function toFindingJson(finding: Finding) {
  const { rendition, format, block, period, segment, sample, rule, message } = finding;
  return {
    ...rendition && { rendition },
    form: format,
    ...block !== undefined && { block },
    ...period !== undefined && { period },
    ...segment !== undefined && { segment },
    ...sample !== undefined && { sample },
    rule,
    message,
  };
}
