import type { LiveFragment } from "./media/live_samples.ts";

/** Smaller memory, in bytes, is collected soon enough. */
const MIN_BYTES = 65536;

/**
 * Frees the memory of a fragment with its last sample that is written. The garbage collector would do it later: up to a gigabyte was
 * resident with fragments of 60 MB.
 */
export class FragmentMemory {
  /** Bytes of samples that are not written. */
  readonly #left = new WeakMap<ArrayBufferLike, number>();

  /** @param tracks whose samples are in memory of their own, which is used by nothing else */
  add(tracks: readonly LiveFragment[]): void {
    for (const { samples: { data } } of tracks) {
      if (data.buffer.byteLength < MIN_BYTES) continue;
      this.#left.set(data.buffer, (this.#left.get(data.buffer) ?? 0) + data.length);
    }
  }

  /** Samples were written, and are not used any more. Others, which were dropped, are left to the garbage collector. */
  release({ buffer, length }: Uint8Array): void {
    const left = this.#left.get(buffer);
    if (left === undefined) return;
    this.#left.set(buffer, left - length);
    if (left === length) (buffer as ArrayBuffer).transfer(0);
  }
}
