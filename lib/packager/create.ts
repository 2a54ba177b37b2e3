/** Creates a package file from the inputs of a command line. */

import { MediaError } from "../errors.ts";
import { measureBandwidths } from "../hls/stored_bandwidths.ts";
import {
  formatPackage,
  getProtectedFiles,
  type Package,
  type PackageSource,
} from "../package/package.ts";
import { type OpenedPresentation, openInputs, type OpenSource } from "../presentation/open.ts";
import { addSyncIndexes } from "../presentation/sync_index.ts";
import { toPackage } from "../presentation/to_package.ts";
import { openFile } from "../storage/local/file.ts";
import { digestContent } from "../storage/content_digest.ts";
import type { Source } from "../storage/source.ts";
import { isPackage } from "../url/path.ts";
import { type ResolvedInput, resolvePaths } from "./resolve_paths.ts";
import type { PackagerOptions } from "./options.ts";
import { warnExposedFiles } from "./exposed_files.ts";
import { declareProtection, summarizeProtection, warnUnusedKids } from "./protection.ts";
import { replaceFile } from "./atomic_write.ts";
import type { Console } from "../cli/console.ts";
import { withProgress } from "./progress_source.ts";
import { summarizeFile } from "./summary.ts";

/** Leaves an existing package unchanged on failure. @throws UsageError, OutputError, MediaError */
export async function createPackage(options: PackagerOptions, out: Console): Promise<void> {
  const { output, inputs } = await resolvePaths(options);
  const opened = await openResolved(inputs, options.segmentSeconds, out);
  const { text, pack } = await formatAndClose(opened, options);
  out.progress?.clear();
  for (const warning of opened.presentation.warnings) warn(out, warning);
  const { protection } = pack;
  if (protection) {
    summarizeProtection(protection).forEach((line) => out.line(line));
    for (const warning of warnUnusedKids(options.protection!, protection)) warn(out, warning);
    const media = inputs.filter(({ name }) => getProtectedFiles(pack).has(name));
    for (const warning of await warnExposedFiles(media, output)) warn(out, warning);
  }
  // Scripts of earlier packagers match these lines, grammar included.
  out.line(`-- Creating package file '${options.output}'`);
  await replaceFile(output, options.output, text);
  if (!isPackage(output)) warn(out, "ams serves packages whose names end in .json");
  out.line("All files has been packaged successfully");
}

export interface OpenedInputs extends OpenedPresentation {
  /** By the name in the package. */
  readonly sources: ReadonlyMap<string, Source>;
}

/** Formats before closing, since tables of long tracks may have to be read. */
export async function formatAndClose(
  { presentation, media, sources: opened }: OpenedInputs,
  { exact, protection: options }: Pick<PackagerOptions, "exact" | "protection">,
): Promise<{ readonly text: string; readonly pack: Package }> {
  try {
    const protection = options && declareProtection([...presentation.renditions.values()], options);
    const indexed = addSyncIndexes(presentation);
    const bandwidths = measureBandwidths(indexed);
    const files = new Set([...indexed.renditions.values()].map(({ file }) => file));
    const used = new Map([...opened].filter(([file]) => files.has(file)));
    const sources = exact ? await digestSources(used) : undefined;
    const pack = toPackage(indexed, { bandwidths, sources, protection });
    return { text: formatPackage(pack), pack };
  } finally {
    media.close();
  }
}

async function digestSources(sources: ReadonlyMap<string, Source>): Promise<PackageSource[]> {
  const digested: PackageSource[] = [];
  for (const [file, source] of sources) {
    digested.push({ file, content: await digestContent(source) });
  }
  return digested;
}

function warn(out: Console, text: string): void {
  out.warn(`-- Warning: ${text}`);
}

async function openResolved(
  inputs: readonly ResolvedInput[],
  segmentDuration: number,
  out: Console,
): Promise<OpenedInputs> {
  const indexes = new Map(inputs.map(({ name }, i) => [name, i]));
  const getTypedPath = (name: string) => inputs[indexes.get(name)!]!.file;
  const sources = new Map<string, Source>();
  const open: OpenSource = (name) => {
    const index = indexes.get(name)!;
    const { path, file } = inputs[index]!;
    const position = `${index + 1} of ${inputs.length}`;
    const source = withProgress(openFile(path, file), position, out.progress);
    sources.set(name, source);
    return source;
  };
  const named = inputs.map(({ path: _, name, ...options }) => ({ ...options, file: name }));
  try {
    const opened = await openInputs(named, {
      segmentDuration,
      open,
      onInput(input, tracks) {
        out.progress?.clear();
        summarizeFile(getTypedPath(input.file), tracks).forEach((text) => out.line(text));
      },
    });
    return { ...opened, sources };
  } catch (error) {
    const isNamed = error instanceof MediaError && indexes.has(error.file);
    throw isNamed ? useTypedPath(error, getTypedPath(error.file)) : error;
  }
}

function useTypedPath({ reason, code, path }: MediaError, file: string): MediaError {
  const error = new MediaError(reason, code);
  return (path ? error.in(path) : error).inFile(file);
}
