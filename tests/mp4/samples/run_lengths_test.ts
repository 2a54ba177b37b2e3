import { assertEquals } from "@std/assert";
import { PagedTable } from "../../../lib/mp4/samples/paged_table.ts";
import { RunLengths } from "../../../lib/mp4/samples/run_lengths.ts";
import { openTableInFile, u32 } from "../movie_file.ts";

/** Long enough for several stored checkpoints, with empty runs. */
const RUNS = Array.from({ length: 3000 }, (_, i) => ({ count: i % 4, value: 90 + i % 5 }));
const VALUES = RUNS.flatMap(({ count, value }) => Array<number>(count).fill(value));

function build(runs = RUNS, samples = 0, known?: ReturnType<RunLengths["checkpoints"]>) {
  const rows = runs.flatMap(({ count, value }) => [count, value]);
  return new RunLengths(new PagedTable(u32(...rows)), samples, { known });
}

for (const [what, known] of [["scanned", undefined], ["known", build().checkpoints()]] as const) {
  Deno.test(`RunLengths.findRun() finds every sample with ${what} checkpoints`, () => {
    const runs = build(RUNS, 0, known);
    assertEquals([runs.samples, runs.sum], [VALUES.length, VALUES.reduce((a, b) => a + b)]);
    for (const order of [VALUES.keys(), [4000, 7, 3999, 0, 2500, 8]]) {
      for (const index of order) {
        const { run, first } = runs.findRun(index);
        assertEquals([first <= index, index < first + runs.count(run)], [true, true]);
        assertEquals(runs.value(run), VALUES[index]);
      }
    }
  });

  Deno.test(`RunLengths.findRunAtSum() finds the run of a sum with ${what} checkpoints`, () => {
    const runs = build(RUNS, 0, known);
    for (const index of [0, 1, 2000, 77, 4400]) {
      const sum = VALUES.slice(0, index).reduce((a, b) => a + b, 0);
      const at = { ...runs.findRunAtSum(sum) };
      assertEquals(at.first + (sum - at.sum) / runs.value(at.run), index);
    }
  });
}

Deno.test("RunLengths.fill() and isUniform() agree with the values", () => {
  const runs = build();
  for (const [first, end] of [[0, 1], [5, 200], [3000, 3003], [4490, 4500]] as const) {
    const values = new Uint32Array(end - first);
    runs.fill(first, values);
    assertEquals([...values], VALUES.slice(first, end));
    assertEquals(runs.isUniform(first, end), new Set(values).size === 1);
  }
});

Deno.test("RunLengths.fill() reads runs across the blocks of a table in the file, loaded and not", () => {
  const { table } = openTableInFile(u32(...RUNS.flatMap(({ count, value }) => [count, value])));
  const runs = new RunLengths(table, VALUES.length + 5);
  const expected = VALUES.concat(Array<number>(5).fill(RUNS.at(-1)!.value));
  for (const loaded of [0, 1, 9000, 24000]) {
    table.load(0, loaded);
    for (const first of [0, 700, 1533, 4490]) {
      const values = new Uint32Array(expected.length + 3 - first);
      runs.fill(first, values);
      assertEquals([...values], [...expected.slice(first), 0, 0, 0]);
    }
  }
});

Deno.test("RunLengths repeats the last value if the runs cover too few samples", () => {
  const runs = build([{ count: 2, value: 100 }, { count: 1, value: 50 }], 5);
  assertEquals([runs.samples, runs.missing, runs.sum], [5, 2, 350]);
  assertEquals([runs.checkpoints().samples, runs.checkpoints().sum], [3, 250]);
  assertEquals([runs.count(0), runs.count(1)], [2, 3]);
  for (const index of [2, 3, 4]) {
    assertEquals({ ...runs.findRun(index) }, { run: 1, first: 2, sum: 200 });
  }
  assertEquals({ ...runs.findRunAtSum(349) }, { run: 1, first: 2, sum: 200 });
  assertEquals([runs.isUniform(2, 5), runs.isUniform(1, 5)], [true, false]);
  const values = new Uint32Array(4);
  runs.fill(1, values);
  assertEquals([...values], [100, 50, 50, 50]);
});

Deno.test("RunLengths repeats the last value with known checkpoints", () => {
  const known = build([{ count: 2, value: 100 }, { count: 1, value: 50 }]).checkpoints();
  const runs = build([{ count: 2, value: 100 }, { count: 1, value: 50 }], 5, known);
  assertEquals([runs.samples, runs.missing, runs.sum], [5, 2, 350]);
  assertEquals([runs.checkpoints().samples, runs.checkpoints().sum], [3, 250]);
});

Deno.test("RunLengths.min is the smallest signed value, at most 0", () => {
  assertEquals(build().min, 0);
  assertEquals(build([{ count: 1, value: -40 }, { count: 0, value: -99 }]).min, -40);
});
