/**
 * `deno task mutants COUNT [SEED] [--near]`: changes one token of lib/ at a time in a clone, runs the unit tests, and prints the
 * changes that none notices. With `--near` only tests of the same directory, and those at most two imports away, which takes
 * seconds instead of minutes. Uncommitted changes are not in the clone.
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
const MAX_MS = 60_000;
const MAX_MS_PER_TEST = 3_000;
const MAX_RESIDENT_KB = 2_000_000;

const DISTANCES = ["direct", "near", "far"] as const;

interface Mutant extends Mutation {
  readonly file: string;
  readonly code: string;
}

const onlyNear = Deno.args.includes("--near");
const [count = 20, seed = 0] = Deno.args.filter((arg) => arg !== "--near").map(Number);
const clone = await Deno.makeTempDir({ prefix: "ams-mutants-" });
try {
  await new Deno.Command("git", { args: ["clone", "-q", ROOT, clone] }).output();
  const survivors = await findSurvivors();
  print(`\n${count - survivors.length} of ${count} noticed; survivors:`);
  for (const mutant of survivors) print(describe(mutant));
} finally {
  await Deno.remove(clone, { recursive: true });
}

async function findSurvivors(): Promise<Mutant[]> {
  const importers = await findImporters();
  const survivors: Mutant[] = [];
  for (const mutant of await pickMutants()) {
    const path = join(clone, mutant.file);
    await Deno.writeTextFile(path, applyMutation(mutant.code, mutant));
    const noticed = await findFailure(mutant, importers);
    await Deno.writeTextFile(path, mutant.code);
    print(`${noticed ?? "SURVIVED"} ${describe(mutant)}`);
    if (!noticed) survivors.push(mutant);
  }
  return survivors;
}

/** Returns what notices the mutant, nearest tests first; undefined if nothing does. */
async function findFailure(
  { file }: Mutant,
  importers: Map<string, string[]>,
): Promise<string | undefined> {
  const tests = groupTests(file, importers);
  for (const distance of onlyNear ? DISTANCES.slice(0, 2) : DISTANCES) {
    const list = tests[distance] ?? [];
    const failure = list.length > 0 ? await runTests(list) : undefined;
    if (failure) return `noticed by ${failure}:`;
  }
  return undefined;
}

/** Groups all tests by their distance from a file, nearest first. */
function groupTests(
  file: string,
  importers: Map<string, string[]>,
): Partial<Record<(typeof DISTANCES)[number], string[]>> {
  const imports = countImports(file, importers);
  const directory = /^lib\/(\w+\/)/.exec(file)?.[1];
  const isTest = (path: string) => path.endsWith("_test.ts") && !IGNORED.includes(path);
  const unrelated = [...importers.values()].flat().filter((path) => !imports.has(path));
  const tests = [...imports.keys(), ...new Set(unrelated)].filter(isTest);
  return Object.groupBy(tests, (test) => {
    if (imports.get(test) === 1) return "direct";
    const isNeighbour = directory !== undefined && test.startsWith(`tests/${directory}`);
    return imports.get(test) === 2 || isNeighbour ? "near" : "far";
  });
}

/** Returns how many imports each file that depends on `file` is away from it, nearest first. */
function countImports(file: string, importers: Map<string, string[]>): Map<string, number> {
  const counts = new Map([[file, 0]]);
  for (const [path, count] of counts) {
    for (const importer of importers.get(path) ?? []) {
      if (!counts.has(importer)) counts.set(importer, count + 1);
    }
  }
  return counts;
}

async function pickMutants(): Promise<Mutant[]> {
  const files = await readFiles(/^lib\/.*\.ts$/);
  const mutants = [...files].filter(([file]) => !SKIPPED.test(file)).sort().flatMap(
    ([file, code]) => findMutations(code).map((mutation) => ({ ...mutation, file, code })),
  );
  return new Prng(`mutants ${seed}`).shuffle(mutants).slice(0, count);
}

/** Returns the files that import each file. */
async function findImporters(): Promise<Map<string, string[]>> {
  const importers = new Map<string, string[]>();
  for (const [path, code] of await readFiles(/^(?!tests\/e2e\/).*\.ts$/)) {
    for (const specifier of getImports(code)) {
      if (!specifier?.startsWith(".")) continue;
      const file = resolveImport(path, specifier);
      importers.set(file, [...importers.get(file) ?? [], path]);
    }
  }
  return importers;
}

/** Returns the first test that fails, "an error" outside of tests, or "a limit"; undefined if all pass. */
async function runTests(tests: readonly string[]): Promise<string | undefined> {
  const flags = ["-P", "--parallel", "--no-check", "--fail-fast"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", ...flags, ...tests],
    cwd: clone,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const end = Date.now() + MAX_MS + MAX_MS_PER_TEST * tests.length;
  let isLimited = false;
  const timer = setInterval(() => {
    isLimited = Date.now() > end || readResidentKb(child.pid) > MAX_RESIDENT_KB;
    if (!isLimited) return;
    clearInterval(timer); // a second signal may come too late
    child.kill("SIGKILL");
  }, 100);
  const [output, { success }] = await Promise.all([child.stdout.text(), child.status]);
  clearInterval(timer);
  if (success) return undefined;
  return isLimited ? "a limit" : / => \.\/(tests\/\S+:\d+):\d+$/m.exec(output)?.[1] ?? "an error";
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
  const [start, end] = [code.lastIndexOf("\n", offset) + 1, offset + before.length];
  const [rest] = code.slice(end).split("\n");
  const changed = `${code.slice(start, offset)}[${before.trim()} → ${after}]${rest}`;
  return `${file}:${code.slice(0, start).split("\n").length}: ${changed.trim()}`;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
