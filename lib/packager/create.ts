/** Creates a package file from the inputs of a command line. */

import { dirname } from "@std/path";
import { UsageError } from "../cli/usage_error.ts";
import type { TrackInput } from "../input/track_input.ts";
import { getProtectedFiles, type PackageMetadata } from "../package/package.ts";
import { isPackage } from "../url/path.ts";
import { OutputError, replaceFile } from "./atomic_write.ts";
import { buildPackage, type BuiltPackage } from "./build_package.ts";
import type { Console } from "../cli/console.ts";
import { warnExposedFiles } from "./exposed_files.ts";
import { createMessages } from "./messages.ts";
import { readMetadata } from "./metadata.ts";
import { describeTracks, type Played, suggestPlaying } from "./next_step.ts";
import { type PackagerOptions, STANDARD_OUTPUT } from "./options.ts";
import { formatReports, type PackageReport, toReport } from "./package_report.ts";
import { summarizeProtection, warnUnusedKids } from "./protection.ts";
import { type ResolvedInput, type ResolvedPaths, resolvePaths } from "./resolve_paths.ts";
import { addSidecars, warnOtherOwners } from "./sidecars.ts";
import { formatParsing, formatTrackLine } from "./summary.ts";

/**
 * Leaves an existing package unchanged on failure.
 *
 * @param signal ends the work before the package is written
 * @throws UsageError, OutputError, MediaError
 */
export async function createPackage(
  options: PackagerOptions,
  out: Console,
  signal?: AbortSignal,
): Promise<void> {
  const { json, output } = options;
  try {
    const report = await create(options, out, signal);
    if (json) out.line(formatReports(report));
  } catch (error) {
    if (json && error instanceof Error && !(error instanceof UsageError)) {
      out.line(formatReports({ output, status: "failed", error: error.message }));
    }
    throw error;
  }
}

async function create(
  options: PackagerOptions,
  out: Console,
  signal: AbortSignal | undefined,
): Promise<PackageReport> {
  const { output, dryRun } = options;
  const messages = createMessages(out, options);
  const { inputs } = options;
  const all = options.sidecars ? await addSidecars(inputs) : inputs;
  const paths = await resolvePaths({ output, inputs: all });
  const check = () => {
    if (signal?.aborted) throw new OutputError(output, "it was interrupted");
  };
  const said = await readMetadata(options.metadata ?? {}, dirname(paths.output));
  const built = await build(paths.inputs, { options, metadata: said.metadata, messages, check });
  const warnings = await listWarnings(built, options, paths);
  for (const warning of warnings) messages.warn(`-- Warning: ${warning}`);
  const { protection } = built.pack;
  if (protection) { for (const line of summarizeProtection(protection)) messages.line(line); }
  check();
  if (!dryRun) await write(built, { options, path: paths.output, out, messages });
  const files = [...paths.inputs.map(({ path }) => path), ...said.files];
  for (const line of formatOutcome(built, options, { ...paths, files })) messages.line(line);
  return toReport(built, { output, status: dryRun ? "checked" : "written", warnings });
}

/** Prints what was read, with the numbers of the package; without tracks if there will be none. */
async function build(
  inputs: readonly ResolvedInput[],
  { options, metadata, messages, check }: {
    readonly options: PackagerOptions;
    readonly metadata: PackageMetadata;
    readonly messages: Console;
    readonly check: () => void;
  },
): Promise<BuiltPackage> {
  const { segmentSeconds, exact, protection } = options;
  const parsed = new Map<ResolvedInput, readonly TrackInput[]>(); // what cannot be used is read again without
  let built: BuiltPackage | undefined;
  try {
    built = await buildPackage({
      ...{ inputs, metadata, segmentSeconds, exact, check },
      ...protection && { protection },
      ...messages.progress && { progress: messages.progress },
      onInput: (input, tracks) => void parsed.set(input, tracks),
    });
    return built;
  } finally {
    messages.progress?.clear();
    for (const [{ file, name }, tracks] of parsed) {
      messages.line(formatParsing(file, tracks));
      for (const rendition of built?.presentation.renditions.values() ?? []) {
        if (rendition.file === name) messages.line(formatTrackLine(rendition, tracks));
      }
    }
  }
}

async function listWarnings(
  { presentation, pack }: BuiltPackage,
  { output: typed, protection, sidecars, inputs: named }: PackagerOptions,
  { output, inputs }: ResolvedPaths,
): Promise<string[]> {
  const warnings = [...presentation.warnings, ...sidecars ? await warnOtherOwners(named) : []];
  if (protection && pack.protection) {
    for (const warning of warnUnusedKids(protection, pack.protection)) warnings.push(warning);
    const media = inputs.filter(({ name }) => getProtectedFiles(pack).has(name));
    for (const warning of await warnExposedFiles(media, output)) warnings.push(warning);
  }
  if (typed !== STANDARD_OUTPUT && !isPackage(output)) {
    warnings.push("ams serves packages whose names end in .json");
  }
  return warnings;
}

/** Scripts of earlier packagers match these lines, grammar included. */
async function write(
  { text }: BuiltPackage,
  { options: { output }, path, out, messages }: {
    readonly options: PackagerOptions;
    readonly path: string;
    readonly out: Console;
    readonly messages: Console;
  },
): Promise<void> {
  messages.line(`-- Creating package file '${output}'`);
  if (output === STANDARD_OUTPUT) out.line(text.trimEnd());
  else await replaceFile(path, output, text);
  messages.line("All files has been packaged successfully");
}

function formatOutcome(
  { pack, presentation: { duration } }: BuiltPackage,
  { output: typed, dryRun }: PackagerOptions,
  { output, files, currentDirectory }: Omit<ResolvedPaths, "inputs"> & Pick<Played, "files">,
): string[] {
  const isFile = typed !== STANDARD_OUTPUT;
  const name = isFile ? typed : "to standard output";
  const tracks = describeTracks(pack, duration.ticks / duration.timescale);
  const line = `${dryRun ? "Would write" : "Wrote"} ${name}: ${tracks}`;
  const played = isFile && !dryRun && suggestPlaying({
    output,
    files,
    currentDirectory,
    isProtected: pack.protection !== undefined,
  });
  return [played ? `${line}. ${played}` : line];
}
