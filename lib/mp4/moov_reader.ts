/** A movie's head (14496-12 §8.2.1): moov. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox, readBoxes, readVersion } from "./box.ts";
import type { Track } from "./movie.ts";
import type { ParseContext } from "./samples/parse_context.ts";
import { readTrak } from "./track_reader.ts";

export interface Moov {
  /** Ticks a second of edit durations. */
  readonly timescale: number;
  readonly tracks: Track[];
  /** What fragments leave unsaid, by track_ID. */
  readonly trexes: ReadonlyMap<number, Trex>;
}

/** Track Extends (14496-12 §8.8.3): what fragments of a track leave unsaid. */
export interface Trex {
  readonly trackId: number;
  /** From 1, as in the file. */
  readonly description: number;
  /** Of a sample. */
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/**
 * Movie (14496-12 §8.2.1).
 *
 * @throws MediaError with the path when it is broken, or two tracks have one id
 */
export function readMoov(r: ByteReader, context: ParseContext): Moov {
  return inBox("moov", () => {
    let timescale = 0;
    const tracks: Track[] = [];
    const trexes = new Map<number, Trex>();
    const addTrex = (trex: Trex) => trexes.set(trex.trackId, trex);
    readBoxes(r, {
      mvhd: (r) => timescale = readMvhd(r),
      trak: (r) => tracks.push(readTrak(r, context)),
      mvex: (r) => readBoxes(r, { trex: (r) => addTrex(readTrex(r)) }),
      cmov: rejectCompressed,
    });
    if (timescale === 0) throw new MediaError("Cannot find a mvhd box");
    checkTrackIds(tracks);
    return { timescale, tracks, trexes };
  });
}

/** Compressed Movie (QuickTime File Format, Compressed Movie Resources). In moov. */
function rejectCompressed(): never {
  throw new MediaError("Cannot read a compressed movie", "MEDIA_UNSUPPORTED");
}

/** Movie Header (14496-12 §8.2.2): its timescale. In moov. */
export function readMvhd(r: ByteReader): number {
  const { version } = readVersion(r, 1);
  r.skip(version === 1 ? 16 : 8); // creation and modification time
  const timescale = r.u32();
  if (timescale === 0) throw new MediaError("Cannot read times in a timescale of 0");
  return timescale;
}

/** Track Extends (14496-12 §8.8.3). In mvex. */
export function readTrex(r: ByteReader): Trex {
  readVersion(r, 0);
  return {
    trackId: r.u32(),
    description: r.u32(),
    duration: r.u32(),
    size: r.u32(),
    flags: r.u32(),
  };
}

/** Packages and fragments name a track by its id: of two with the same, either may be the wrong one. */
function checkTrackIds(tracks: readonly Track[]): void {
  const seen = new Set<number>();
  for (const { id } of tracks) {
    if (seen.has(id)) throw new MediaError(`Cannot tell two tracks with the id ${id} apart`);
    seen.add(id);
  }
}
