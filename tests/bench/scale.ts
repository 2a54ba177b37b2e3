/** Prints what an audience needs, and what it costs: `deno task scale --viewers 50000 --edge-hits 0.9`. */

import { formatScale, parseScaleOptions } from "./scale_report.ts";

if (import.meta.main) {
  const options = parseScaleOptions(Deno.args);
  if (typeof options === "string") {
    console.error(options);
    Deno.exit(Deno.args.includes("--help") ? 0 : 2);
  }
  console.log(formatScale(options).join("\n\n"));
}
