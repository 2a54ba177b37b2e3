/** Packages each film below a directory: `amspackager --each`. */

import { join } from "@std/path";
import type { Console } from "../cli/console.ts";
import { replaceControls } from "../cli/control_characters.ts";
import { UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import { toFilmInputs } from "../input/sidecar.ts";
import { OutputError, replaceFile } from "./atomic_write.ts";
import type { Package } from "../package/package.ts";
import { type BuildOptions, buildPackage } from "./build_package.ts";
import { listFiles, listOlder, needsPackaging, readExisting } from "./existing_package.ts";
import { findFilms, type LocalFilm } from "./films.ts";
import { keepEdits } from "./kept_edits.ts";
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
  film: LocalFilm,
  { options, messages, signal, prefix }: FilmContext,
): Promise<PackageReport> {
  const { output } = film;
  const { force, dryRun } = options;
  const members = listMembers(film);
  if (!await needsPackaging(output, { members, force })) {
    messages.line(`${output}: up to date`);
    return { output, status: "unchanged" };
  }
  const check = () => {
    if (signal?.aborted) throw new OutputError(output, "it was interrupted");
  };
  const previous = force ? undefined : await readExisting(output);
  const plan = await planPackage(film, { options, previous });
  const built = await buildPackage({
    ...{ ...plan, check, prefix },
    ...messages.progress && { progress: messages.progress },
  });
  const { text, pack, presentation: { duration, warnings } } = built;
  messages.progress?.clear();
  for (const warning of warnings) messages.warn(`-- Warning: ${output}: ${warning}`);
  check();
  if (!dryRun) await replaceFile(plan.path, output, text);
  const tracks = describeTracks(pack, duration.ticks / duration.timescale);
  const kept = previous ? "; texts, labels and languages of the old package stay" : "";
  messages.line(`${output}: ${tracks}${kept}`);
  return toReport(built, { output, status: dryRun ? "checked" : "written", warnings });
}

function listMembers({ film, directory }: LocalFilm): string[] {
  return film.members.map(({ name }) => join(directory, name));
}

type FilmPlan = Pick<BuildOptions, "inputs" | "segmentSeconds" | "exact" | "metadata" | "amend"> & {
  /** Path of the package. */
  readonly path: string;
};

/** @param previous whose edits, and tracks of files that are not of the film, stay */
async function planPackage(
  film: LocalFilm,
  { options: { segmentSeconds, exact }, previous }: {
    readonly options: EachOptions;
    readonly previous: Package | undefined;
  },
): Promise<FilmPlan> {
  const { directory, output } = film;
  const own = toFilmInputs(film.film, (name) => join(directory, name));
  if (!previous) {
    const { output: path, inputs } = await resolvePaths({ output, inputs: own });
    return { path, inputs, segmentSeconds, exact };
  }
  const members = listMembers(film);
  const added = listFiles(output, previous).filter((file) => !members.includes(file))
    .map((file) => ({ file, optional: true as const }));
  const { output: path, inputs } = await resolvePaths({ output, inputs: [...own, ...added] });
  const older = new Set(await listOlder(output, previous, inputs.map(({ file }) => file)));
  const names = inputs.filter(({ file }) => older.has(file)).map(({ name }) => name);
  const kept = keepEdits(previous, new Set(names));
  return { path, inputs, ...kept, exact: exact || kept.exact };
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
