/** Creates a package file from the inputs of a command line. */

import { dirname } from "@std/path";
import { UsageError } from "../cli/usage_error.ts";
import type { InputOptions } from "../input/apply_options.ts";
import type { TrackInput } from "../input/track_input.ts";
import { getProtectedFiles, type PackageMetadata } from "../package/package.ts";
import { isPackage } from "../url/path.ts";
import { OutputError, replaceFile } from "./atomic_write.ts";
import { buildPackage, type BuiltPackage } from "./build_package.ts";
import type { Console } from "../cli/console.ts";
import { refuseForeignObject } from "./foreign_file.ts";
import { warnExposedFiles } from "./exposed_files.ts";
import { createMessages } from "./messages.ts";
import { readMetadata } from "./metadata.ts";
import { describeTracks, type Played, splitUrl, suggestPlaying } from "./next_step.ts";
import { type PackagerOptions, STANDARD_OUTPUT } from "./options.ts";
import { replaceRemoteFile } from "./replace_remote.ts";
import { formatReports, type PackageReport, toReport } from "./package_report.ts";
import { summarizeProtection, warnUnusedKids } from "./protection.ts";
import { isAbsoluteUrl, removeQuery } from "../storage/remote/allowed_source.ts";
import type { ConnectOrigin } from "../origins/origin_connection.ts";
import { OriginConnections } from "../origins/origin_connections.ts";
import { type ResolvedInput, type ResolvedPaths, resolvePaths } from "./resolve_paths.ts";
import { addSidecars, warnOtherOwners } from "./sidecars.ts";
import { formatParsing, formatTrackLine } from "./summary.ts";

export interface CreateProgram {
  /** Ends the work before the package is written. */
  readonly signal?: AbortSignal | undefined;
  /** Connects to an origin; default: over the network. */
  readonly connect?: ConnectOrigin | undefined;
}

/**
 * Leaves an existing package unchanged on failure.
 *
 * @throws UsageError, OutputError, MediaError
 */
export async function createPackage(
  options: PackagerOptions,
  out: Console,
  { signal = new AbortController().signal, connect }: CreateProgram = {},
): Promise<void> {
  const { json } = options;
  const output = removeQuery(options.output);
  try {
    using origins = new OriginConnections(signal, connect);
    const report = await createUnlessStopped(options, out, { signal, origins });
    if (json) out.line(formatReports(report));
  } catch (error) {
    if (json && error instanceof Error && !(error instanceof UsageError)) {
      out.line(formatReports({ output, status: "failed", error: error.message }));
    }
    throw error;
  }
}

const INTERRUPTED = "it was interrupted";

interface CreateContext {
  readonly signal: AbortSignal;
  readonly origins: OriginConnections;
}

async function createUnlessStopped(
  options: PackagerOptions,
  out: Console,
  context: CreateContext,
): Promise<PackageReport> {
  try {
    return await create(options, out, context);
  } catch (error) {
    const { aborted, reason } = context.signal;
    throw aborted && error === reason
      ? new OutputError(removeQuery(options.output), INTERRUPTED)
      : error;
  }
}

async function create(
  typed: PackagerOptions,
  out: Console,
  { signal, origins }: CreateContext,
): Promise<PackageReport> {
  const messages = createMessages(out, typed);
  const { inputs } = typed;
  const all = typed.sidecars ? await addSidecars(inputs, origins) : inputs;
  const paths = await resolvePaths({ output: typed.output, inputs: all });
  const options = paths.remote ? { ...typed, output: paths.output } : typed;
  const { output, dryRun } = options;
  const { remote } = paths;
  if (remote) await refuseForeignObject(() => origins.open(remote, { file: output }), output);
  const check = () => {
    if (signal.aborted) throw new OutputError(output, INTERRUPTED);
  };
  const place = { directory: dirname(paths.output), remote, origins };
  const said = await readMetadata(options.metadata ?? {}, place);
  const context = { options, metadata: said.metadata, messages, check, origins };
  const built = await build(paths.inputs, context);
  const warnings = await listWarnings(built, { options, paths, origins });
  for (const warning of warnings) messages.warn(`-- Warning: ${warning}`);
  const { protection } = built.pack;
  if (protection) { for (const line of summarizeProtection(protection)) messages.line(line); }
  check();
  if (!dryRun) await write(built, { options, paths, out, messages, origins });
  const files = [...paths.inputs.map(({ path }) => path), ...said.files];
  const sources = listUrlDirectories(all, paths.inputs);
  const played = { ...paths, output: remote ? typed.output : paths.output, files, sources };
  messages.line(formatOutcome(built, options, played));
  return toReport(built, { output, status: dryRun ? "checked" : "written", warnings });
}

