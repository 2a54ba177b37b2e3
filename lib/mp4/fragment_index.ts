/** The fragments of a movie, put behind each other: where their samples lie, and at which times (14496-12 §8.8). */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox } from "./box.ts";
import {
  getColumnOffsets,
  getRowSize,
  readMoof,
  type Tfhd,
  type Traf,
  type Trun,
} from "./fragment_reader.ts";
import { FragmentedTable, type ImplicitFields } from "./samples/fragmented.ts";
import { HybridTable } from "./samples/hybrid.ts";
import type { Moov, Trex } from "./moov_reader.ts";
import type { Track } from "./movie.ts";
import { checkDeclaredBytes, type ParseContext } from "./samples/parse_context.ts";
import type { SampleTable } from "./samples/sample_table.ts";

/** Samples of which fragments say nothing and that have no bytes, so that they cost a file none: no real one has them. */
const MAX_IMPLICIT_SAMPLES = 2 ** 24;

/** A trun, and where its samples go. */
interface ResolvedTrun {
  readonly trun: Trun;
  readonly implicit: ImplicitFields;
}

/** A traf, and where its samples go. */
interface ResolvedTraf {
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
  readonly #context: ParseContext;
  #implicitSamples = 0;
  /** Bytes of all samples. */
  #declaredBytes = 0;
  /** A fragment whose samples pass the end of the file: how a recording ends that was cut off. */
  #incomplete: MediaError | undefined;

  constructor({ tracks, trexes }: Moov, context: ParseContext) {
    this.#tracks = new Map(tracks.map((track) => [track.id, track]));
    this.#trexes = trexes;
    this.#context = context;
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
      const trafs = inBox("moof", () => this.#resolve(offset, readMoof(new ByteReader(moof))));
      if (this.#incomplete) return;
      for (const traf of trafs) inBox("moof/traf", () => appendSamples(traf));
    } catch (error) {
      throw error instanceof MediaError ? addOffset(error, offset) : error;
    }
  }

  /** The tracks with the samples that fragments add. Says what was left out. */
  appendTo(tracks: readonly Track[]): Track[] {
    if (this.#incomplete) {
      this.#context.warnings.push(
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
  #resolve(moof: number, trafs: readonly Traf[]): ResolvedTraf[] {
    let end = moof;
    return trafs.map((traf) => {
      const { baseDataOffset, defaultBaseIsMoof } = traf.tfhd;
      const base = baseDataOffset ?? (defaultBaseIsMoof ? moof : end);
      const placed = inBox("traf", () => this.#resolveTraf(traf, base));
      end = placed.end;
      return placed;
    });
  }

  #resolveTraf({ tfhd, time, truns }: Traf, base: number): ResolvedTraf {
    const defaults = inBox("tfhd", () => this.#getDefaults(tfhd));
    let end = base;
    const placed = truns.map((trun) => {
      const offset = trun.dataOffset === undefined ? end : base + trun.dataOffset;
      const implicit = { ...defaults, offset };
      end = inBox("trun", () => this.#computeEnd(trun, implicit));
      return { trun, implicit };
    });
    return { table: this.#getTable(tfhd.trackId), time, truns: placed, end };
  }

  /** What tfhd says of a sample, else trex; a track without trex has no defaults but 0. */
  #getDefaults(tfhd: Tfhd): Omit<ImplicitFields, "offset"> {
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
  #computeEnd(trun: Trun, { offset, size }: ImplicitFields): number {
    const bytes = sumSizes(trun, size);
    const end = offset + bytes;
    if (offset < 0) throw new MediaError(`Cannot read samples from byte ${offset} on`);
    if (end > this.#context.size) {
      const why = `Cannot read samples up to byte ${end}: the file ends at ${this.#context.size}`;
      this.#incomplete ??= new MediaError(why).in("moof/traf/trun");
    } else this.#countDeclared(bytes, trun.columns === 0 && size === 0 ? trun.count : 0);
    return end;
  }

  /** Small fragments may claim any number of samples: of no bytes, or all of the same. */
  #countDeclared(bytes: number, unsaid: number): void {
    this.#declaredBytes += bytes;
    this.#implicitSamples += unsaid;
    checkDeclaredBytes(this.#declaredBytes, this.#context);
    if (this.#implicitSamples <= Math.min(MAX_IMPLICIT_SAMPLES, this.#context.size)) return;
    const why = `Cannot read ${this.#implicitSamples} samples of which fragments say nothing`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }

  #getTable(trackId: number): FragmentedTable {
    let table = this.#tables.get(trackId);
    if (!table) {
      table = createTableAfter(this.#tracks.get(trackId)?.samples);
      this.#tables.set(trackId, table);
    }
    return table;
  }
}

/** A table whose samples come behind those of moov. */
function createTableAfter(moovSamples: SampleTable | undefined): FragmentedTable {
  if (!moovSamples?.count) return new FragmentedTable();
  return new FragmentedTable(
    moovSamples.decodeTime(moovSamples.count),
    moovSamples.decodeTime(moovSamples.count - 1),
  );
}

function appendSamples({ table, time, truns }: ResolvedTraf): void {
  if (time !== undefined && truns.length > 0) inBox("tfdt", () => table.setNextTime(time));
  for (const { trun, implicit } of truns) inBox("trun", () => table.append(trun, implicit));
}

function sumSizes({ columns, count, rows }: Trun, defaultSize: number): number {
  const sizeAt = getColumnOffsets(columns)[1];
  if (sizeAt < 0) return defaultSize * count;
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const step = getRowSize(columns);
  let bytes = 0;
  for (let at = sizeAt; at < rows.length; at += step) bytes += view.getUint32(at);
  return bytes;
}

/** Says which of the fragments it is. */
function addOffset(error: MediaError, offset: number): MediaError {
  const reason = `${error.reason}, in the fragment at byte ${offset}`;
  return new MediaError(reason, error.code).in(error.path);
}
