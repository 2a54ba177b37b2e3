import type { ByteReader, ByteWriter } from "../../bytes.ts";
import { readVersion } from "../box.ts";

/** Sample Dependency Type (14496-12 §8.6.4): bits 20 to 27 of the sample flags. */
export function sdtp(w: ByteWriter, flags: Uint32Array): void {
  writeSdtp(w, Uint8Array.from(flags, toDependencies));
}

/** Writes one byte per sample. */
export function writeSdtp(w: ByteWriter, dependencies: Uint8Array): void {
  w.fullBox("sdtp", 0, 0, () => w.bytes(dependencies));
}

export function toDependencies(flags: number): number {
  return flags >>> 20 & 255;
}

/** Sample Dependency Type (14496-12 §8.6.4), one byte per sample. */
export function readSdtp(r: ByteReader): Uint8Array {
  readVersion(r, 0);
  return r.rest().bytes;
}
