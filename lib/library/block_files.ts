/** Files of tracks in the blocks of an archive, which are opened when they are read. */

import type { BlockTrack } from "../archive/block.ts";
import { MediaError, RequestError } from "../errors.ts";
import { andThen, isPending, orElse, runSteps, type Steps } from "../maybe_async.ts";
import { SingleFlight } from "../single_flight.ts";
import type { Source } from "../storage/source.ts";
import type { ChannelArchive } from "./channel_archive.ts";
import type { FilePool } from "./file_pool.ts";

/** Identifies a period: another archive may be recorded under the same path. */
export interface PeriodKey {
  /** Epoch of its broadcast, UTC in µs. */
  readonly epoch: number;
  /** Running number. */
  readonly id: number;
}

export class BlockFiles {
  readonly #archive: ChannelArchive;
  readonly #pool: FilePool;
  readonly #opening = new SingleFlight<Source>();
  readonly #isSynchronous: () => boolean;
  #isClosed = false;

  /** @param isSynchronous returns whether reads complete before they return */
  constructor(archive: ChannelArchive, pool: FilePool, isSynchronous: () => boolean) {
    this.#archive = archive;
    this.#pool = pool;
    this.#isSynchronous = isSynchronous;
  }

  get synchronous(): boolean {
    return this.#isSynchronous();
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
    this.#pool.close(this);
  }

  #getOpen(
    number: number,
    track: Pick<BlockTrack, "name">,
    key: PeriodKey,
  ): Source | Promise<Source> {
    const name = `${number} ${track.name}`;
    const known = this.#pool.get(this, name);
    if (known) return known;
    const pending = this.#opening.get(name);
    if (pending) return pending;
    const opened = orElse(() => runSteps(this.#openFile(number, track, key)), rejectMissing);
    if (!isPending(opened)) return this.#add(name, opened);
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
    this.#pool.add(this, name, source);
    return source;
  }
}

function rejectMissing(error: unknown): never {
  if (!(error instanceof MediaError) || error.code !== "MEDIA_MISSING") throw error;
  throw new RequestError("NOT_FOUND", `Cannot find '${error.file}': it was deleted`);
}
