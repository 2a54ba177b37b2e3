/**
 * `deno task mutants COUNT [SEED]`: changes one token of lib/ at a time in a clone, runs the unit tests, and prints the changes
 * that none notices. Uncommitted changes are not in the clone.
 */

import { join } from "@std/path";
import { Prng } from "../robustness/prng.ts";
import { getImports, readFiles, resolveImport, ROOT } from "../source_tree.ts";
import { applyMutation, findMutations, type Mutation } from "./mutations.ts";

/** Browser code, whose tests need a browser. */
const SKIPPED = /^lib\/ui\/|\.d\.ts$/;

/** Slow, and found by others. */
const IGNORED = [
  "tests/e2e",
  "tests/robustness/fuzz_test.ts",
  "tests/robustness/fuzz_more_seeds_test.ts",
];

/** A mutant may loop, or allocate without end. */
const MAX_MS = 600_000;
const MAX_RESIDENT_KB = 2_000_000;

interface Mutant extends Mutation {
  readonly file: string;
  readonly code: string;
}

const [count = 20, seed = 0] = Deno.args.map(Number);
const clone = await Deno.makeTempDir({ prefix: "ams-mutants-" });
try {
  await run("git", ["clone", "-q", ROOT, clone]);
  const survivors = await findSurvivors();
  print(`\n${count - survivors.length} of ${count} noticed; survivors:`);
  for (const mutant of survivors) print(describe(mutant));
} finally {
  await Deno.remove(clone, { recursive: true });
}

async function findSurvivors(): Promise<Mutant[]> {
  const tests = await findTests();
  const survivors: Mutant[] = [];
  for (const mutant of await pickMutants()) {
    const path = join(clone, mutant.file);
    await Deno.writeTextFile(path, applyMutation(mutant.code, mutant));
    const noticed = await isNoticed(mutant, tests);
    await Deno.writeTextFile(path, mutant.code);
    print(`${noticed ? "noticed " : "SURVIVED"} ${describe(mutant)}`);
    if (!noticed) survivors.push(mutant);
  }
  return survivors;
}

/** Runs the tests that import the file, then those of its directory, then all. */
async function isNoticed({ file }: Mutant, tests: Map<string, string[]>): Promise<boolean> {
  const own = tests.get(file) ?? [];
  const directory = `tests/${file.split("/").slice(1, 2).join()}`;
  const neighbours = [...new Set([...tests.values()].flat())].filter((test) =>
    test.startsWith(`${directory}/`) && !own.includes(test)
  );
  for (const list of [own, neighbours, ["tests"]]) {
    if (list.length > 0 && !await passes(list)) return true;
  }
  return false;
}

async function pickMutants(): Promise<Mutant[]> {
  const files = await readFiles(/^lib\/.*\.ts$/);
  const mutants = [...files].filter(([file]) => !SKIPPED.test(file)).sort().flatMap(
    ([file, code]) => findMutations(code).map((mutation) => ({ ...mutation, file, code })),
  );
  return new Prng(`mutants ${seed}`).shuffle(mutants).slice(0, count);
}

/** Returns the tests that import each file directly. */
async function findTests(): Promise<Map<string, string[]>> {
  const tests = new Map<string, string[]>();
  for (const [test, code] of await readFiles(/^tests\/(?!e2e\/).*_test\.ts$/)) {
    if (IGNORED.includes(test)) continue;
    for (const specifier of getImports(code)) {
      if (!specifier?.startsWith(".")) continue;
      const file = resolveImport(test, specifier);
      tests.set(file, [...tests.get(file) ?? [], test]);
    }
  }
  return tests;
}

function passes(tests: readonly string[]): Promise<boolean> {
  const flags = ["-P", "--parallel", "--no-check", "--fail-fast", `--ignore=${IGNORED.join()}`];
  return run(Deno.execPath(), ["test", ...flags, ...tests]);
}

/** Resolves to false if the command fails, lasts too long or takes too much memory. */
async function run(command: string, args: readonly string[]): Promise<boolean> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd: clone,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const start = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - start > MAX_MS || readResidentKb(child.pid) > MAX_RESIDENT_KB) {
      child.kill("SIGKILL");
    }
  }, 100);
  const { success } = await child.status;
  clearInterval(timer);
  return success;
}

/** Returns 0 where there is no procfs. */
function readResidentKb(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function describe({ file, code, offset, before, after }: Mutant): string {
  const line = code.slice(0, offset).split("\n").length;
  const [text] = code.slice(code.lastIndexOf("\n", offset - 1) + 1).split("\n");
  const change = after ? `${before} → ${after}` : "left out";
  return `${file}:${line}: ${change}: ${text!.trim()}`;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
