/**
 * Tunes V8's garbage collector and the C library for many short-lived buffers, one for each response
 * (docs/design/memory-and-speed.md).
 */

/** Buffers that live as long as the thread. */
const retained: ArrayBuffer[] = [];

/** In bytes. */
const MAX_BALLAST_BYTES = 2 ** 30;
const MIN_BALLAST_BYTES = 2 ** 28;

/**
 * Allocates a large buffer. V8 starts a full collection whenever external memory has grown by 10 % since the last one:
 * with little external memory that happens every ten milliseconds, and takes as long as all other work. The pages of
 * the buffer are never touched, so they take no physical memory. Where the system does not overcommit memory, the buffer
 * is smaller or missing.
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

/** glibc raises its mmap threshold to the size of the first freed chunk, at most 32 MB including its header. In bytes. */
const MAX_MMAP_THRESHOLD_BYTES = 32 * 2 ** 20 - 65536;

/** Enough for the buffers between two collections, several times over because of fragmentation. In bytes. */
const RETAINED_HEAP_BYTES = 512 * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;

/** Takes a few milliseconds. */
const CHUNKS_PER_TURN = 16;

/**
 * Keeps freed memory in the process, or each response would need new pages from the system, which can take longer than
 * all other work. glibc returns chunks of more than 128 KB to the system as soon as they are freed, until a larger one
 * has been freed (`mallopt(3)`, dynamic M_MMAP_THRESHOLD). A thread's arena consists of heaps of 64 MB, of which the
 * last one is returned whenever it is empty, so one byte after enough of them retains the rest. The chunks are not
 * touched, so they take no physical memory; other C libraries are not affected.
 *
 * @returns resolves after some tenths of a second, during which requests are served
 */
export async function retainFreedMemory(): Promise<void> {
  new ArrayBuffer(MAX_MMAP_THRESHOLD_BYTES).transfer(0); // frees it at once
  const chunks: ArrayBuffer[] = [];
  while (chunks.length < RETAINED_HEAP_BYTES / CHUNK_BYTES) {
    for (let i = 0; i < CHUNKS_PER_TURN; i++) chunks.push(new ArrayBuffer(CHUNK_BYTES));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  retained.push(new ArrayBuffer(1));
  for (const chunk of chunks) chunk.transfer(0);
}
