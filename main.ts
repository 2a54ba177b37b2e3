/** ams: serves MP4 files and packages as streams. */

import config from "./deno.json" with { type: "json" };
import { ams } from "./lib/server/command.ts";
import { standardOut } from "./lib/server/standard_out.ts";

if (import.meta.main) Deno.exit(await ams(Deno.args, standardOut(), config.version));