/** Prints what was read, with the numbers of the package; without tracks if there will be none. */
async function build(
  inputs: readonly ResolvedInput[],
  { options, metadata, messages, check, origins }: {
    readonly options: PackagerOptions;
    readonly metadata: PackageMetadata;
    readonly messages: Console;
    readonly check: () => void;
    readonly origins: OriginConnections;
  },
): Promise<BuiltPackage> {
  const { segmentSeconds, exact, protection } = options;
  const parsed = new Map<ResolvedInput, readonly TrackInput[]>(); // what cannot be used is read again without
  let built: BuiltPackage | undefined;
  try {
    built = await buildPackage({
      ...{ inputs, metadata, segmentSeconds, exact, check, origins },
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
  { options, paths: { output, inputs }, origins }: {
    readonly options: PackagerOptions;
    readonly paths: ResolvedPaths;
    readonly origins: OriginConnections;
  },
): Promise<string[]> {
  const { output: typed, protection, sidecars, inputs: named } = options;
  const others = sidecars ? await warnOtherOwners(named, origins) : [];
  const warnings = [...presentation.warnings, ...others];
  if (protection && pack.protection) {
    for (const warning of warnUnusedKids(protection, pack.protection)) warnings.push(warning);
    const media = inputs.filter(({ name }) =>
      getProtectedFiles(pack).has(name) && !isAbsoluteUrl(name)
    );
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
  { options: { output }, paths, out, messages, origins }: {
    readonly options: PackagerOptions;
    readonly paths: ResolvedPaths;
    readonly out: Console;
    readonly messages: Console;
    readonly origins: OriginConnections;
  },
): Promise<void> {
  messages.line(`-- Creating package file '${output}'`);
  if (output === STANDARD_OUTPUT) out.line(text.trimEnd());
  else if (paths.remote) {
    const { origin, name: path } = paths.remote;
    const { signal } = origins;
    await replaceRemoteFile(origins.connect(origin), { path, file: output, signal, text });
  } else await replaceFile(paths.output, output, text);
  messages.line("All files has been packaged successfully");
}

/** Returns the directories of the files that the package names by their URLs, as the command line names them. */
function listUrlDirectories(
  typed: readonly InputOptions[],
  resolved: readonly ResolvedInput[],
): string[] {
  const named = typed.filter((_, i) => isAbsoluteUrl(resolved[i]!.name));
  return [...new Set(named.map(({ file }) => splitUrl(file).source))];
}

function formatOutcome(
  { pack, presentation: { duration } }: BuiltPackage,
  { output: typed, dryRun }: PackagerOptions,
  played: Omit<Played, "isProtected">,
): string {
  const isFile = typed !== STANDARD_OUTPUT;
  const name = isFile ? typed : "to standard output";
  const tracks = describeTracks(pack, duration.ticks / duration.timescale);
  const line = `${dryRun ? "Would write" : "Wrote"} ${name}: ${tracks}`;
  const isProtected = pack.protection !== undefined;
  const next = isFile && !dryRun && suggestPlaying({ ...played, isProtected });
  return next ? `${line}. ${next}` : line;
}
