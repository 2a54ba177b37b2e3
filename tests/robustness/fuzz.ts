/**
 * `deno task fuzz COUNT [SEED [KIND]]`: runs cases of consecutive seeds, and prints the worst time and memory. KIND is one of
 * live_fuzz_kinds.ts, or `live`: COUNT cases of each.
 */

import { MediaError } from "../../lib/errors.ts";
import { type FuzzResult, runFuzzCase } from "./fuzz_kinds.ts";
import { LIVE_FUZZ_KINDS, runLiveFuzzCase } from "./live_fuzz_kinds.ts";

interface Worst {
  value: number;
  seed: number;
  what: string;
}

const [count = 20_000, first = 0] = Deno.args.slice(0, 2).map(Number);
const [, , kind] = Deno.args;
const worst: Record<"ms" | "allocated" | "steps", Worst> = {
  ms: { value: 0, seed: 0, what: "" },
  allocated: { value: 0, seed: 0, what: "" },
  steps: { value: 0, seed: 0, what: "" },
};
const outcomes: Record<string, { played: number; rejected: number }> = {};
let peakMb = 0;
const failures: string[] = [];

const kinds = kind === "live" ? Object.keys(LIVE_FUZZ_KINDS) : [kind];
for (const kind of kinds) {
  worst.ms = { value: 0, seed: 0, what: "" };
  for (let seed = first; seed < first + count; seed++) await run(seed, kind);
  if (kind !== undefined) {
    print(`${kind}: worst ${worst.ms.value} ms, seed ${worst.ms.seed}; peak ${peakMb} MB`);
  }
}

print(JSON.stringify({ count, first, outcomes, worst, peakMb }, null, 2));
failures.forEach(print);
if (failures.length > 0) Deno.exit(1);

async function run(seed: number, kind: string | undefined): Promise<void> {
  const start = performance.now();
  try {
    const result = await (kind === undefined ? runFuzzCase(seed) : runLive(kind, seed));
    record(seed, result, performance.now() - start);
  } catch (error) {
    const { message, cause } = error as Error;
    failures.push(`${message.slice(0, 300)}: ${(cause as Error)?.stack ?? error}`);
    print(failures.at(-1)!);
  }
  peakMb = Math.max(peakMb, Math.round(Deno.memoryUsage().rss / 1e6));
}

async function runLive(kind: string, seed: number): Promise<FuzzResult> {
  const isAccepted = await runLiveFuzzCase(kind, seed);
  const error = isAccepted ? {} : { error: new MediaError("rejected") };
  return { kind, what: "", cost: { steps: 0, allocated: 0, read: 0, reads: 0 }, ...error };
}

function record(seed: number, { kind, what, error, cost }: FuzzResult, ms: number): void {
  const kinds = outcomes[kind] ??= { played: 0, rejected: 0 };
  kinds[error ? "rejected" : "played"]++;
  const values = { ms: Math.round(ms), allocated: cost.allocated, steps: cost.steps };
  for (const name of ["ms", "allocated", "steps"] as const) {
    if (values[name] > worst[name].value) {
      worst[name] = { value: values[name], seed, what: `${kind}: ${what.slice(0, 200)}` };
    }
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
