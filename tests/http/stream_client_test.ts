/** Clients that go while a large response is sent: nothing more is read for them alone. */

import { assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import { StreamClient } from "../../lib/http/stream_client.ts";
import type { PlanSlice, SegmentPlan } from "../../lib/storage/read_plan.ts";
import type { Source } from "../../lib/storage/source.ts";
import { createPlan, METADATA, source } from "./content.ts";

const LIMITS = { maxWhole: 8, maxBuffered: 8, maxInFlight: 8, sliceSize: 8 };

const RANGE = { start: 0, end: 64, partial: false };

/** A source of which the first bytes can be read, and reads of others wait until their signals abort. */
class StalledSource {
  readonly signals: AbortSignal[] = [];
  readonly source: Source;
  #stalled = Promise.withResolvers<void>();

  /** @param loads whether bytes are loaded ahead */
  constructor(loads: boolean) {
    const stall = (signal: AbortSignal | undefined) => this.#stall(signal);
    const first = source();
    this.source = {
      ...first,
      synchronous: false,
      read: (offset, into, signal) =>
        offset < 16 ? Promise.resolve(first.read(offset, into)) : stall(signal),
      ...loads && {
        load: (ranges, signal) =>
          ranges.every(({ offset }) => offset < 16) ? Promise.resolve() : stall(signal),
      },
    };
  }

  /** Resolves when something waits. */
  get stalled(): Promise<void> {
    return this.#stalled.promise;
  }

  #stall(signal: AbortSignal | undefined): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    if (!signal) throw new Error("expected a signal");
    signal.addEventListener("abort", () => reject(signal.reason));
    this.signals.push(signal);
    this.#stalled.resolve();
    return promise;
  }

  get aborted(): boolean[] {
    return this.signals.map(({ aborted }) => aborted);
  }
}

function listSlices(from: Source, isChained: boolean): PlanSlice[] {
  return Array.from({ length: 8 }, (_, i) => ({
    plan: {
      type: "video/mp2t",
      header: new Uint8Array(0),
      ranges: [{ source: from, offset: 8 * i, size: 8 }],
    },
    size: 8,
    isChained: isChained && i > 0,
  }));
}

const bodies: Record<string, (from: Source) => SegmentPlan | PlanSlice[]> = {
  "a plan": (from) => createPlan(64, from),
  slices: (from) => listSlices(from, false),
  "chained slices": (from) => listSlices(from, true),
};

interface Stream {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly seen: { released: number };
}

async function stream(factory: BodyFactory, body: SegmentPlan | PlanSlice[]): Promise<Stream> {
  const seen = { released: 0 };
  const hold = () => ({ [Symbol.dispose]: () => void seen.released++ });
  const resource = { ...METADATA, body, size: 64, hold };
  const created = await factory.create({}, resource, RANGE) as ReadableStream<Uint8Array>;
  const reader = created.getReader();
  await reader.read();
  return { reader, seen };
}

/** Waits until everything waits for the source. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

for (const [name, createBody] of Object.entries(bodies)) {
  for (const loads of [false, true]) {
    const how = loads ? "loaded ahead" : "read";
    Deno.test(`a client that goes aborts what is ${how} of ${name}`, async () => {
      const stalled = new StalledSource(loads);
      const failures: unknown[] = [];
      const report = (_: string, error: unknown) => failures.push(error);
      const factory = new BodyFactory({ limits: LIMITS, report });
      const { reader, seen } = await stream(factory, createBody(stalled.source));
      const rest = (async () => {
        while (!(await reader.read()).done);
      })();
      await stalled.stalled;
      assertEquals(stalled.aborted.some(Boolean), false);
      await reader.cancel();
      await rest;
      await settle();
      assertEquals(stalled.aborted, stalled.signals.map(() => true));
      assertEquals([seen.released, failures], [1, []]);
    });
  }
}

Deno.test("a client that goes does not abort what another one waits for", async () => {
  const stalled = new StalledSource(false);
  const factory = new BodyFactory({ limits: LIMITS });
  const body = createPlan(64, stalled.source);
  const clients = [await stream(factory, body), await stream(factory, body)];
  for (const { reader } of clients) {
    await reader.read();
    reader.read();
  }
  await settle();
  await clients[0]!.reader.cancel();
  assertEquals(stalled.aborted, [false]);
  await clients[1]!.reader.cancel();
  assertEquals(stalled.aborted, [true]);
});

Deno.test("BodyFactory.slice() aborts when all clients have gone, and rejects as CLIENT_GONE", async () => {
  const stalled = new StalledSource(false);
  const factory = new BodyFactory({ limits: LIMITS });
  const ranges = [{ source: stalled.source, offset: 64, size: 8 }];
  const body = { ...createPlan(8), ranges, slices: () => [] };
  const clients = [new AbortController(), new AbortController()];
  const asked = clients.map(({ signal }) =>
    assertRejects(() => factory.slice({ signal }, { ...METADATA, body }), RequestError)
  );
  await stalled.stalled;
  clients[0]!.abort();
  assertEquals(stalled.aborted, [false]);
  clients[1]!.abort();
  assertEquals(stalled.aborted, [true]);
  const errors = await Promise.all(asked);
  assertEquals(errors.map(({ code }) => code), ["CLIENT_GONE", "CLIENT_GONE"]);
});

Deno.test("StreamClient has a signal that aborts when its request does, or when it leaves", () => {
  const { signal } = new StreamClient({});
  assertEquals(signal.aborted, false);
  const request = new AbortController();
  const clients = [request, new AbortController()].map((it) => new StreamClient(it));
  assertEquals(clients.map((client) => client.signal.aborted), [false, false]);
  request.abort();
  clients[1]!.leave();
  assertEquals(clients.map((client) => client.signal.aborted), [true, true]);
});
