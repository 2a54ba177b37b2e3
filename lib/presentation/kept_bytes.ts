/** Adds to the indexes of a package what opening its files looks up, so that a sealed file opens without a read. */

import { keepBytes } from "../mp4/samples/kept_bytes.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { formatIndex, parseIndex } from "../package/track_index.ts";
import type { Source } from "../storage/source.ts";
import { traceRows } from "./open.ts";

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
  const open = (file: string): Source => ({ ...bind(sources.get(file)!), close: () => {} });
  const { segmentDuration, tracks } = pack;
  const traces = await traceRows({ segmentDuration, tracks }, open);
  const keep = (track: PackageTrack): PackageTrack => {
    const index = track.index === undefined ? undefined : parseIndex(track.index);
    if (!index?.moov) return track;
    const kept = keepBytes(sources.get(track.file)!, traces.get(track.file) ?? []);
    return kept
      ? { ...track, index: formatIndex({ ...index, moov: { ...index.moov, kept } }) }
      : track;
  };
  return { ...pack, tracks: tracks.map(keep) };
}

/** Sources may be classes, whose methods are no properties. */
function bind(source: Source): Pick<Source, "name" | "size" | "synchronous" | "read"> {
  const { name, size } = source;
  return { name, size, synchronous: true, read: (offset, into) => source.read(offset, into) };
}
