import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { readPlan, type SegmentPlan } from "../../lib/storage/read_plan.ts";
import { BodyFactory, type PlannedBody } from "../../lib/http/body.ts";
import type { Source } from "../../lib/storage/source.ts";

const MEGABYTE = 2 ** 20;

/** Byte `i` is `i % 251`; bytes from `broken` on cannot be read. */
function source({ broken = Infinity, synchronous = true } = {}): Source {
  const read = (offset: number, into: Uint8Array) => {
    if (offset + into.length > broken) throw new MediaError("Cannot read it", "MEDIA_READ");
    for (let i = 0; i < into.length; i++) into[i] = (offset + i) % 251;
  };
  return {
    name: "test",
    size: 2 ** 40,
    synchronous,
    read: (offset, into) =>
      synchronous ? read(offset, into) : Promise.resolve().then(() => read(offset, into)),
    close() {},
  };
}

function createPlan(size: number, from: Source = source()): SegmentPlan {
  return {
    type: "video/mp4",
    header: new Uint8Array([1, 2, 3]),
    ranges: [{ source: from, offset: 7, size: size - 3 }],
  };
}

/** A body, with a record of its callbacks. */
function content(
  size: number,
  { source: from, ...more }: Partial<PlannedBody> & { source?: Source } = {},
) {
  const seen = { released: 0, failures: [] as unknown[] };
  return {
    seen,
    content: {
      plan: createPlan(size, from),
      file: "film.json",
      etag: '"v1"',
      start: 0,
      request: {},
      release: () => void seen.released++,
      onError: (error: unknown) => void seen.failures.push(error),
      ...more,
    } satisfies PlannedBody,
  };
}

Deno.test("BodyFactory.create() returns small bodies in one buffer and releases the source", () => {
  const { seen, content: small } = content(10);
  assertEquals(new BodyFactory().create(small), new Uint8Array([1, 2, 3, 7, 8, 9, 10, 11, 12, 13]));
  assertEquals(seen.released, 1);
});

Deno.test("BodyFactory.create() reads asynchronous sources", async () => {
  const { seen, content: remote } = content(5, { source: source({ synchronous: false }) });
  const body = new BodyFactory().create(remote);
  assertInstanceOf(body, Promise);
  assertEquals(seen.released, 0);
  assertEquals(await body, new Uint8Array([1, 2, 3, 7, 8]));
  assertEquals(seen.released, 1);
});

Deno.test("BodyFactory.create() releases a source that fails", () => {
  const { seen, content: broken } = content(10, { source: source({ broken: 8 }) });
  assertThrows(() => new BodyFactory().create(broken), MediaError, "Cannot read it");
  assertEquals(seen.released, 1);
});

for (const synchronous of [true, false]) {
  Deno.test(`BodyFactory.create() streams large bodies in slices, synchronous: ${synchronous}`, async () => {
    const size = 8 * MEGABYTE + 1;
    const { seen, content: large } = content(size, { source: source({ synchronous }) });
    const body = new BodyFactory().create(large);
    assertInstanceOf(body, ReadableStream);
    const bytes = await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
    assertEquals(bytes, await readPlan(createPlan(size), new Uint8Array(0)));
    assertEquals([seen.released, seen.failures], [1, []]);
  });
}

Deno.test("BodyFactory.create() reads a slice when the previous one was sent, and none after a disconnect", async () => {
  const { seen, content: large } = content(9 * MEGABYTE, { source: source({ broken: 100_000 }) });
  const reader = (new BodyFactory().create(large) as ReadableStream<Uint8Array>).getReader();
  assertEquals((await reader.read()).value?.length, 65536);
  assertEquals([seen.released, seen.failures], [0, []]); // the broken part is not reached
  await reader.cancel();
  assertEquals([seen.released, seen.failures], [1, []]);
});

Deno.test("BodyFactory.create() reports why a stream failed", async () => {
  const { seen, content: large } = content(9 * MEGABYTE, { source: source({ broken: 100_000 }) });
  const body = new BodyFactory().create(large) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const error = await assertRejects(() => new Response(body).bytes(), MediaError);
  assertEquals([seen.released, seen.failures], [1, [error]]);
});

