import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import {
  getBufferSize,
  getPlanSize,
  readPlan,
  readPlanNow,
  toSampleRanges,
} from "../../lib/storage/read_plan.ts";
import type { ByteRange, SegmentPlan } from "../../lib/storage/read_plan.ts";
import type { Source } from "../../lib/storage/source.ts";

const FILE = Uint8Array.from({ length: 400_000 }, (_, i) => i % 251);

function source(synchronous: boolean): Source & { reads: [offset: number, size: number][] } {
  const reads: [number, number][] = [];
  const fill = (offset: number, into: Uint8Array) =>
    into.set(FILE.subarray(offset, offset + into.length));
  return {
    name: "file.mp4",
    size: FILE.length,
    synchronous,
    reads,
    read(offset, into) {
      reads.push([offset, into.length]);
      if (synchronous) return fill(offset, into);
      return Promise.resolve().then(() => fill(offset, into));
    },
    close: () => {},
  };
}

type Range = Omit<ByteRange, "source">;

function plan(parts: Range[], from: Source = source(true)): SegmentPlan {
  const ranges = parts.map((part) => ({ source: from, ...part }));
  return { type: "video/mp4", header: Uint8Array.of(1, 2, 3), ranges };
}

function expected({ header, ranges }: SegmentPlan): number[] {
  return [
    ...header,
    ...ranges.flatMap(({ offset, size }) => [...FILE.subarray(offset, offset + size)]),
  ];
}

const cases: [name: string, ranges: Range[], reads: number][] = [
  ["nothing", [], 0],
  ["one range", [{ offset: 10, size: 100 }], 1],
  ["ranges with small gaps, which are removed", [{ offset: 10, size: 5 }, { offset: 30, size: 5 }, {
    offset: 99,
    size: 7,
  }], 1],
  ["a gap of 64 KB, which is not read", [{ offset: 0, size: 5 }, { offset: 65541, size: 5 }], 2],
  ["a gap of less than 64 KB", [{ offset: 0, size: 5 }, { offset: 65540, size: 5 }], 1],
  ["ranges that go back in the file", [{ offset: 300, size: 5 }, { offset: 30, size: 5 }, {
    offset: 40,
    size: 5,
  }], 2],
  ["the same range twice", [{ offset: 300, size: 5 }, { offset: 300, size: 5 }], 2],
];

for (const synchronous of [true, false]) {
  for (const [name, ranges, reads] of cases) {
    Deno.test(`readPlan() reads ${name} from ${synchronous ? "a synchronous" : "an asynchronous"} source`, async () => {
      const from = source(synchronous);
      const bytes = await readPlan(plan(ranges, from), new Uint8Array(200_000));
      assertEquals([...bytes], expected(plan(ranges)));
      assertEquals(bytes.length, getPlanSize(plan(ranges)));
      assertEquals(from.reads.length, reads);
    });
  }
}

Deno.test("readPlan() uses the buffer if header, ranges and gaps fit", () => {
  const segment = plan([{ offset: 0, size: 10 }, { offset: 20, size: 10 }]);
  assertEquals(getBufferSize(segment), 33);
  const buffer = new Uint8Array(33);
  assertEquals((readPlan(segment, buffer) as Uint8Array).buffer, buffer.buffer);
  assert(
    (readPlan(segment, new Uint8Array(32)) as Uint8Array).buffer !== buffer.buffer,
  );
});

Deno.test("readPlan() does not use the buffer with an asynchronous source", async () => {
  const buffer = new Uint8Array(100);
  await readPlan(plan([{ offset: 5, size: 10 }], source(false)), buffer);
  assert(buffer.every((byte) => byte === 0));
});

Deno.test("readPlan() calls transform()", async () => {
  for (const synchronous of [true, false]) {
    const segment = {
      ...plan([{ offset: 5, size: 3 }], source(synchronous)),
      transform: (bytes: Uint8Array) => bytes.toReversed(),
    };
    assertEquals([...await readPlan(segment, new Uint8Array(100))], [
      7,
      6,
      5,
      3,
      2,
      1,
    ]);
  }
});

Deno.test("readPlan() rejects with the error of the source", async () => {
  const failing: Source = {
    ...source(false),
    read: () => Promise.reject(new MediaError("Cannot read byte 5 (EIO)", "MEDIA_READ")),
  };
  await assertRejects(
    async () => await readPlan(plan([{ offset: 5, size: 3 }], failing), new Uint8Array(9)),
    MediaError,
  );
});

Deno.test("toSampleRanges() merges contiguous samples", () => {
  const ranges = toSampleRanges(source(true), {
    offsets: Float64Array.of(100, 110, 150, 2 ** 33),
    sizes: Uint32Array.of(10, 20, 5, 6),
  }).map(({ offset, size }) => ({ offset, size }));
  assertEquals(ranges, [{ offset: 100, size: 30 }, { offset: 150, size: 5 }, {
    offset: 2 ** 33,
    size: 6,
  }]);
});

