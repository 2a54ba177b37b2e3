import type { Source } from "../storage/source.ts";

/** Bytes that a track has in one block at most: 1.8 Gbit/s for ten minutes. Blocks of more than a year are below 2^53. */
const MAX_BLOCK_BYTES = 2 ** 37;

/** Blocks of a period at one time: of 1.2 years. */
const MAX_BLOCKS = 2 ** 16;

/** The files of a rendition in the blocks of a period as one source. */
export class BlockSource implements Source {
  readonly size = Number.MAX_SAFE_INTEGER;
  readonly #files: Pick<Source, "name" | "synchronous">;
  readonly #open: (block: number) => Pick<Source, "read">;
  #near: number | undefined;

  /** @param open returns the open file of a block, which the caller closes */
  constructor(
    files: Pick<Source, "name" | "synchronous">,
    open: (block: number) => Pick<Source, "read">,
  ) {
    this.#files = files;
    this.#open = open;
  }

  get name(): string {
    return this.#files.name;
  }

  get synchronous(): boolean {
    return this.#files.synchronous;
  }

  /** Returns the offset here of an offset in the file of a block. */
  toOffset(block: number, offset: number): number {
    this.#near ??= block;
    return MAX_BLOCK_BYTES * (block % MAX_BLOCKS) + offset;
  }

  read(offset: number, into: Uint8Array): void | Promise<void> {
    const slot = Math.floor(offset / MAX_BLOCK_BYTES);
    return this.#open(this.#findBlock(slot)).read(offset - MAX_BLOCK_BYTES * slot, into);
  }

  /** Returns the block of a slot that is nearest to the first one of which an offset was returned. */
  #findBlock(slot: number): number {
    const near = this.#near ?? slot;
    const distance = (slot - near % MAX_BLOCKS + 1.5 * MAX_BLOCKS) % MAX_BLOCKS - MAX_BLOCKS / 2;
    return near + distance;
  }

  close(): void {}
}
