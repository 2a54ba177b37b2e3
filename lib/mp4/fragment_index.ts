import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox } from "./box.ts";
import { readMoof, type Tfhd, type Traf } from "./moof.ts";
import type { Moov, Trex } from "./moov.ts";
import { getColumnOffsets, getRowSize, type Trun } from "./trun.ts";
import { FragmentedTable, type ImplicitFields } from "./samples/fragmented.ts";
import { HybridTable } from "./samples/hybrid.ts";
import type { Track } from "./movie.ts";
import { checkDeclaredBytes, type ParseContext } from "./samples/parse_context.ts";
import { isMediaHandler } from "./samples/sample_table.ts";

/** Samples without size and row take no bytes. No real file has them. */
const MAX_IMPLICIT_SAMPLES = 2 ** 24;

interface ResolvedTrun {
  readonly trun: Trun;
  readonly implicit: ImplicitFields;
}

interface ResolvedTraf {
  readonly table: FragmentedTable;
  readonly time: number | undefined;
  readonly truns: readonly ResolvedTrun[];
  readonly end: number;
}

export class FragmentIndex {
  readonly #tables = new Map<number, FragmentedTable>();
  readonly #tracks: ReadonlyMap<number, Track>;
  readonly #trexes: ReadonlyMap<number, Trex>;
  readonly #context: ParseContext;
  #implicitSamples = 0;
  #declaredBytes = 0;
  #incomplete: MediaError | undefined;

  constructor({ tracks, trexes }: Moov, context: ParseContext) {
    this.#tracks = new Map(tracks.map((track) => [track.id, track]));
    this.#trexes = trexes;
    this.#context = context;
  }

  /**
   * Adds the samples of the fragment at `offset`.
   *
   * @throws MediaError with the box path if the fragment is invalid or follows a truncated one
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

  /** Returns true if a fragment is decoded before the last sample so far of one of its tracks. */
  startsOver(moof: Uint8Array): boolean {
    return readMoof(new ByteReader(moof)).some(({ tfhd: { trackId }, time }) => {
      const table = this.#tables.get(trackId);
      return time !== undefined && table !== undefined && time < table.lastTime;
    });
  }

  /** Appends the fragments to their tracks. Warns about a truncated last fragment. */
  appendTo(tracks: readonly Track[]): Track[] {
    const appended = tracks.map((track) => {
      const fragmentTable = this.#tables.get(track.id);
      if (!fragmentTable?.count) return track;
      const samples = track.samples.count > 0
        ? new HybridTable(track.samples, fragmentTable)
        : fragmentTable;
      return { ...track, samples, hasFragments: true };
    });
    if (this.#incomplete) {
      this.#context.warnings.push(
        `The last fragment is truncated and was ignored (${this.#incomplete.message})`,
      );
    }
    return appended;
  }

  /** Without a base, data start at the moof in the first traf, and after the previous data in others (§8.8.7). */
  #resolve(moof: number, trafs: readonly Traf[]): ResolvedTraf[] {
    for (const { tfhd: { trackId } } of trafs) { // before anything is counted: pages of the moov may be missing
      if (this.#tracks.has(trackId)) this.#getTable(trackId);
    }
    let end = moof;
    return trafs.map((traf) => {
      const { baseDataOffset, defaultBaseIsMoof } = traf.tfhd;
      const base = baseDataOffset ?? (defaultBaseIsMoof ? moof : end);
      const resolved = inBox("traf", () => this.#resolveTraf(traf, base));
      end = resolved.end;
      return resolved;
    });
  }

  #resolveTraf({ tfhd, time, truns }: Traf, base: number): ResolvedTraf {
    const defaults = inBox("tfhd", () => this.#getDefaults(tfhd));
    const table = this.#getTable(tfhd.trackId);
    let end = base;
    const resolved = truns.map((trun) => {
      const offset = trun.dataOffset === undefined ? end : base + trun.dataOffset;
      const implicit = { ...defaults, offset };
      end = inBox("trun", () => this.#computeEnd(trun, implicit));
      return { trun, implicit };
    });
    return { table, time, truns: resolved, end };
  }

  #getDefaults(tfhd: Tfhd): Omit<ImplicitFields, "offset"> {
    const { trackId } = tfhd;
    const entries = this.#tracks.get(trackId)?.entries.length;
    if (entries === undefined) throw new MediaError(`Cannot find track ${trackId} in moov`);
    const trex = this.#trexes.get(trackId);
    const description = tfhd.descriptionIndex ?? trex?.descriptionIndex ?? 1;
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

  #computeEnd(trun: Trun, { offset, size }: ImplicitFields): number {
    const bytes = sumSizes(trun, size);
    const end = offset + bytes;
    if (offset < 0) throw new MediaError(`Cannot read samples at byte ${offset}`);
    if (end > this.#context.size) {
      const why = `Cannot read samples up to byte ${end}: the file ends at ${this.#context.size}`;
      this.#incomplete ??= new MediaError(why).in("moof/traf/trun");
    } else this.#countDeclared(bytes, trun.columns === 0 && size === 0 ? trun.count : 0);
    return end;
  }

  /** A small fragment can declare any number of samples, empty or overlapping. */
  #countDeclared(bytes: number, implicitSamples: number): void {
    this.#declaredBytes += bytes;
    this.#implicitSamples += implicitSamples;
    checkDeclaredBytes(this.#declaredBytes, this.#context);
    const max = Math.min(MAX_IMPLICIT_SAMPLES, this.#context.size);
    if (this.#implicitSamples <= max) return;
    const why =
      `Cannot read ${this.#implicitSamples} samples without size, expected at most ${max}`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }

  #getTable(trackId: number): FragmentedTable {
    let table = this.#tables.get(trackId);
    if (!table) {
      table = createTableAfter(this.#tracks.get(trackId));
      this.#tables.set(trackId, table);
    }
    return table;
  }
}

function createTableAfter(track: Track | undefined): FragmentedTable {
  const omitsEmpty = isMediaHandler(track?.handler);
  const moovSamples = track?.samples;
  if (!moovSamples?.count) return new FragmentedTable({ omitsEmpty });
  return new FragmentedTable({
    time: moovSamples.decodeTime(moovSamples.count),
    earliest: moovSamples.decodeTime(moovSamples.count - 1),
    omitsEmpty,
  });
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

function addOffset(error: MediaError, offset: number): MediaError {
  const reason = `${error.reason}, in the fragment at byte ${offset}`;
  return new MediaError(reason, error.code).in(error.path);
}
