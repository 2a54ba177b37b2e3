/** The file that tables are held against: what they say of it has to fit. */

import { MediaError } from "../../errors.ts";
import type { KnownTables } from "./checkpoints.ts";
import type { MoovBuffer } from "./moov_buffer.ts";

/** What a track's tables are held against, and where what is odd is said. */
export interface ParseContext {
  /** In bytes. */
  readonly size: number;
  readonly name: string;
  readonly warnings: string[];
  /** What tables are in, where they may still be in the file. */
  readonly moov?: MoovBuffer;
  /** What somebody knows of it who passed through its tables before. */
  readonly knownTables?: KnownTables | undefined;
  /** Bytes of all samples so far whose sizes are said once for all of them. */
  declaredBytes?: number;
}

/** How often each byte of a file may be part of a sample, on average: tracks may share their samples. */
const MAX_OVERLAP = 4;

/**
 * Tables that name the same bytes again and again make any amount of work of a small file.
 *
 * @param bytes of many samples together
 * @throws MediaError when that is far more than the file has
 */
export function checkDeclaredBytes(bytes: number, context: ParseContext): void {
  if (bytes <= MAX_OVERLAP * context.size) return;
  throw new MediaError(`Cannot find ${bytes} bytes of samples in a file of ${context.size}`);
}
