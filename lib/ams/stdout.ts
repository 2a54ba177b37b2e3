/** Standard output, whose reader may end before ams. */

import type { ProcessOutput } from "./ams.ts";

const encoder = new TextEncoder();

/** @param warn never throws */
export function openStdout(warn: (line: string) => void): ProcessOutput {
  let closed = false;
  const write = (text: string) => {
    if (closed || writeAll(encoder.encode(text))) return;
    closed = true;
    warn("ams: Standard output was closed; access log stopped");
  };
  return { write, warn };
}

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
