/** Packages each film below a directory: `amspackager --each`. */

import { join } from "@std/path";
import type { Console } from "../cli/console.ts";
import { replaceControls } from "../cli/control_characters.ts";
import { UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import { toFilmInputs } from "../input/sidecar.ts";
import { OutputError, replaceFile } from "./atomic_write.ts";
import { buildPackage } from "./build_package.ts";
import { needsPackaging } from "./existing_package.ts";
import { findFilms, type LocalFilm } from "./films.ts";
import { createMessages } from "./messages.ts";
import { describeTracks, suggestServing } from "./next_step.ts";
import type { EachOptions } from "./options.ts";
import { formatReports, type PackageReport, toReport } from "./package_report.ts";
import { resolvePaths } from "./resolve_paths.ts";

/**
 * Prints a line for each film, and goes on after one that fails.
 *
 * @param signal ends the work; packages are whole or unchanged then
 * @returns false if a film or a directory failed, or the work was ended
 * @throws MediaError if there is no film
 */
export async function packageEach(
  options: EachOptions,
  out: Console,
  signal?: AbortSignal,
): Promise<boolean> {
  const { each, json, dryRun } = options;
  const messages = createMessages(out, options);
  const reports: PackageReport[] = [];
  const fail = (output: string, error: Error) => {
    messages.progress?.clear();
    reports.push({ output, status: "failed", error: error.message });
    out.warn(replaceControls(`amspackager: ${error.message}`));
  };
  const films = await findFilms(each, fail);
  if (films.length === 0 && reports.length === 0) {
    throw new MediaError("Cannot find a media file below it", "MEDIA_MISSING").inFile(each);
  }
  for (const [i, film] of films.entries()) {
    if (signal?.aborted) break;
    const prefix = `film ${i + 1} of ${films.length}, file `;
    try {
      reports.push(await packageFilm(film, { options, messages, signal, prefix }));
    } catch (error) {
      if (!isExpected(error)) throw error;
      if (!signal?.aborted) fail(film.output, error);
    }
  }
  messages.progress?.clear();
  messages.line(formatTotals(reports, { each, dryRun }));
  if (json) out.line(formatReports(reports));
  if (signal?.aborted) out.warn("amspackager: Interrupted: the same command continues");
  return !signal?.aborted && reports.every(({ status }) => status !== "failed");
}

/** UsageError: two names are links to the same file. */
function isExpected(error: unknown): error is Error {
  return error instanceof MediaError || error instanceof OutputError || error instanceof UsageError;
}

interface FilmContext {
  readonly options: EachOptions;
  readonly messages: Console;
  readonly signal: AbortSignal | undefined;
  /** What the progress line says first. */
  readonly prefix: string;
}

async function packageFilm(
  { film, directory, output }: LocalFilm,
  { options, messages, signal, prefix }: FilmContext,
): Promise<PackageReport> {
  const { segmentSeconds, exact, force, dryRun } = options;
  const members = film.members.map(({ name }) => join(directory, name));
  if (!await needsPackaging(output, { members, force })) {
    messages.line(`${output}: up to date`);
    return { output, status: "unchanged" };
  }
  const inputs = toFilmInputs(film, (name) => join(directory, name));
  const paths = await resolvePaths({ output, inputs });
  const check = () => {
    if (signal?.aborted) throw new OutputError(output, "it was interrupted");
  };
  const built = await buildPackage({
    ...{ inputs: paths.inputs, segmentSeconds, exact, check, prefix },
    ...messages.progress && { progress: messages.progress },
  });
  const { text, pack, presentation: { duration, warnings } } = built;
  messages.progress?.clear();
  for (const warning of warnings) messages.warn(`-- Warning: ${output}: ${warning}`);
  check();
  if (!dryRun) await replaceFile(paths.output, output, text);
  messages.line(`${output}: ${describeTracks(pack, duration.ticks / duration.timescale)}`);
  return toReport(built, { output, status: dryRun ? "checked" : "written", warnings });
}

/** Returns `Wrote 38 packages, 1 up to date, 1 failed. Play them: ams -d films then http://localhost:8080/`. */
function formatTotals(
  reports: readonly PackageReport[],
  { each, dryRun }: Pick<EachOptions, "each" | "dryRun">,
): string {
  const count = (status: PackageReport["status"]) =>
    reports.filter((report) => report.status === status).length;
  const [written, unchanged, failed] = [
    count(dryRun ? "checked" : "written"),
    count("unchanged"),
    count("failed"),
  ];
  const totals = [
    `${dryRun ? "Would write" : "Wrote"} ${written} ${written === 1 ? "package" : "packages"}`,
    unchanged > 0 ? `${unchanged} up to date` : "",
    failed > 0 ? `${failed} failed` : "",
  ].filter(Boolean).join(", ");
  return dryRun || written + unchanged === 0 ? totals : `${totals}. ${suggestServing(each)}`;
}
