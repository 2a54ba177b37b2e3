import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { PlanReader } from "../../lib/http/plan_reader.ts";
import type { SegmentPlan } from "../../lib/storage/read_plan.ts";
import { loadingSource } from "./content.ts";

/** A plan whose three sample bytes are `value`. */
function createPlan(value: number, synchronous = true): SegmentPlan & { reads: () => number } {
  let reads = 0;
  const read = (_: number, into: Uint8Array) => {
    reads++;
    into.fill(value);
  };
  const source = {
    name: "test",
    size: 3,
    synchronous,
    read: synchronous ? read : async (offset: number, into: Uint8Array) => {
      await Promise.resolve();
      read(offset, into);
    },
    close() {},
  };
  const ranges = [{ source, offset: 0, size: 3 }];
  return { type: "", header: new Uint8Array(0), ranges, reads: () => reads };
}

Deno.test("PlanReader.read() reuses the scratch buffer, readToKeep() does not", () => {
  const reader = new PlanReader(3);
  const first = reader.read(createPlan(1), "1") as Uint8Array;
  const kept = reader.readToKeep(createPlan(2), "2") as Uint8Array;
  const second = reader.read(createPlan(3), "3") as Uint8Array;
  assert(first.buffer === second.buffer && first.buffer !== kept.buffer);
  assertEquals([...kept, ...second], [2, 2, 2, 3, 3, 3]);
});

for (const synchronous of [true, false]) {
  Deno.test(`PlanReader.readToKeep() retains no gaps between ranges, synchronous: ${synchronous}`, async () => {
    const plan = createPlan(1, synchronous);
    const { source } = plan.ranges[0]!;
    const ranges = [0, 60_000].map((offset) => ({ source, offset, size: 3 }));
    const kept = await new PlanReader(3).readToKeep({ ...plan, ranges }, "a");
    assertEquals([[...kept], kept.buffer.byteLength], [[1, 1, 1, 1, 1, 1], 6]);
    const { buffer, length } = await new PlanReader(3).readToKeep(plan, "b");
    assertEquals(buffer.byteLength, length);
  });
}

Deno.test("PlanReader.read() reads what is in memory into the scratch buffer", () => {
  const plan = createPlan(1, false);
  const [range] = plan.ranges;
  const readNow = (_: number, into: Uint8Array) => into.fill(9).length > 0;
  const ranges = [{ ...range!, source: { ...range!.source, readNow } }];
  const reader = new PlanReader(3);
  const scratch = reader.read({ ...plan, ranges }, "a") as Uint8Array;
  const kept = reader.readToKeep({ ...plan, ranges }, "a") as Uint8Array;
  assertEquals([[...scratch], [...kept]], [[9, 9, 9], [9, 9, 9]]);
  assert(scratch.buffer !== kept.buffer);
  assertEquals([reader.readNow(plan), plan.reads(), reader.pending], [undefined, 0, 0]);
});

Deno.test("PlanReader.load() loads once for concurrent calls of one key, and rejects as the source", async () => {
  const { remote, seen } = loadingSource();
  const plan = {
    type: "",
    header: new Uint8Array(0),
    ranges: [{ source: remote, offset: 0, size: 3 }],
  };
  const reader = new PlanReader(3);
  const loads = ["a", "a", "b"].map((key) => reader.load(plan, key));
  assertEquals([seen.loads.length, reader.pending], [2, 0]);
  seen.loads[0]!.resolve();
  seen.loads[1]!.reject(new Error("failed"));
  assertEquals(
    (await Promise.allSettled(loads)).map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected"],
  );
});

Deno.test("PlanReader.read() makes bytes of what was loaded in the scratch buffer", async () => {
  const { remote, seen } = loadingSource();
  seen.holdsLoads = false;
  const buffers = new Set<ArrayBufferLike>();
  const transform = (bytes: Uint8Array) => {
    buffers.add(bytes.buffer);
    return bytes.slice();
  };
  const ranges = [{ source: remote, offset: 0, size: 3 }];
  const plan = { type: "", header: new Uint8Array(0), ranges, transform };
  const reader = new PlanReader(20);
  for (const inMemory of [true, true, false]) {
    seen.inMemory = false;
    const bytes = reader.read(plan, "a");
    seen.inMemory = inMemory;
    assertEquals(await bytes, Uint8Array.of(0, 1, 2));
  }
  assertEquals([buffers.size, seen.reads, reader.pending], [2, 1, 0]);
});

Deno.test("PlanReader.read() aborts the source when all clients have gone, and rejects as CLIENT_GONE", async () => {
  const reader = new PlanReader(3);
  const signals: AbortSignal[] = [];
  const plan = createPlan(1, false);
  const read = (_: number, __: Uint8Array, signal?: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signals.push(signal!);
      signal!.addEventListener("abort", () => reject(signal!.reason));
    });
  const ranges = plan.ranges.map((range) => ({ ...range, source: { ...range.source, read } }));
  const clients = [new AbortController(), new AbortController()];
  const results = clients.map(async (client) =>
    await assertRejects(
      async () => await reader.read({ ...plan, ranges }, "a", client),
      RequestError,
    )
  );
  assertEquals(signals.map(({ aborted }) => aborted), [false]);
  clients[0]!.abort();
  assertEquals(signals.map(({ aborted }) => aborted), [false]);
  clients[1]!.abort();
  assertEquals(signals.map(({ aborted }) => aborted), [true]);
  for (const { code } of await Promise.all(results)) assertEquals(code, "CLIENT_GONE");
  assertEquals(reader.pending, 0);
});

Deno.test("PlanReader.read() reads once for concurrent calls of one key", async () => {
  const reader = new PlanReader(3);
  const plan = createPlan(1, false);
  const results = [reader.read(plan, "a"), reader.read(plan, "a"), reader.read(plan, "b")];
  assertEquals(reader.pending, 6);
  for (const bytes of await Promise.all(results)) assertEquals([...bytes], [1, 1, 1]);
  assertEquals([reader.pending, plan.reads()], [0, 2]);
});
