/** What bodies and their clients occupy. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import type { Body } from "../../lib/http/response.ts";
import { createContent, createPlan, hangingSource, MEGABYTE, METADATA } from "./content.ts";

Deno.test("BodyFactory.create() bounds the memory of stalled clients", () => {
  let now = 0;
  const bodies = new BodyFactory({ now: () => now });
  const kinds = Array.from({ length: 132 }, (_, i) => {
    const { create } = createContent(MEGABYTE, { connection: `${i}` });
    return create(bodies) instanceof Uint8Array;
  });
  assertEquals(kinds, [...Array(128).fill(true), ...Array(4).fill(false)]);
  assertEquals(bodies.inFlight, 128 * MEGABYTE);
  assert(
    createContent(131_072, { connection: "12" }).create(bodies) instanceof Uint8Array,
  ); // two slices are sent in one buffer
  now = 2098; // received by then, even at the lowest rate
  assertEquals(bodies.inFlight, 0);
});

/** Size of the first chunk of a stream; `whole` for bytes. */
async function readFirst(body: Body): Promise<number | "whole"> {
  if (body instanceof Uint8Array) return "whole";
  const { value } = await body.getReader().read();
  return value!.length;
}

const bytes = new Uint8Array(12 * MEGABYTE);

for (const body of [bytes, createPlan(bytes.length)]) {
  const kind = body instanceof Uint8Array ? "bytes" : "a plan";
  Deno.test(`BodyFactory.create() streams ${kind} above 1 MB in slices of 1 MB, above 8 MB of 64 KB`, async () => {
    const bodies = new BodyFactory();
    const read = async (end: number) => {
      const range = { start: 0, end, partial: true };
      return await readFirst(await bodies.create({}, { ...METADATA, body }, range) as Body);
    };
    const sizes = await Promise.all([1, 1.5, 8, 9].map((megabytes) => read(megabytes * MEGABYTE)));
    assertEquals(sizes, ["whole", MEGABYTE, MEGABYTE, 65536]);
  });
}

Deno.test("BodyFactory.create() counts what a stream holds until the response has ended", async () => {
  const bodies = new BodyFactory();
  const { promise: completed, resolve } = Promise.withResolvers<void>();
  const kinds = await Promise.all(Array.from({ length: 70 }, async (_, i) => {
    const { create } = createContent(4 * MEGABYTE, { connection: `${i}`, completed });
    return await readFirst(await create(bodies) as Body);
  }));
  assertEquals(kinds.filter((size) => size === MEGABYTE).length, 63);
  assertEquals(kinds.filter((size) => size === 65536).length, 7);
  assertEquals(bodies.inFlight, 63 * 2 * MEGABYTE + 7 * 2 * 65536);
  resolve();
  await completed;
  assertEquals(bodies.inFlight, 0);
});

Deno.test("BodyFactory.create() bounds the responses that waited for one read", async () => {
  const bodies = new BodyFactory();
  const { remote, waiting } = hangingSource();
  const all = Array.from(
    { length: 132 },
    (_, i) => createContent(MEGABYTE, { source: remote, connection: `${i}` }),
  );
  const asked = all.map(({ create }) => create(bodies));
  assertEquals([bodies.inFlight, waiting.length], [MEGABYTE, 1]);
  waiting[0]!();
  const kinds = (await Promise.all(asked)).map((body) => body instanceof Uint8Array);
  assertEquals(kinds, [...Array(128).fill(true), ...Array(4).fill(false)]);
  assertEquals(all.map(({ seen }) => seen.held), [...Array(128).fill(0), ...Array(4).fill(1)]);
});

Deno.test("BodyFactory.create() counts the largest slice, and rejects more large ones than fit", async () => {
  const limits = { maxWhole: 4, maxBuffered: 4, maxInFlight: 10, sliceSize: 2 };
  const bodies = new BodyFactory({ limits });
  const { promise: completed, resolve } = Promise.withResolvers<void>();
  const send = async (size: number) => {
    const plan = { type: "video/mp4", header: new Uint8Array(size), ranges: [] };
    const resource = { ...METADATA, body: [{ plan, size }], size };
    const range = { start: 0, end: size, partial: false };
    await bodies.create({ connection: "a", completed }, resource, range);
  };
  for (let i = 0; i < 4; i++) await send(7);
  assertEquals(bodies.inFlight, 4 * 9);
  const error = await assertRejects(() => send(7), RequestError);
  assertEquals(error.code, "OVERLOADED");
  await send(4);
  resolve();
  await completed;
  assertEquals(bodies.inFlight, 0);
});