Deno.test("BodyFactory.create() bounds the memory of stalled clients", () => {
  let now = 0;
  const bodies = new BodyFactory(undefined, () => now);
  const kinds = Array.from({ length: 20 }, (_, i) => {
    const { content: large } = content(8 * MEGABYTE, { request: { connection: `${i}` } });
    return bodies.create(large) instanceof Uint8Array;
  });
  assertEquals(kinds, [...Array(16).fill(true), ...Array(4).fill(false)]);
  assertEquals(bodies.inFlight, 128 * MEGABYTE);
  assert(
    bodies.create(content(131_072, { request: { connection: "12" } }).content) instanceof
      Uint8Array,
  ); // two slices are sent in one buffer
  now = 17_000; // received by then, even at the lowest rate
  assertEquals(bodies.inFlight, 0);
});

/** A source whose reads hang until the test resumes each of them. */
function hangingSource() {
  const from = source();
  const waiting: (() => void)[] = [];
  const remote: Source = {
    ...from,
    synchronous: false,
    read: (offset, into) =>
      new Promise((resolve) => waiting.push(() => resolve(from.read(offset, into)))),
  };
  return { remote, waiting };
}

Deno.test("BodyFactory.create() counts a shared read once, then each response", async () => {
  const bodies = new BodyFactory();
  const { remote, waiting } = hangingSource();
  const all = ["a", "b", "c"].map((connection) => {
    const { content: one } = content(MEGABYTE, { source: remote, request: { connection } });
    return bodies.create({ ...one, start: connection === "c" ? 1 : 0 });
  });
  assertEquals([bodies.inFlight, waiting.length], [2 * MEGABYTE, 2]);
  waiting.forEach((resume) => resume());
  await Promise.all(all);
  assertEquals(bodies.inFlight, 3 * MEGABYTE);
});

Deno.test("BodyFactory.create() bounds the responses that waited for one read", async () => {
  const bodies = new BodyFactory();
  const { remote, waiting } = hangingSource();
  const all = Array.from(
    { length: 20 },
    (_, i) => content(8 * MEGABYTE, { source: remote, request: { connection: `${i}` } }),
  );
  const asked = all.map(({ content: one }) => bodies.create(one));
  assertEquals([bodies.inFlight, waiting.length], [8 * MEGABYTE, 1]);
  waiting[0]!();
  const kinds = (await Promise.all(asked)).map((body) => body instanceof Uint8Array);
  assertEquals(kinds, [...Array(16).fill(true), ...Array(4).fill(false)]);
  assertEquals(all.map(({ seen }) => seen.released), [...Array(16).fill(1), ...Array(4).fill(0)]);
});

Deno.test("BodyFactory.create() counts nothing if the read fails", async () => {
  const bodies = new BodyFactory();
  const from = source({ synchronous: false, broken: 8 });
  const { seen, content: broken } = content(10, { source: from });
  await assertRejects(async () => await bodies.create(broken), MediaError, "Cannot read it");
  assertEquals([seen.released, bodies.inFlight], [1, 0]);
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
  Deno.test(`BodyFactory.sliced() returns every range, synchronous: ${synchronous}`, async () => {
    const bodies = new BodyFactory({ maxWhole: 100, maxInFlight: 100, sliceSize: 4 });
    const plan = tenfold(5, source({ synchronous }));
    const key = { file: "film.json", etag: '"v1"' };
    const whole = await bodies.transformed(plan, key);
    const planned = await bodies.slices(plan, key);
    for (let start = 0; start < whole.length; start += 3) {
      for (let end = start + 1; end <= whole.length; end++) {
        const { seen, content: { release, onError } } = content(0);
        const part = { start, end, partial: true };
        const body = bodies.sliced(planned, part, { ...key, release, onError });
        const slices = await Array.fromAsync(body as ReadableStream<Uint8Array>);
        assert(slices.every(({ length }) => length <= 4));
        assertEquals(slices.flatMap((slice) => [...slice]), [...whole.subarray(start, end)]);
        assertEquals(seen, { released: 1, failures: [] });
      }
    }
  });
}

Deno.test("BodyFactory.slices() reads once for ten concurrent requests", async () => {
  const bodies = new BodyFactory();
  const { remote, waiting } = hangingSource();
  const key = { file: "film.json", etag: '"v1"' };
  const asked = Array.from({ length: 10 }, () => bodies.slices(tenfold(5, remote), key));
  assertEquals([bodies.inFlight, waiting.length], [5, 1]);
  waiting[0]!();
  assertEquals((await Promise.all(asked)).map(({ length }) => length), Array(10).fill(5));
  assertEquals(bodies.inFlight, 0);
});
