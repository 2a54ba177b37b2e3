import type { ArchiveWriter } from "../../archive/archive_writer.ts";
import { type ArchiveFileSystem, NoSpaceError } from "../../archive/file_system.ts";
import type { ChannelEvent } from "../segmenter/channel_events.ts";
import type { ChannelSegmenter } from "../segmenter/channel_segmenter.ts";
import type { Instant } from "../segmenter/clock.ts";
import { appendTail, planRestore, pushAgain } from "./restore_waiting.ts";
import { readWaiting, removeWaiting, writeWaiting } from "./waiting_file.ts";
import type { WaitingSamples } from "../segmenter/waiting_samples.ts";

/** More, in bytes, waits in memory alone, and so do the responses. */
const MAX_BYTES = 16 * 2 ** 20;

/**
 * Puts samples that wait on disk at the end of a request, so that it has its response at once: an encoder that waits for it before it
 * pushes the next track would wait for ever.
 */
export class WaitingJournal {
  readonly #files: ArchiveFileSystem;
  readonly #writer: ArchiveWriter;
  #rest: readonly WaitingSamples[] = [];
  #isWritten = false;

  constructor(files: ArchiveFileSystem, writer: ArchiveWriter) {
    this.#files = files;
    this.#writer = writer;
  }

  /**
   * Stores in the last period what waited for it when the process was killed, before that period is known to the segmenter.
   *
   * @throws MediaError if the file is broken; NoSpaceError, errors of the file system
   */
  restorePeriod(): void {
    this.#isWritten = true;
    const waiting = readWaiting(this.#files);
    if (!waiting) return;
    const { tail, rest } = planRestore(this.#writer, waiting);
    this.#rest = rest;
    appendTail(this.#writer, tail);
  }

  /** Pushes what waited for another period again. */
  restoreRest(
    segmenter: ChannelSegmenter,
    now: Instant,
    apply: (events: readonly ChannelEvent[]) => void,
  ): void {
    pushAgain(segmenter, this.#rest, { now, apply });
    this.#rest = [];
    if (segmenter.waitingBytes > 0) this.save(segmenter);
    else this.update(segmenter);
  }

  /** Writes what waits. Returns false if that is too much, or the disk is full. */
  save(segmenter: ChannelSegmenter): boolean {
    if (segmenter.waitingBytes > MAX_BYTES) return false;
    const period = this.#writer.last?.block.period.id ?? 0;
    try {
      writeWaiting(this.#files, { period, samples: segmenter.listWaiting() });
      this.#isWritten = true;
      return true;
    } catch (error) {
      if (error instanceof NoSpaceError) return false;
      throw error;
    }
  }

  /** Removes the file once nothing waits. */
  update(segmenter: ChannelSegmenter): void {
    if (!this.#isWritten || segmenter.waitingBytes > 0) return;
    removeWaiting(this.#files);
    this.#isWritten = false;
  }
}
