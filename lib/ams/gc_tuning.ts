/** What V8's collector and the C library do with memory that answers leave behind: each answer is a buffer that soon is none. */

/** Held for as long as the thread runs. */
const held: ArrayBuffer[] = [];

/** In bytes. */
const BALLAST = { most: 2 ** 30, least: 2 ** 28 };

/**
 * V8 counts the bytes of buffers, and goes through all that lives when there are a tenth more of them than the last time.
 * Where few live and each answer is one, that is every ten milliseconds, and takes as long as all else; beside a large one,
 * it is hardly ever. That one takes no memory, since its pages are never touched. It is smaller, or there is none, where the
 * system promises no more than it has.
 */
export function holdBallast(): void {
  for (let size = BALLAST.most; size >= BALLAST.least; size /= 2) {
    try {
      held.push(new ArrayBuffer(size));
      return;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

/** In bytes: glibc learns from the first freed piece of up to 32 MB, headers included, how large those are that come and go. */
const MAX_MMAP_THRESHOLD = 32 * 2 ** 20 - 65536;

/** What answers take until they are collected, several times over, as those of different sizes leave gaps. In bytes. */
const ROOM = 512 * 2 ** 20;
const CHUNK = 2 ** 20;

/** Some milliseconds' worth. */
const PIECES_AT_ONCE = 16;

/**
 * Keeps freed memory in the process. glibc hands pieces of over 128 KB back to the system as soon as they are free, until
 * one that is larger has been freed; then it keeps what is smaller than that, and up to twice as much of it. And a thread has
 * its memory in heaps of 64 MB, of which the last one goes back whenever it is empty: a byte behind enough of them keeps those
 * before it. Else each answer gets new pages from the system, which can take longer than all else. What is asked for here is
 * not touched, so it takes no memory, and other C libraries don't mind.
 *
 * @returns kept after some tenths of a second; requests that come meanwhile are answered in between
 */
export async function keepFreedMemory(): Promise<void> {
  new ArrayBuffer(MAX_MMAP_THRESHOLD).transfer(0); // freed at once
  const pieces: ArrayBuffer[] = [];
  while (pieces.length < ROOM / CHUNK) {
    for (let i = 0; i < PIECES_AT_ONCE; i++) pieces.push(new ArrayBuffer(CHUNK));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  held.push(new ArrayBuffer(1));
  for (const piece of pieces) piece.transfer(0);
}
