/** Tunes V8 and the C library for a short-lived buffer per response (docs/design/memory-and-speed.md). */

const retained: ArrayBuffer[] = [];

const MAX_BALLAST_BYTES = 2 ** 30;
const MIN_BALLAST_BYTES = 2 ** 28;

/**
 * Allocates a ballast, external memory that is never touched: V8 starts a full collection whenever external memory has
 * grown by 10 %, with little of it every ten milliseconds. Untouched pages take no physical memory. A system that does
 * not overcommit may refuse them.
 */
export function allocateBallast(): void {
  for (let size = MAX_BALLAST_BYTES; size >= MIN_BALLAST_BYTES; size /= 2) {
    try {
      retained.push(new ArrayBuffer(size));
      return;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

/** glibc raises its threshold to the size of the first freed chunk, at most 32 MB with its header. */
const MAX_MMAP_THRESHOLD_BYTES = 32 * 2 ** 20 - 65536;

/** Several times the buffers between two collections, because of fragmentation. */
const RETAINED_HEAP_BYTES = 512 * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;

const CHUNKS_PER_TURN = 16;

/**
 * Retains freed memory: glibc returns freed chunks above 128 KB to the system, until a larger one has been freed
 * (`mallopt(3)`, M_MMAP_THRESHOLD). It also returns the last heap of an arena when empty: one byte after enough heaps
 * of 64 MB retains the rest. Untouched chunks take no physical memory.
 */
export async function retainFreedMemory(): Promise<void> {
  new ArrayBuffer(MAX_MMAP_THRESHOLD_BYTES).transfer(0);
  const chunks: ArrayBuffer[] = [];
  while (chunks.length < RETAINED_HEAP_BYTES / CHUNK_BYTES) {
    for (let i = 0; i < CHUNKS_PER_TURN; i++) chunks.push(new ArrayBuffer(CHUNK_BYTES));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  retained.push(new ArrayBuffer(1));
  for (const chunk of chunks) chunk.transfer(0);
}
