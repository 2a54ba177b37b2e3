/** What a verification says: a table and sentences for people, a document for scripts. */

import type { Finding } from "./findings.ts";
import type { Row, Verification } from "./verification.ts";

/** How long it took, and of which file. */
export interface Subject {
  /** As it was typed. */
  readonly file: string;
  readonly seconds: number;
}

/** Lines of the table, of what was found, and of the outcome. */
export function verificationLines(verification: Verification, subject: Subject): string[] {
  const { rows, differences, warnings } = verification;
  return [
    ...table(rows),
    ...differences.map((finding) => `-- Difference: ${sentence(finding)}`),
    ...warnings.map((finding) => `-- Warning: ${sentence(finding)}`),
    outcome(verification, subject),
  ];
}

const HEADINGS = ["rendition", "format", "segments", "samples", "verdict"];

/** Columns of numbers. */
const NUMBERS = [2, 3];

function table(rows: readonly Row[]): string[] {
  const cells = [HEADINGS, ...rows.map(rowCells)];
  const widths = HEADINGS.map((_, column) =>
    cells.reduce((most, row) => Math.max(most, row[column]!.length), 0)
  );
  return cells.map((row) => {
    const padded = row.map((cell, column) =>
      NUMBERS.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    );
    return `   ${padded.join("  ").trimEnd()}`;
  });
}

function rowCells({ location: { rendition, format }, segments, samples, found }: Row): string[] {
  const verdict = found === 0 ? "same" : found === 1 ? "1 difference" : `${found} differences`;
  return [rendition || "-", format, `${segments}`, samples === 0 ? "-" : `${samples}`, verdict];
}

/** `video_eng=400000, CMAF, segment 3, sample 151: decode time: it is 513 instead of 512` */
function sentence({ rendition, format, segment, sample, rule, message }: Finding): string {
  const place = [
    rendition,
    format === "source" ? "" : format,
    segment === undefined ? "" : `segment ${segment}`,
    sample === undefined ? "" : `${format === "WebVTT" ? "cue" : "sample"} ${sample}`,
  ].filter(Boolean).join(", ");
  return [place, rule, message].filter(Boolean).join(": ");
}

function outcome({ count, bytes }: Verification, { seconds }: Subject): string {
  const found = count === 0
    ? "Everything is as in the files"
    : count === 1
    ? "1 difference"
    : `${count} differences`;
  const megabytes = bytes / 1e6;
  const rate = (megabytes / Math.max(seconds, 1e-3)).toFixed(0);
  return `${found}: ${megabytes.toFixed(1)} MB read back in ${seconds.toFixed(1)} s, ${rate} MB/s`;
}

/** The document of `--json`: see docs/verify.md. The same files give the same text. */
export function verificationJson(verification: Verification, { file }: Subject): string {
  const { rows, differences, warnings, bytes, count } = verification;
  const checked = rows.map((
    { location: { rendition, format }, segments, samples, bytes, found },
  ) => ({
    ...rendition && { rendition },
    form: format,
    segments,
    samples,
    bytes,
    differences: found,
  }));
  const document = {
    file,
    same: count === 0,
    bytes,
    checked,
    differences: differences.map(findingJson),
    advice: warnings.map(findingJson),
  };
  return JSON.stringify(document, null, 2);
}

function findingJson({ rendition, format, segment, sample, rule, message }: Finding) {
  return {
    ...rendition && { rendition },
    form: format,
    ...segment !== undefined && { segment },
    ...sample !== undefined && { sample },
    rule,
    message,
  };
}
