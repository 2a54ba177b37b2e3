/** Builds the text of a package from its inputs. */

import { MediaError } from "../errors.ts";
import { measureBandwidths } from "../hls/stored_bandwidths.ts";
import type { InputOptions } from "../input/apply_options.ts";
import type { TrackInput } from "../input/track_input.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { formatPackage, type Package, type PackageSource } from "../package/package.ts";
import { type OpenedPresentation, openInputs, type OpenSource } from "../presentation/open.ts";
import { digestFile } from "../presentation/file_digest.ts";
import { addKeptBytes } from "../presentation/kept_bytes.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { addSyncIndexes } from "../presentation/sync_index.ts";
import { type PackageContents, toPackage } from "../presentation/to_package.ts";
import { openFile } from "../storage/local/file.ts";
import { digestContent } from "../storage/content_digest.ts";
import type { Source } from "../storage/source.ts";
import type { PackagerOptions } from "./options.ts";
import type { OriginConnections } from "../origins/origin_connections.ts";
import { watchReads } from "./progress_source.ts";
import { declareProtection } from "./protection.ts";
import type { ResolvedInput } from "./resolve_paths.ts";
import type { Console } from "../cli/console.ts";

export interface BuildOptions
  extends Pick<PackagerOptions, "segmentSeconds" | "exact" | "protection"> {
  readonly metadata?: PackageContents["metadata"];
  /** As of `openInputs()`. */
  readonly amend?: (input: TrackInput) => readonly TrackInput[];
  readonly inputs: readonly ResolvedInput[];
  readonly progress?: Console["progress"];
  /** What the progress line says first. */
  readonly prefix?: string;
  /** Opens remote inputs. */
  readonly origins?: OriginConnections;
  /** Called after each input was read. */
  readonly onInput?: (input: ResolvedInput, tracks: readonly TrackInput[]) => void;
  /** Called before each read; what it throws ends the work. */
  readonly check?: () => void;
}

export interface BuiltPackage {
  readonly text: string;
  readonly pack: Package;
  readonly presentation: Presentation;
}

/** @throws MediaError that names the file as typed; UsageError if nothing could be protected */
export async function buildPackage(options: BuildOptions): Promise<BuiltPackage> {
  const opened = await openResolved(options);
  const { presentation } = opened;
  return { ...await formatAndClose(opened, options), presentation };
}

export interface OpenedInputs extends OpenedPresentation {
  /** By the name in the package. */
  readonly sources: ReadonlyMap<string, Source>;
}

/** Formats before closing, since tables of long tracks may have to be read. */
export async function formatAndClose(
  { presentation, media, sources: opened }: OpenedInputs,
  { exact, protection: options, metadata }: Pick<BuildOptions, "exact" | "protection" | "metadata">,
): Promise<{ readonly text: string; readonly pack: Package }> {
  try {
    const protection = options && declareProtection([...presentation.renditions.values()], options);
    const [indexed, bandwidths] = await withPages(() => {
      const indexed = addSyncIndexes(presentation);
      return [indexed, measureBandwidths(indexed)] as const;
    });
    const files = new Set([...indexed.renditions.values()].map(({ file }) => file));
    const used = new Map([...opened].filter(([file]) => files.has(file)));
    const sources = await describeSources(used, exact);
    const contents = { metadata, bandwidths, sources, protection };
    const written = await withPages(() => toPackage(indexed, contents));
    const pack = await addKeptBytes(written, used);
    return { text: formatPackage(pack), pack };
  } finally {
    media.close();
  }
}

async function describeSources(
  sources: ReadonlyMap<string, Source>,
  exact: boolean,
): Promise<PackageSource[]> {
  const described: PackageSource[] = [];
  for (const [file, source] of sources) {
    const { size, etag } = source;
    const digest = await digestFile(file, source);
    described.push({
      ...{ file, size, digest },
      ...etag !== undefined && { etag },
      ...exact && { content: await digestContent(source) },
    });
  }
  return described;
}

async function openResolved(options: BuildOptions): Promise<OpenedInputs> {
  const { inputs, segmentSeconds, progress, prefix = "", onInput, amend, check, origins } = options;
  const indexes = new Map(inputs.map(({ name }, i) => [name, i]));
  const find = (name: string) => inputs[indexes.get(name)!]!;
  const sources = new Map<string, Source>();
  const open: OpenSource = async (name) => {
    const { path, file, remote } = find(name);
    const position = `${prefix}${indexes.get(name)! + 1} of ${inputs.length}`;
    const opened = remote ? await origins!.open(remote, { file }) : openFile(path, file);
    const source = watchReads(opened, { position, progress, check });
    sources.set(name, source);
    return source;
  };
  const named = inputs.map((input) => toNamedInput(input, inputs));
  try {
    const opened = await openInputs(named, {
      segmentDuration: segmentSeconds,
      open,
      ...amend && { amend },
      onInput: (input, tracks) => onInput?.(find(input.file), tracks),
    });
    return { ...opened, sources };
  } catch (error) {
    const isNamed = error instanceof MediaError && indexes.has(error.file);
    throw isNamed ? useTypedPath(error, find(error.file).file) : error;
  }
}

/** Sidecars name their owner as it was typed. */
function toNamedInput(
  { path: _, remote: __, name, sidecar, ...options }: ResolvedInput,
  inputs: readonly ResolvedInput[],
): InputOptions {
  if (!sidecar) return { ...options, file: name };
  const owner = inputs.find(({ file }) => file === sidecar.owner)!.name;
  return { ...options, file: name, sidecar: { ...sidecar, owner } };
}

function useTypedPath({ reason, code, path }: MediaError, file: string): MediaError {
  const error = new MediaError(reason, code);
  return (path ? error.in(path) : error).inFile(file);
}
