/** Standard output, written at once, whatever becomes of its reader. */

import type { ProcessOutput } from "./ams.ts";

const encoder = new TextEncoder();

/** @param warn writes a line to standard error, and never throws */
export function openStdout(warn: (line: string) => void): ProcessOutput {
  let broken = false;
  const write = (text: string) => {
    if (broken || writeAll(encoder.encode(text))) return;
    broken = true;
    warn("ams: Cannot write the log any more: nobody reads standard output");
  };
  return { write, warn };
}

/** False when nobody reads any more (a pipe whose reader has gone): serving goes on. */
function writeAll(bytes: Uint8Array): boolean {
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    return false;
  }
}
