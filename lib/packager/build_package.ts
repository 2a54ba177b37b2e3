/** Builds the text of a package from its inputs. */

import { MediaError } from "../errors.ts";
import { measureBandwidths } from "../hls/stored_bandwidths.ts";
import type { InputOptions } from "../input/apply_options.ts";
import type { TrackInput } from "../input/track_input.ts";
import type { StoredMoov } from "../mp4/samples/checkpoints.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { formatPackage, type Package, type PackageSource } from "../package/package.ts";
import { type OpenedPresentation, openInputs, type OpenSource } from "../presentation/open.ts";
import { digestFile } from "../presentation/file_digest.ts";
import { addKeptBytes } from "../presentation/kept_bytes.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { addSyncIndexes } from "../presentation/sync_index.ts";
import { type PackageContents, toPackage } from "../presentation/to_package.ts";
import { digestContent } from "../storage/content_digest.ts";
import { readBytes, type Source } from "../storage/source.ts";
import type { PackagerOptions } from "./options.ts";
import type { OriginConnections } from "../origins/origin_connections.ts";
import { type ContentDigest, InputFiles } from "./input_files.ts";
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
  using files = new InputFiles(options);
  const build = async () => {
    const opened = await openResolved(options, files);
    const { presentation } = opened;
    return { ...await formatAndClose(opened, options), presentation };
  };
  if (!options.inputs.some(({ remote }) => remote)) return await build();
  await rememberReads(options, files);
  return await files.withRemembered(build);
}

/** Opens the inputs, and reads what an index of long tracks is made from. */
async function rememberReads(options: BuildOptions, files: InputFiles): Promise<void> {
  const { presentation, media, sources } = await openResolved(options, files);
  try {
    for (const file of listFiles(presentation)) {
      const source = sources.get(file)!;
      if (source.synchronous) continue;
      const moov = findMoov(presentation, file);
      if (moov) await readBytes(source, moov.offset, moov.size);
      await digestFile(file, source);
    }
  } finally {
    media.close();
  }
}

function listFiles({ renditions }: Presentation): Set<string> {
  return new Set([...renditions.values()].map(({ file }) => file));
}

/** Returns where the moov of a progressive file is, of which parts are skipped when it is opened. */
function findMoov({ renditions }: Presentation, file: string): StoredMoov | undefined {
  for (const rendition of renditions.values()) {
    if (rendition.type === "text" || rendition.file !== file) continue;
    return rendition.track.samples.storeMoov?.();
  }
  return undefined;
}

export interface OpenedInputs extends OpenedPresentation {
  /** By the name in the package. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Returns the digest of all bytes of a file; default: that of its source. */
  readonly digest?: ContentDigest;
}

/** Formats before closing, since tables of long tracks may have to be read. */
export async function formatAndClose(
  { presentation, media, sources: opened, digest = (_, source) => digestContent(source) }:
    OpenedInputs,
  { exact, protection: options, metadata }: Pick<BuildOptions, "exact" | "protection" | "metadata">,
): Promise<{ readonly text: string; readonly pack: Package }> {
  try {
    const protection = options && declareProtection([...presentation.renditions.values()], options);
    const [indexed, bandwidths] = await withPages(() => {
      const indexed = addSyncIndexes(presentation);
      return [indexed, measureBandwidths(indexed)] as const;
    });
    const files = listFiles(indexed);
    const used = new Map([...opened].filter(([file]) => files.has(file)));
    const sources = await describeSources(used, exact ? digest : undefined);
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
  digest: ContentDigest | undefined,
): Promise<PackageSource[]> {
  const described: PackageSource[] = [];
  for (const [file, source] of sources) {
    const { size, etag } = source;
    described.push({
      ...{ file, size, digest: await digestFile(file, source) },
      ...etag !== undefined && { etag },
      ...digest && { content: await digest(file, source) },
    });
  }
  return described;
}

async function openResolved(options: BuildOptions, files: InputFiles): Promise<OpenedInputs> {
  const { inputs, segmentSeconds, onInput, amend } = options;
  const find = (name: string) => inputs.find((input) => input.name === name);
  const sources = new Map<string, Source>();
  const open: OpenSource = async (name) => {
    const source = await files.open(name);
    sources.set(name, source);
    return source;
  };
  const named = inputs.map((input) => toNamedInput(input, inputs));
  try {
    const opened = await openInputs(named, {
      segmentDuration: segmentSeconds,
      open,
      ...amend && { amend },
      onInput: (input, tracks) => onInput?.(find(input.file)!, tracks),
    });
    return { ...opened, sources, digest: (file, source) => files.digest(file, source) };
  } catch (error) {
    const named = error instanceof MediaError ? find(error.file) : undefined;
    throw named ? useTypedPath(error as MediaError, named.file) : error;
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
