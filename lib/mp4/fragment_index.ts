/** The fragments of a movie, put behind each other: where their samples lie, and at which times (14496-12 §8.8). */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox } from "./box.ts";
import {
  columnPlaces,
  readMoof,
  rowSize,
  type Tfhd,
  type Traf,
  type Trun,
} from "./fragment_reader.ts";
import { FragmentedTable, type TrunPlace } from "./samples/fragmented.ts";
import { HybridTable } from "./samples/hybrid.ts";
import type { Moov, Trex } from "./moov_reader.ts";
import type { Track } from "./movie.ts";
import { checkClaimed, type ParseContext } from "./samples/parse_context.ts";
import type { SampleTable } from "./samples/sample_table.ts";

/** Samples of which fragments say nothing and that have no bytes, so that they cost a file none: no real one has them. */
const MOST_UNSAID = 2 ** 24;

/** A trun, and where its samples go. */
interface ResolvedTrun {
  readonly trun: Trun;
  readonly place: TrunPlace;
}

/** A traf, and where its samples go. */
interface PlacedTraf {
  readonly table: FragmentedTable;
  readonly time: number | undefined;
  readonly truns: readonly ResolvedTrun[];
  /** Where the data of the last one end. */
  readonly end: number;
}

export class FragmentIndex {
  readonly #tables = new Map<number, FragmentedTable>();
  readonly #tracks: ReadonlyMap<number, Track>;
  readonly #trexes: ReadonlyMap<number, Trex>;
  readonly #file: ParseContext;
  #unsaid = 0;
  /** Bytes of all samples. */
  #claimed = 0;
  /** A fragment whose samples pass the end of the file: how a recording ends that was cut off. */
  #incomplete: MediaError | undefined;

  constructor({ tracks, trexes }: Moov, file: ParseContext) {
    this.#tracks = new Map(tracks.map((track) => [track.id, track]));
    this.#trexes = trexes;
    this.#file = file;
  }

  /**
   * Adds the samples of a fragment.
   *
   * @param offset of the moof in the file
   * @throws MediaError with the path when it is broken, or goes on behind one that was cut off
   */
  add(offset: number, moof: Uint8Array): void {
    if (this.#incomplete) throw this.#incomplete;
    try {
      const trafs = inBox("moof", () => this.#place(offset, readMoof(new ByteReader(moof))));
      if (this.#incomplete) return;
      for (const traf of trafs) inBox("moof/traf", () => append(traf));
    } catch (error) {
      throw error instanceof MediaError ? located(error, offset) : error;
    }
  }

  /** The tracks with the samples that fragments add. Says what was left out. */
  join(tracks: readonly Track[]): Track[] {
    if (this.#incomplete) {
      this.#file.warnings.push(
        `The last fragment is cut off and was left out (${this.#incomplete.message})`,
      );
    }
    return tracks.map((track) => {
      const tail = this.#tables.get(track.id);
      if (!tail?.count) return track;
      const samples = track.samples.count > 0 ? new HybridTable(track.samples, tail) : tail;
      return { ...track, samples };
    });
  }

  /** Where nothing else is said, data start at the moof, and behind those of the traf before (§8.8.7). */
  #place(moof: number, trafs: readonly Traf[]): PlacedTraf[] {
    let end = moof;
    return trafs.map((traf) => {
      const { baseDataOffset, defaultBaseIsMoof } = traf.tfhd;
      const base = baseDataOffset ?? (defaultBaseIsMoof ? moof : end);
      const placed = inBox("traf", () => this.#placeTraf(traf, base));
      end = placed.end;
      return placed;
    });
  }

  #placeTraf({ tfhd, time, truns }: Traf, base: number): PlacedTraf {
    const unsaid = inBox("tfhd", () => this.#defaults(tfhd));
    let end = base;
    const placed = truns.map((trun) => {
      const offset = trun.dataOffset === undefined ? end : base + trun.dataOffset;
      const place = { ...unsaid, offset };
      end = inBox("trun", () => this.#endOf(trun, place));
      return { trun, place };
    });
    return { table: this.#tableOf(tfhd.trackId), time, truns: placed, end };
  }

  /** What tfhd says of a sample, else trex; a track without trex has no defaults but 0. */
  #defaults(tfhd: Tfhd): Omit<TrunPlace, "offset"> {
    const { trackId } = tfhd;
    const entries = this.#tracks.get(trackId)?.entries.length;
    if (entries === undefined) throw new MediaError(`Cannot find track ${trackId} in moov`);
    const trex = this.#trexes.get(trackId);
    const description = tfhd.description ?? trex?.description ?? 1;
    if (description === 0 || description > entries) {
      throw new MediaError(`Cannot find sample description ${description} of ${entries}`);
    }
    return {
      description: description - 1,
      duration: tfhd.duration ?? trex?.duration ?? 0,
      size: tfhd.size ?? trex?.size ?? 0,
      flags: tfhd.flags ?? trex?.flags ?? 0,
    };
  }

  /** Where the samples of a trun end in the file. Takes note of it when that is past the file's end. */
  #endOf(trun: Trun, { offset, size }: TrunPlace): number {
    const bytes = bytesOf(trun, size);
    const end = offset + bytes;
    if (offset < 0) throw new MediaError(`Cannot read samples from byte ${offset} on`);
    if (end > this.#file.size) {
      const why = `Cannot read samples up to byte ${end}: the file ends at ${this.#file.size}`;
      this.#incomplete ??= new MediaError(why).in("moof/traf/trun");
    } else this.#claim(bytes, trun.columns === 0 && size === 0 ? trun.count : 0);
    return end;
  }

  /** Small fragments may claim any number of samples: of no bytes, or all of the same. */
  #claim(bytes: number, unsaid: number): void {
    this.#claimed += bytes;
    this.#unsaid += unsaid;
    checkClaimed(this.#claimed, this.#file);
    if (this.#unsaid <= Math.min(MOST_UNSAID, this.#file.size)) return;
    const why = `Cannot read ${this.#unsaid} samples of which fragments say nothing`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }

  #tableOf(trackId: number): FragmentedTable {
    let table = this.#tables.get(trackId);
    if (!table) {
      table = behind(this.#tracks.get(trackId)?.samples);
      this.#tables.set(trackId, table);
    }
    return table;
  }
}

/** A table whose samples come behind those of moov. */
function behind(head: SampleTable | undefined): FragmentedTable {
  if (!head?.count) return new FragmentedTable();
  return new FragmentedTable(head.decodeTime(head.count), head.decodeTime(head.count - 1));
}

function append({ table, time, truns }: PlacedTraf): void {
  if (time !== undefined && truns.length > 0) inBox("tfdt", () => table.startAt(time));
  for (const { trun, place } of truns) inBox("trun", () => table.append(trun, place));
}

function bytesOf({ columns, count, rows }: Trun, unsaid: number): number {
  const sizeAt = columnPlaces(columns)[1];
  if (sizeAt < 0) return unsaid * count;
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const step = rowSize(columns);
  let bytes = 0;
  for (let at = sizeAt; at < rows.length; at += step) bytes += view.getUint32(at);
  return bytes;
}

/** Says which of the fragments it is. */
function located(error: MediaError, offset: number): MediaError {
  const reason = `${error.reason}, in the fragment at byte ${offset}`;
  return new MediaError(reason, error.code).in(error.path);
}
