/** Resources whose sources and users a test controls. */

import { assertEquals } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { BodyFactory, type BodyFactoryOptions } from "../../lib/http/body.ts";
import { IMMUTABLE } from "../../lib/http/resource.ts";
import type { SegmentPlan } from "../../lib/storage/read_plan.ts";
import type { Source } from "../../lib/storage/source.ts";

export const MEGABYTE = 2 ** 20;

/** Byte `i` is `i % 251`; bytes from `broken` on cannot be read. */
export function source({ broken = Infinity, synchronous = true } = {}): Source {
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

export const METADATA = {
  file: "film.json",
  type: "video/mp4",
  etag: '"v1"',
  caching: IMMUTABLE,
};

export function createPlan(size: number, from: Source = source()): SegmentPlan {
  return {
    type: "video/mp4",
    header: new Uint8Array([1, 2, 3]),
    ranges: [{ source: from, offset: 7, size: size - 3 }],
  };
}

/** A resource, with a record of its users and of the errors of streams. */
export function createContent(
  size: number,
  { source: from, connection, completed, ...options }: Omit<BodyFactoryOptions, "report"> & {
    source?: Source;
    connection?: string;
    completed?: Promise<void>;
  } = {},
) {
  const seen = { held: 0, released: 0, failures: [] as unknown[] };
  const hold = () => {
    seen.held++;
    return { [Symbol.dispose]: () => void seen.released++ };
  };
  const report = (file: string, error: unknown) => {
    assertEquals(file, "film.json");
    seen.failures.push(error);
  };
  const resource = { ...METADATA, body: createPlan(size, from), size, hold };
  const bodies = new BodyFactory({ ...options, report });
  const create = (by = bodies, start = 0) =>
    by.create({ ...connection && { connection }, ...completed && { completed } }, resource, {
      start,
      end: size,
      partial: start > 0,
    });
  return { seen, create };
}

/** A source with bytes in memory while a test says so. Loads wait for the test, too. */
export function loadingSource() {
  const from = source();
  const loads: PromiseWithResolvers<void>[] = [];
  const seen = { inMemory: false, holdsLoads: true, reads: 0, loads };
  const remote: Source = {
    ...from,
    synchronous: false,
    read: (offset, into) => {
      seen.reads++;
      return Promise.resolve().then(() => from.read(offset, into));
    },
    readNow: (offset, into) => {
      if (seen.inMemory) from.read(offset, into);
      return seen.inMemory;
    },
    load: () => {
      const load = Promise.withResolvers<void>();
      if (!seen.holdsLoads) load.resolve();
      loads.push(load);
      return load.promise;
    },
  };
  return { remote, seen };
}

/** A source whose reads hang until the test resumes each of them. */
export function hangingSource() {
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
