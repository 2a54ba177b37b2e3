import type { Source } from "../storage/source.ts";

/** Bytes that a track has in one block at most: 1.8 Gbit/s for ten minutes. Blocks of more than a year are below 2^53. */
const MAX_BLOCK_BYTES = 2 ** 37;

/** The files of a rendition in the blocks of a period as one source. */
export class BlockSource implements Source {
  readonly name: string;
  readonly size = Number.MAX_SAFE_INTEGER;
  readonly synchronous: boolean;
  readonly #open: (block: number) => Source;
  #first: number | undefined;

  /** @param open returns the open file of a block, which the caller closes */
  constructor(
    { name, synchronous }: Pick<Source, "name" | "synchronous">,
    open: (block: number) => Source,
  ) {
    this.name = name;
    this.synchronous = synchronous;
    this.#open = open;
  }

  /** Returns the offset here of an offset in the file of a block. The first call is with the oldest block. */
  toOffset(block: number, offset: number): number {
    this.#first ??= block;
    return MAX_BLOCK_BYTES * (block - this.#first) + offset;
  }

  read(offset: number, into: Uint8Array): void | Promise<void> {
    const block = Math.floor(offset / MAX_BLOCK_BYTES);
    return this.#open((this.#first ?? 0) + block).read(offset - MAX_BLOCK_BYTES * block, into);
  }

  close(): void {}
}
