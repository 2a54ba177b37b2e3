/** Adds to the indexes of a package what opening its files looks up, so that a sealed file opens without a read. */

import type { StoredMoov } from "../mp4/samples/checkpoints.ts";
import { keepBytes } from "../mp4/samples/kept_bytes.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { formatIndex, parseIndex } from "../package/index_text.ts";
import type { Source } from "../storage/source.ts";
import { traceRows } from "./open.ts";

type FileRange = readonly [start: number, end: number];

/** In bytes of a file. Most codecs are declared by sample entries alone. */
const MAX_KEPT_SAMPLES = 8192;

/**
 * Returns the package with kept bytes in the indexes that contain a moov.
 *
 * @param sources open files of all tracks, which stay open
 * @throws MediaError of a source
 */
export async function addKeptBytes(
  pack: Package,
  sources: ReadonlyMap<string, Source>,
): Promise<Package> {
  if (!pack.tracks.every(({ file }) => sources.get(file)?.synchronous)) return pack;
  const reads = new Map<string, FileRange[]>();
  const open = (file: string) => watch(sources.get(file)!, getReads(reads, file));
  const { segmentDuration, tracks } = pack;
  const traces = await traceRows({ segmentDuration, tracks }, open);
  const keep = (track: PackageTrack): PackageTrack => {
    const index = track.index === undefined ? undefined : parseIndex(track.index);
    if (!index?.moov) return track;
    const samples = selectSamples(reads.get(track.file) ?? [], index.moov);
    const rows = traces.get(track.file) ?? [];
    const kept = keepBytes(sources.get(track.file)!, [...rows, ...samples]);
    return kept
      ? { ...track, index: formatIndex({ ...index, moov: { ...index.moov, kept } }) }
      : track;
  };
  return { ...pack, tracks: tracks.map(keep) };
}

function getReads(reads: Map<string, FileRange[]>, file: string): FileRange[] {
  const known = reads.get(file) ?? [];
  reads.set(file, known);
  return known;
}

/** Returns what is read outside of the moov, unless it is much, such as subtitles. */
function selectSamples(reads: readonly FileRange[], { offset, size }: StoredMoov): FileRange[] {
  const samples = reads.filter(([start, end]) => end <= offset || start >= offset + size);
  const bytes = samples.reduce((sum, [start, end]) => sum + end - start, 0);
  return bytes <= MAX_KEPT_SAMPLES ? samples : [];
}

/** Records what is read. */
function watch(source: Source, reads: FileRange[]): Source {
  const { name, size } = source;
  return {
    name,
    size,
    synchronous: true,
    read(offset, into) {
      reads.push([offset, offset + into.length]);
      return source.read(offset, into);
    },
    close: () => {},
  };
}
