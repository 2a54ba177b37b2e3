/** Values that all tracks of a file share while it is read. */

import { MediaError } from "../../errors.ts";
import type { KnownTables } from "./checkpoints.ts";
import type { MoovBuffer } from "./moov_buffer.ts";

export interface ParseContext {
  readonly size: number;
  readonly name: string;
  readonly warnings: string[];
  /** Buffer of the tables, if some may still be in the file. */
  readonly moov?: MoovBuffer;
  readonly knownTables?: KnownTables | undefined;
  /** Bytes of all samples so far that have a common size. */
  declaredBytes?: number;
}

/** Maximum of declared sample bytes per byte of the file: tracks may share samples. */
const MAX_OVERLAP = 4;

/**
 * Limits the work that a small file can cause with tables that refer to the same bytes repeatedly.
 *
 * @param bytes total size of samples
 * @throws MediaError if it exceeds the size of the file several times
 */
export function checkDeclaredBytes(bytes: number, { size }: ParseContext): void {
  if (bytes <= MAX_OVERLAP * size) return;
  throw new MediaError(`Cannot find ${bytes} bytes of samples in a file of ${size} bytes`);
}
