/** What the C library does with memory that large answers leave behind. */

/** In bytes: glibc learns from the first freed piece of up to 32 MB, headers included, how large those are that come and go. */
const LARGEST = 32 * 2 ** 20 - 65536;

/**
 * Keeps freed memory in the process. glibc hands pieces of over 128 KB back to the system as soon as they are free, until
 * one that is larger has been freed; then it keeps what is smaller than that, and up to twice as much of it. Without this,
 * each large answer gets new pages from the system, which takes two to five times as long as all else. Other C libraries don't mind.
 */
export function keepFreedMemory(): void {
  new ArrayBuffer(LARGEST).transfer(0); // its pages are never touched, and freed at once
}
