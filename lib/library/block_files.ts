/** Files of tracks in the blocks of an archive, a few of them open at a time. */

import type { BlockTrack } from "../archive/block.ts";
import { MediaError, RequestError } from "../errors.ts";
import { andThen, orElse, runSteps, type Steps } from "../maybe_async.ts";
import { SingleFlight } from "../single_flight.ts";
import type { Source } from "../storage/source.ts";
import type { ChannelArchive } from "./channel_archive.ts";

/** Limit for one channel. */
export const MAX_OPEN_FILES = 16;

/** Identifies a period: another archive may be recorded under the same path. */
export interface PeriodKey {
  /** Epoch of its broadcast, UTC in µs. */
  readonly epoch: number;
  /** Running number. */
  readonly id: number;
}

export class BlockFiles {
  readonly #archive: ChannelArchive;
  /** The least recently used comes first. */
  readonly #open = new Map<string, Source>();
  readonly #opening = new SingleFlight<Source>();
  readonly #isSynchronous: () => boolean;
  #isClosed = false;

  /** @param isSynchronous returns whether reads complete before they return */
  constructor(archive: ChannelArchive, isSynchronous: () => boolean) {
    this.#archive = archive;
    this.#isSynchronous = isSynchronous;
  }

  get synchronous(): boolean {
    return this.#isSynchronous();
  }

  get count(): number {
    return this.#open.size;
  }

  /**
   * Returns a file of a track, which is opened when it is read.
   *
   * @throws from reads: RequestError `NOT_FOUND` if the block was removed, or is of another archive; MediaError
   */
  get(number: number, track: Pick<BlockTrack, "name">, key: PeriodKey): Pick<Source, "read"> {
    return {
      read: (offset, into) =>
        andThen(this.#getOpen(number, track, key), (source) => source.read(offset, into)),
    };
  }

  close(): void {
    this.#isClosed = true;
    for (const source of this.#open.values()) source.close();
    this.#open.clear();
  }

  #getOpen(
    number: number,
    track: Pick<BlockTrack, "name">,
    key: PeriodKey,
  ): Source | Promise<Source> {
    const name = `${number} ${track.name}`;
    const known = this.#open.get(name);
    if (known) {
      this.#open.delete(name);
      this.#open.set(name, known);
      return known;
    }
    const pending = this.#opening.get(name);
    if (pending) return pending;
    const opened = orElse(() => runSteps(this.#openFile(number, track, key)), rejectMissing);
    if (!(opened instanceof Promise)) return this.#add(name, opened);
    return this.#opening.run(name, () => opened.then((source) => this.#add(name, source)));
  }

  /** The file is opened first, so that it is of the archive that the block identifies. */
  *#openFile(
    number: number,
    track: Pick<BlockTrack, "name">,
    { epoch, id }: PeriodKey,
  ): Steps<Source> {
    if (this.#isClosed) throw new MediaError("Cannot read a channel that is closed", "MEDIA_READ");
    const source = yield* this.#archive.openTrack(number, track);
    try {
      const block = yield* this.#archive.readBlock(number);
      if (block.broadcast.epoch === epoch && block.period.id === id) return source;
      throw new MediaError("Cannot find this recording", "MEDIA_MISSING").inFile(source.name);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  #add(name: string, source: Source): Source {
    if (this.#isClosed) {
      source.close();
      throw new MediaError("Cannot read a channel that is closed", "MEDIA_READ");
    }
    this.#open.set(name, source);
    for (const [oldest, unused] of this.#open) {
      if (this.#open.size <= MAX_OPEN_FILES) break;
      unused.close();
      this.#open.delete(oldest);
    }
    return source;
  }
}

function rejectMissing(error: unknown): never {
  if (!(error instanceof MediaError) || error.code !== "MEDIA_MISSING") throw error;
  throw new RequestError("NOT_FOUND", `Cannot find '${error.file}': it was deleted`);
}
