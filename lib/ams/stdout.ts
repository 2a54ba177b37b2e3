/** Standard output, whose reader may end before ams, or never read. */

import { describeSystemError } from "../cli/system_error.ts";

export interface ProcessOutput {
  /** Never rejects. Resolves when the text is written. */
  write(text: string): Promise<void>;
  warn(line: string): void;
}

const encoder = new TextEncoder();

/** @param warn never throws */
export function openStdout(warn: (line: string) => void): ProcessOutput {
  let closed = false;
  let warned = false;
  const write = async (text: string) => {
    if (closed) return;
    try {
      await writeAll(encoder.encode(text));
    } catch (error) {
      closed = error instanceof Deno.errors.BrokenPipe;
      if (closed) warn("ams: Standard output was closed; access log stopped");
      else if (!warned) warn(`ams: Cannot write the log: ${describeSystemError(error)}`);
      warned = true;
    }
  };
  return { write, warn };
}

/** A synchronous write would stop the thread, and with it all signals, until somebody reads the pipe. */
async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await Deno.stdout.write(bytes.subarray(written));
  }
}
