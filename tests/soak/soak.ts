/** `deno task soak MINUTES`: prints what it measures, and exits with 1 if a bound is exceeded. */

import { findExceeded } from "./bounds.ts";
import { runSoak } from "./run.ts";

const minutes = Number(Deno.args[0] ?? 1);
if (!(minutes > 0)) throw new Error(`Cannot use '${Deno.args[0]}': expected minutes`);
const result = await runSoak(minutes);
const exceeded = findExceeded(result, minutes);
const text = Deno.inspect({ ...result, faults: result.faults.slice(0, 20) });
Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n${exceeded.join("\n")}\n`));
Deno.exit(exceeded.length ? 1 : 0);
