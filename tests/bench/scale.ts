/** Prints what an audience needs, and what it costs: `deno task scale --viewers 50000 --edge-hits 0.9`. */

import { formatScale, parseScaleOptions } from "./scale_report.ts";

const options = parseScaleOptions(Deno.args);
const isMessage = typeof options === "string";
const text = isMessage ? options : formatScale(options).join("\n\n");
const output = isMessage && !Deno.args.includes("--help") ? Deno.stderr : Deno.stdout;
output.writeSync(new TextEncoder().encode(`${text}\n`));
if (output === Deno.stderr) Deno.exit(2);
