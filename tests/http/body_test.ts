import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { type PlanSlice, readPlan, type SegmentPlan } from "../../lib/storage/read_plan.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import type { Source } from "../../lib/storage/source.ts";
import { createContent, createPlan, hangingSource, MEGABYTE, METADATA, source } from "./content.ts";

Deno.test("BodyFactory.create() returns small bodies in one buffer and holds nothing", () => {
  const { seen, create } = createContent(10);
  assertEquals(create(), new Uint8Array([1, 2, 3, 7, 8, 9, 10, 11, 12, 13]));
  assertEquals(seen.held, 0);
});

Deno.test("BodyFactory.create() returns a range of bytes", () => {
  const body = Uint8Array.of(0, 1, 2, 3, 4);
  const resource = { ...METADATA, body, size: 5 };
  const range = { start: 1, end: 3, partial: true };
  assertEquals(new BodyFactory().create({}, resource, range), Uint8Array.of(1, 2));
});

Deno.test("BodyFactory.create() reads asynchronous sources", async () => {
  const { seen, create } = createContent(5, { source: source({ synchronous: false }) });
  const body = create();
  assertInstanceOf(body, Promise);
  assertEquals(await body, new Uint8Array([1, 2, 3, 7, 8]));
  assertEquals(seen.held, 0); // by the request
});

Deno.test("BodyFactory.create() throws the error of a source", () => {
  const { seen, create } = createContent(10, { source: source({ broken: 8 }) });
  assertThrows(() => create(), MediaError, "Cannot read it");
  assertEquals(seen, { held: 0, released: 0, failures: [] });
});

for (const synchronous of [true, false]) {
  Deno.test(`BodyFactory.create() streams large bodies in slices, synchronous: ${synchronous}`, async () => {
    const size = 8 * MEGABYTE + 1;
    const { seen, create } = createContent(size, { source: source({ synchronous }) });
    const body = await create();
    assertInstanceOf(body, ReadableStream);
    const bytes = await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
    assertEquals(bytes, await readPlan(createPlan(size), new Uint8Array(0)));
    assertEquals(seen, { held: 1, released: 1, failures: [] });
  });
}

Deno.test("BodyFactory.create() reads a slice when the previous one was sent, and none after a disconnect", async () => {
  const { seen, create } = createContent(9 * MEGABYTE, { source: source({ broken: 100_000 }) });
  const reader = (await create() as ReadableStream<Uint8Array>).getReader();
  assertEquals((await reader.read()).value?.length, 65536);
  assertEquals([seen.released, seen.failures], [0, []]); // the broken part is not reached
  await reader.cancel();
  assertEquals([seen.released, seen.failures], [1, []]);
});

Deno.test("BodyFactory.create() counts the bytes that are taken from a stream", async () => {
  const request = { streamedBytes: 0 };
  const resource = { ...METADATA, body: new Uint8Array(9 * MEGABYTE), size: 9 * MEGABYTE };
  const range = { start: 1, end: 9 * MEGABYTE, partial: true };
  const body = await new BodyFactory().create(request, resource, range);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const first = (await reader.read()).value!.length;
  assertEquals([request.streamedBytes, first < 9 * MEGABYTE - 1], [first, true]);
  while (!(await reader.read()).done);
  assertEquals(request.streamedBytes, 9 * MEGABYTE - 1);
});

Deno.test("BodyFactory.create() rejects if the first slice cannot be read, and holds nothing", async () => {
  const { seen, create } = createContent(9 * MEGABYTE, { source: source({ broken: 60_000 }) });
  await assertRejects(async () => await create(), MediaError, "Cannot read it");
  assertEquals(seen, { held: 0, released: 0, failures: [] });
});

Deno.test("BodyFactory.create() reports why a stream failed", async () => {
  const { seen, create } = createContent(9 * MEGABYTE, { source: source({ broken: 100_000 }) });
  const body = await create() as ReadableStream<Uint8Array<ArrayBuffer>>;
  const error = await assertRejects(() => new Response(body).bytes(), MediaError);
  assertEquals([seen.released, seen.failures], [1, [error]]);
});

Deno.test("BodyFactory.create() counts a shared read once, then each response", async () => {
  const bodies = new BodyFactory();
  const { remote, waiting } = hangingSource();
  const all = ["a", "b", "c"].map((connection) => {
    const { create } = createContent(MEGABYTE, { source: remote, connection });
    return create(bodies, connection === "c" ? 4 : 0);
  });
  assertEquals([bodies.inFlight, waiting.length], [2 * MEGABYTE - 4, 2]);
  waiting.forEach((resume) => resume());
  await Promise.all(all);
  assertEquals(bodies.inFlight, 3 * MEGABYTE - 4);
});

Deno.test("BodyFactory.create() counts nothing if the read fails", async () => {
  const bodies = new BodyFactory();
  const from = source({ synchronous: false, broken: 8 });
  const { seen, create } = createContent(10, { source: from });
  await assertRejects(async () => await create(bodies), MediaError, "Cannot read it");
  assertEquals([seen.held, bodies.inFlight], [0, 0]);
});