Deno.test("readPlan() does not read the same gaps repeatedly if samples alternate between positions", async () => {
  const ranges = Array.from({ length: 300 }, (_, i) => ({ offset: 60000 * (i % 3), size: 1 }));
  let read = 0;
  const counting: Source = {
    ...source(true),
    read: (_, into) => void (read += into.length),
  };
  const bytes = await readPlan(plan(ranges, counting), new Uint8Array(200_000));
  assertEquals(bytes.length, 303);
  assertEquals(read < 2 ** 21, true); // with all gaps: 100 times 120 KB
});

/** A source that has the first bytes in memory. */
function cachedSource(size: number) {
  const loads: [offset: number, size: number][][] = [];
  const { read, ...rest } = source(false);
  const readNow = (offset: number, into: Uint8Array) => {
    if (offset + into.length > size) return false;
    into.set(FILE.subarray(offset, offset + into.length));
    return true;
  };
  const load = (ranges: readonly Range[]) => {
    loads.push(ranges.map(({ offset, size }) => [offset, size]));
    return Promise.resolve();
  };
  return { ...rest, read, readNow, load, loads };
}

Deno.test("readPlanNow() reads what is in memory into the buffer, and else returns nothing", () => {
  const ranges = [{ offset: 0, size: 4 }, { offset: 100_000, size: 4 }];
  const buffer = new Uint8Array(64);
  for (const from of [source(true), cachedSource(100_004)]) {
    const bytes = readPlanNow(plan(ranges, from), buffer);
    assertEquals([[...bytes ?? []], bytes?.buffer], [expected(plan(ranges)), buffer.buffer]);
  }
  for (const from of [source(false), cachedSource(100_003)]) {
    assertEquals(readPlanNow(plan(ranges, from), buffer), undefined);
    assertEquals(from.reads, []);
  }
});

Deno.test("readPlanNow() looks at both ends of a range before it allocates memory", () => {
  const sizes: number[] = [];
  const { readNow, ...rest } = cachedSource(100);
  const from = {
    ...rest,
    readNow(offset: number, into: Uint8Array) {
      sizes.push(into.length);
      return readNow(offset, into);
    },
  };
  assertEquals(readPlanNow(plan([{ offset: 0, size: 101 }], from), new Uint8Array(0)), undefined);
  assertEquals(sizes, [1, 1]);
});

Deno.test("readPlanNow() aligns the first read from memory with its offset", () => {
  for (let offset = 0; offset < 16; offset++) {
    let address = -1;
    const { readNow, ...rest } = cachedSource(100);
    const from = {
      ...rest,
      readNow(offset: number, into: Uint8Array) {
        address = into.byteOffset;
        return readNow(offset, into);
      },
    };
    const segment = plan([{ offset, size: 4 }], from);
    for (const size of [0, 6, 64]) {
      assertEquals([...readPlanNow(segment, new Uint8Array(size)) ?? []], expected(segment));
      assertEquals(address % 8, offset % 8);
    }
  }
});

Deno.test("readPlan() loads all ranges of each source before it reads any", async () => {
  const [a, b] = [cachedSource(0), cachedSource(0)];
  const segment = plan([]);
  const ranges = [a, b, a].map((source, i) => ({ source, offset: 100_000 * i, size: 4 }));
  const bytes = await readPlan({ ...segment, ranges }, new Uint8Array(64));
  assertEquals([...bytes], expected({ ...segment, ranges }));
  assertEquals([a.loads, b.loads], [[[[0, 4], [200_000, 4]]], [[[100_000, 4]]]]);
  assertEquals([a.reads.length, b.reads.length], [2, 1]);
});

Deno.test("readPlan() reads what it loaded without waiting", async () => {
  const first = cachedSource(0);
  const source = {
    ...first,
    readNow: (offset: number, into: Uint8Array) =>
      first.loads.length > 0 && cachedSource(1e6).readNow(offset, into),
  };
  const segment = { ...plan([]), ranges: [{ source, offset: 8, size: 4 }] };
  const bytes = await readPlan(segment, new Uint8Array(64));
  assertEquals([[...bytes], first.reads], [expected(segment), []]);
});

Deno.test("readPlan() reads several sources in the order of the ranges", () => {
  const [a, b] = [source(true), source(true)];
  const ranges = [{ source: a, offset: 0, size: 4 }, { source: b, offset: 4, size: 4 }, {
    source: a,
    offset: 8,
    size: 4,
  }];
  const segment = { ...plan([]), ranges };
  assertEquals([...readPlan(segment, new Uint8Array(64)) as Uint8Array], expected(segment));
  assertEquals([a.reads, b.reads], [[[0, 4], [8, 4]], [[4, 4]]]);
});

Deno.test("toSampleRanges() rejects samples in more than 262144 places", () => {
  const count = 2 ** 18 + 1;
  const samples = {
    offsets: Float64Array.from({ length: count }, (_, i) => 2 * i),
    sizes: new Uint32Array(count).fill(1),
  };
  assertThrows(
    () => toSampleRanges(source(true), samples),
    MediaError,
    "Cannot read a segment of more than 262144 separate parts of the file",
  );
  const { offsets, sizes } = samples;
  const fewer = { offsets: offsets.subarray(1), sizes: sizes.subarray(1) };
  assertEquals(toSampleRanges(source(true), fewer).length, 2 ** 18);
});
