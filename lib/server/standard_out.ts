// deno-lint-ignore-file no-console -- a command speaks

/** Standard output and standard error, written at once. */

import type { Out } from "./command.ts";

const encoder = new TextEncoder();

export function standardOut(): Out {
  let broken = false;
  return {
    write(text) {
      if (!broken) broken = !writeAll(encoder.encode(text));
    },
    warn: (line) => console.error(line),
  };
}

/** False when nobody reads any more (a pipe whose reader has gone): serving goes on. */
function writeAll(bytes: Uint8Array): boolean {
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    console.error("ams: Cannot write the log any more: nobody reads standard output");
    return false;
  }
}