/** A plan that makes ten bytes of each byte of a source, with slices of ten. */
function tenfold(
  size: number,
  from: Source,
): SegmentPlan & Required<Pick<SegmentPlan, "slices">> {
  const plan = (offset: number, count: number): SegmentPlan => ({
    type: "video/mp2t",
    header: new Uint8Array(0),
    ranges: [{ source: from, offset, size: count }],
    transform: (bytes) =>
      Uint8Array.from({ length: 10 * count }, (_, i) => bytes[Math.floor(i / 10)]!),
  });
  const slices = (bytes: Uint8Array) =>
    Array.from(bytes, (_, i) => ({ plan: plan(i, 1), size: 10 }));
  return { ...plan(0, size), slices };
}

for (const synchronous of [true, false]) {
  Deno.test(`BodyFactory.create() returns every range of slices, synchronous: ${synchronous}`, async () => {
    const limits = { maxWhole: 100, maxBuffered: 100, maxInFlight: 100, sliceSize: 4 };
    const bodies = new BodyFactory({ limits });
    const resource = { ...METADATA, body: tenfold(5, source({ synchronous })) };
    const whole = await bodies.read({}, resource);
    const slices = await bodies.slice({}, resource);
    for (let start = 0; start < whole.length; start += 3) {
      for (let end = start + 1; end <= whole.length; end++) {
        let [held, released] = [0, 0];
        const hold = () => {
          held++;
          return { [Symbol.dispose]: () => void released++ };
        };
        const range = { start, end, partial: true };
        const body = await bodies.create({}, { ...METADATA, body: slices, hold }, range);
        const chunks = await Array.fromAsync(body as ReadableStream<Uint8Array>);
        assert(chunks.every(({ length }) => length <= 4));
        assertEquals(chunks.flatMap((chunk) => [...chunk]), [...whole.subarray(start, end)]);
        assertEquals([held, released], [1, 1]);
      }
    }
  });
}

/** Slices of a byte, which need what their predecessor has left, as those of AES-128 do. */
function chain(size: number, from: Source): PlanSlice[] {
  const links = [1];
  return Array.from({ length: size }, (_, i) => ({
    plan: {
      type: "video/mp2t",
      header: new Uint8Array(0),
      ranges: [{ source: from, offset: i, size: 1 }],
      transform: ([byte]) => Uint8Array.of(links[i + 1] = byte! + links[i]!),
    },
    size: 1,
    isChained: i > 0,
  }));
}

Deno.test("BodyFactory.create() reads chained slices for each client, also if two start together", async () => {
  const limits = { maxWhole: 1, maxBuffered: 1, maxInFlight: 1, sliceSize: 1 };
  const bodies = new BodyFactory({ limits });
  const from = source({ synchronous: false });
  const range = { start: 0, end: 5, partial: false };
  const create = () => bodies.create({}, { ...METADATA, body: chain(5, from) }, range);
  const [first, second] = await Promise.all([create(), create()]);
  for (const body of [first, second]) {
    const bytes = await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
    assertEquals([...bytes], [1, 2, 4, 7, 11]);
  }
});

Deno.test("BodyFactory.slice() reads once for ten concurrent requests", async () => {
  const bodies = new BodyFactory();
  const { remote, waiting } = hangingSource();
  const resource = { ...METADATA, body: tenfold(5, remote) };
  const asked = Array.from({ length: 10 }, () => bodies.slice({}, resource));
  assertEquals([bodies.inFlight, waiting.length], [5, 1]);
  waiting[0]!();
  assertEquals((await Promise.all(asked)).map(({ length }) => length), Array(10).fill(5));
  assertEquals(bodies.inFlight, 0);
});

for (const transform of [undefined, (bytes: Uint8Array) => bytes.slice()]) {
  const kind = transform ? "generated" : "read";
  Deno.test(`BodyFactory.read() returns bytes that stay valid: ${kind}`, () => {
    const bodies = new BodyFactory();
    const plan = { ...createPlan(5), ...transform && { transform } };
    const bytes = bodies.read({}, { ...METADATA, body: plan });
    createContent(10, { source: source() }).create(bodies);
    assertEquals(bytes, Uint8Array.of(1, 2, 3, 7, 8));
    const second = { ...createPlan(5), header: new Uint8Array(3) };
    bodies.create({}, { ...METADATA, body: second }, { start: 0, end: 5, partial: false });
    assertEquals(bytes, Uint8Array.of(1, 2, 3, 7, 8));
  });
}

Deno.test("BodyFactory.read() shares a read with create()", async () => {
  const bodies = new BodyFactory();
  const { remote, waiting } = hangingSource();
  const resource = { ...METADATA, body: createPlan(5, remote) };
  const range = { start: 0, end: 5, partial: false };
  const asked = [bodies.create({}, resource, range), bodies.read({}, resource)];
  assertEquals(waiting.length, 1);
  waiting[0]!();
  const [body, bytes] = await Promise.all(asked);
  assertEquals(body, bytes);
});
