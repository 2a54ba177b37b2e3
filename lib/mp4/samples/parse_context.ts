import { MediaError } from "../../errors.ts";
import type { FindTables } from "./checkpoints.ts";
import type { MoovBuffer } from "./moov_buffer.ts";

export interface ParseContext {
  /** File size. */
  readonly size: number;
  readonly name: string;
  readonly warnings: string[];
  readonly moov?: MoovBuffer;
  readonly findTables?: FindTables | undefined;
  /** Total size of the samples so far that have a common size. */
  declaredBytes?: number;
}

/** Declared sample bytes per byte of the file: tracks may share samples. */
const MAX_OVERLAP = 4;

/**
 * Limits the work that a small file causes with tables that refer to the same bytes.
 *
 * @throws MediaError if the samples exceed the size of the file several times
 */
export function checkDeclaredBytes(bytes: number, { size }: ParseContext): void {
  if (bytes <= MAX_OVERLAP * size) return;
  throw new MediaError(`Cannot find ${bytes} bytes of samples in a file of ${size} bytes`);
}
