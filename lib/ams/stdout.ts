/** Writes to standard output synchronously, and survives the end of its reader. */

import type { ProcessOutput } from "./ams.ts";

const encoder = new TextEncoder();

/** @param warn writes a line to standard error, and never throws */
export function openStdout(warn: (line: string) => void): ProcessOutput {
  let closed = false;
  const write = (text: string) => {
    if (closed || writeAll(encoder.encode(text))) return;
    closed = true;
    warn("ams: Standard output was closed; access log stopped");
  };
  return { write, warn };
}

/** Returns false if standard output is a pipe that was closed; serving continues. */
function writeAll(bytes: Uint8Array): boolean {
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stdout.writeSync(bytes.subarray(written));
    }
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    return false;
  }
}
