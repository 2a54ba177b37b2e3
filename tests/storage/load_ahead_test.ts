import { assertEquals } from "@std/assert";
import { createLoadAhead, createSlicesAhead, loadTogether } from "../../lib/storage/load_ahead.ts";
import type { ByteRange, PlanSlice } from "../../lib/storage/read_plan.ts";
import type { Source } from "../../lib/storage/source.ts";

const MEGABYTE = 2 ** 20;

const noSignal = () => undefined;

/** A source that records what is loaded, in megabytes; the test completes the loads. */
function createSource(failure?: Error) {
  const loads: string[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const source: Source = {
    name: "a",
    size: 2 ** 40,
    synchronous: false,
    read: () => {},
    load: (ranges) => {
      loads.push(
        ranges.map(({ offset, size }) => `${offset / MEGABYTE}+${size / MEGABYTE}`).join(),
      );
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      if (failure) gate.reject(failure);
      return gate.promise;
    },
    close: () => {},
  };
  const take = () => loads.splice(0).join(" ");
  return { source, gates, take };
}

function toRanges(source: Source, ...parts: [offset: number, size: number][]): ByteRange[] {
  return parts.map(([offset, size]) => ({
    source,
    offset: offset * MEGABYTE,
    size: size * MEGABYTE,
  }));
}

/** Returns whether a promise has resolved by now. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return done;
}

Deno.test("LoadAhead.prepare() loads all of a response of a few megabytes at once", async () => {
  const { source, gates, take } = createSource();
  const ahead = createLoadAhead(toRanges(source, [10, 2], [20, 2]), noSignal)!;
  const first = ahead.prepare(1000);
  assertEquals([take(), await isDone(first)], ["10+2,20+2", false]);
  gates[0]!.resolve();
  assertEquals(await isDone(first), true);
  await ahead.prepare(4 * MEGABYTE);
  assertEquals(take(), "");
});

Deno.test("LoadAhead.prepare() loads a large response a window ahead", async () => {
  const { source, gates, take } = createSource();
  const ahead = createLoadAhead(toRanges(source, [10, 1.25], [20, 8]), noSignal)!;
  const steps: [end: number, loads: string][] = [
    [0.25, "10+1"],
    [0.5, ""],
    [0.75, "11+0.25,20+0.75"],
    [2, "20.75+1"],
  ];
  for (const [end, loads] of steps) {
    const prepared = ahead.prepare(end * MEGABYTE);
    assertEquals(take(), loads);
    for (const { resolve } of gates) resolve();
    await prepared;
  }
  await Promise.all([ahead.prepare(9.25 * MEGABYTE), ...gates.map(({ resolve }) => resolve())]);
  assertEquals(take().split(" ").at(-1), "27.75+0.25");
});

Deno.test("LoadAhead.prepare() waits for what it needs only", async () => {
  const { source, gates } = createSource();
  const ahead = createLoadAhead(toRanges(source, [0, 8]), noSignal)!;
  const both = [ahead.prepare(0.75 * MEGABYTE), ahead.prepare(1.25 * MEGABYTE)];
  gates[0]!.resolve();
  assertEquals([await isDone(both[0]!), await isDone(both[1]!)], [true, false]);
  gates[1]!.resolve();
  assertEquals(await isDone(both[1]!), true);
});

Deno.test("LoadAhead.prepare() leaves errors to the reads", async () => {
  const { source } = createSource(new Error("failed"));
  await createLoadAhead(toRanges(source, [0, 8]), noSignal)!.prepare(MEGABYTE);
});

Deno.test("loadTogether() loads what readers of a source need at the same time", async () => {
  const [one, two] = [createSource(), createSource()];
  const { load: _, ...without } = createSource().source;
  const readers = [one.source, two.source, one.source, without].map((source, i) => ({ source, i }));
  const loaded = loadTogether(readers, ({ i }) => {
    if (i === 3) throw new Error("it loads nothing");
    return Promise.resolve([{ offset: i * MEGABYTE, size: MEGABYTE }]);
  });
  await Promise.resolve();
  await Promise.resolve();
  assertEquals([one.take(), two.take()], ["0+1,2+1", "1+1"]);
  for (const { gates } of [one, two]) gates[0]!.resolve();
  await loaded;
});

Deno.test("createLoadAhead() returns nothing for sources that load nothing ahead", () => {
  const { load: _, ...source } = createSource().source;
  assertEquals(createLoadAhead(toRanges(source, [0, 8]), noSignal), undefined);
  const slices: PlanSlice[] = [{
    plan: { type: "", header: new Uint8Array(0), ranges: toRanges(source, [0, 1]) },
    size: 5,
  }];
  assertEquals(createSlicesAhead(slices, { start: 0, end: 5 }, noSignal), undefined);
});

Deno.test("createSlicesAhead() loads the ranges of the slices that are needed", async () => {
  const { source, gates, take } = createSource();
  const slices = [0, 1, 2, 3].map((i): PlanSlice => ({
    plan: { type: "", header: new Uint8Array(0), ranges: toRanges(source, [10 * i, 1]) },
    size: 5,
  }));
  const prepare = createSlicesAhead(slices, { start: 5, end: 15 }, noSignal)!;
  const prepared = prepare(1);
  assertEquals(take(), "10+1,20+1");
  gates[0]!.resolve();
  await prepared;
  await prepare(2);
  assertEquals(take(), "");
});
