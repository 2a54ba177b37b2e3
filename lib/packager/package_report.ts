/** The output of `amspackager --json` (docs/amspackager.md). */

import type { PackageTrack } from "../package/package.ts";
import type { BuiltPackage } from "./build_package.ts";

export interface PackageReport {
  /** As typed, or as found below the directory of `--each`. */
  readonly output: string;
  /** `checked`: with `--dry-run`; `unchanged`: it is up to date. */
  readonly status: "written" | "checked" | "unchanged" | "failed";
  /** In seconds. */
  readonly duration?: number;
  readonly segmentDuration?: number;
  readonly tracks?: readonly Omit<PackageTrack, "index">[];
  readonly warnings?: readonly string[];
  /** Why it failed. */
  readonly error?: string;
}

export function toReport(
  { pack, presentation: { duration } }: BuiltPackage,
  { warnings, ...rest }: Pick<PackageReport, "output" | "status" | "warnings">,
): PackageReport {
  return {
    ...rest,
    duration: duration.ticks / duration.timescale,
    segmentDuration: pack.segmentDuration,
    tracks: pack.tracks.map(({ index: _, ...track }) => track),
    ...warnings && { warnings },
  };
}

/** Formats one report, or the list of `--each`. */
export function formatReports(reports: PackageReport | readonly PackageReport[]): string {
  return JSON.stringify(reports, null, 2);
}
