// deno-lint-ignore-file no-console -- a command prints

/** ams: serves MP4 files and packages as DASH, HLS and Smooth Streaming. */

import config from "./deno.json" with { type: "json" };
import { ams } from "./lib/ams/ams.ts";
import { openStdout } from "./lib/ams/stdout.ts";

if (import.meta.main) {
  const out = openStdout((line) => console.error(line));
  Deno.exit(await ams(Deno.args, out, config.version));
}
