import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import {
  fitsSampleCount,
  formatIndex,
  parseIndex,
  peekIndex,
  type TrackIndex,
} from "../../lib/package/track_index.ts";

const INDEX: TrackIndex = {
  segmentationId: "c".repeat(32),
  tables: {
    moovDigest: "a".repeat(32),
    durations: {
      firsts: Float64Array.of(0, 5000),
      sums: Float64Array.of(0, 2 ** 40 + 1),
      samples: 9000,
      sum: 2 ** 41,
      min: 0,
    },
    offsets: {
      firsts: Float64Array.of(0, 1024, 2050),
      sums: Float64Array.of(0, 7, 2 ** 32),
      samples: 2100,
      sum: 2 ** 33,
      min: -512,
    },
    chunks: {
      firsts: Float64Array.of(0, 4096),
      descriptions: [0, 1],
      descriptionFirsts: [0, 4100],
    },
  },
  times: Float64Array.of(0, 2 ** 35, 2 ** 36),
  samples: Float64Array.of(1, 200, 9000),
  firstSampleTimes: Float64Array.of(-512, 2 ** 35 + 512),
  totals: Float64Array.of(400_000, 1),
  headers: Float64Array.of(900, 800),
};

const WITH_MOOV: TrackIndex = {
  ...INDEX,
  track: 2,
  decodeTimes: Float64Array.of(0, 2 ** 34, 2 ** 35),
  points: Uint8Array.of(0, 255, 7),
  moov: {
    fileSize: 2 ** 33,
    offset: 2 ** 32,
    size: 1000,
    rows: [100, 400, 400, 990],
    bytes: new Uint8Array(110).fill(9),
    checks: "d".repeat(32),
  },
  syncs: {
    samples: Uint32Array.of(1, 50, 2 ** 31),
    step: 512,
    offsets: Int32Array.of(-512, 2 ** 31 - 1, 0),
  },
  bandwidths: {
    target: 8,
    muxedAudio: "e",
    iframes: { bandwidth: 9000, averageBandwidth: 0 },
    ts: { bandwidth: 90000, averageBandwidth: 80000 },
    tsIframes: { bandwidth: 1, averageBandwidth: 1 },
  },
};

Deno.test("parseIndex() reads what formatIndex() wrote", () => {
  const text = formatIndex(INDEX);
  assertEquals(parseIndex(text), INDEX);
  assertEquals(parseIndex(formatIndex(WITH_MOOV)), WITH_MOOV);
  const indices = Float64Array.of(3, 4, 2 ** 20);
  const corrected = { ...INDEX.tables, emptySamples: indices, syncSamples: indices };
  assertEquals(parseIndex(formatIndex({ ...INDEX, tables: corrected }))?.tables, corrected);
  const { offsets: _, ...tables } = INDEX.tables;
  assertEquals(parseIndex(formatIndex({ ...INDEX, tables })), { ...INDEX, tables });
});

Deno.test("parseIndex() reads decode times, and refuses columns that are none", () => {
  const column = (...values: number[]) => Float64Array.from(values);
  const read = (retiming: TrackIndex["retiming"]) =>
    parseIndex(formatIndex({ ...INDEX, retiming }));
  const valid = { samples: column(0, 7), shifts: column(5, -3), minCompositionOffset: -1 };
  for (const retiming of [undefined, null, valid]) assertEquals(read(retiming)?.retiming, retiming);
  const refused: TrackIndex["retiming"][] = [
    { ...valid, samples: column(0) },
    { ...valid, samples: column(7, 7) },
    { ...valid, samples: column(0.5, 7) },
    { ...valid, samples: column(-1, 7) },
    { ...valid, shifts: column(5, NaN) },
    { ...valid, minCompositionOffset: Infinity },
  ];
  for (const retiming of refused) assertEquals(read(retiming), undefined);
});

Deno.test("parseIndex() refuses an index that was changed", () => {
  const text = formatIndex(INDEX);
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
    if (text[at] !== "=") assertEquals(parseIndex(changed), undefined, `${at}`);
  }
});

/** Adds a digest as `formatIndex` does. */
function addDigest(packed: Uint8Array<ArrayBuffer>): string {
  return createHash("sha256").update(packed).digest("hex").slice(0, 16) + packed.toBase64();
}

function decompress(index: string): string {
  return inflateRawSync(Uint8Array.fromBase64(index.slice(16))).toString();
}

function forge(value: unknown): string {
  return addDigest(new Uint8Array(deflateRawSync(JSON.stringify(value))));
}

Deno.test("parseIndex() refuses invalid content with a valid digest", () => {
  const written = JSON.parse(decompress(formatIndex(INDEX)));
  assertEquals(parseIndex(forge(written)), INDEX);
  assertEquals(parseIndex(addDigest(Uint8Array.of(255, 1, 2))), undefined);
  assertEquals(parseIndex(addDigest(new Uint8Array(deflateRawSync("no JSON")))), undefined);
  assertEquals(
    parseIndex(addDigest(new Uint8Array(deflateRawSync(" ".repeat(2 ** 25))))),
    undefined,
  );
  const wrongValues = [null, [null], ["1"], {}, 1e999, undefined];
  for (const key of Object.keys(written)) {
    for (const wrong of wrongValues) {
      if (key === "offsets" && wrong === undefined) continue;
      assertEquals(parseIndex(forge({ ...written, [key]: wrong })), undefined, `${key}: ${wrong}`);
    }
  }
  for (const key of ["durations", "offsets", "chunks"]) {
    for (const inner of Object.keys(written[key])) {
      const value = { ...written, [key]: { ...written[key], [inner]: ["1"] } };
      assertEquals(parseIndex(forge(value)), undefined, `${key}.${inner}`);
    }
  }
  for (const value of [null, [], "x", 1]) assertEquals(parseIndex(forge(value)), undefined);
});

Deno.test("parseIndex() refuses a moov that is no part of the file", () => {
  const written = JSON.parse(decompress(formatIndex(WITH_MOOV)));
  const wrong: Record<string, unknown[]> = {
    decodes: [null, "1", [null]],
    points: [null, "?", 1],
    track: [null, "1", -1, 0.5],
    moov: [null, 1, []],
  };
  for (const [key, values] of Object.entries(wrong)) {
    for (const value of values) {
      assertEquals(parseIndex(forge({ ...written, [key]: value })), undefined);
    }
  }
  for (
    const change of [
      { fileSize: 2 ** 32 },
      { offset: -1 },
      { size: 2 ** 40 },
      { fileSize: 2 ** 45, size: 2 ** 40, rows: [100, 2 ** 40 - 10] }, // far too large to allocate
      { rows: [100, 400, 300, 890] },
      { rows: [100, 400, 400] },
      { rows: [100, 400] },
      { bytes: "AAAA" },
      { bytes: undefined },
      { checks: 1 },
    ]
  ) {
    const moov = { ...written.moov, ...change };
    assertEquals(parseIndex(forge({ ...written, moov })), undefined, JSON.stringify(change));
  }
});

/** Differences of an index. */
function packed(...differences: number[]): string {
  return new Uint8Array(Int32Array.from(differences).buffer).toBase64();
}

Deno.test("parseIndex() refuses sync samples and bandwidths that are invalid", () => {
  const written = JSON.parse(decompress(formatIndex(WITH_MOOV)));
  const wrong: [key: string, changes: unknown[]][] = [
    ["syncs", [
      { samples: packed(1, 0, 1) },
      { samples: packed(1, -1, 1) },
      { samples: packed(-1, 2, 1) }, // 2^32 - 1, then 1
      { samples: packed(1, 2) },
      { samples: packed(1, 2, 3).slice(0, -4) },
      { samples: "1" },
      { samples: [1, 2, 3] },
      { step: -1 },
      { step: 0.5 },
      { offsets: packed(1, 2) },
      { offsets: [1, 2, 3] },
      { offsets: null },
    ]],
    ["bandwidths", [
      { target: -1 },
      { target: "8" },
      { muxedAudio: undefined },
      ...["iframes", "ts", "tsIframes"].flatMap((kind) =>
        [null, 1, {}, { bandwidth: 1 }, { bandwidth: -1, averageBandwidth: 1 }]
          .map((value) => ({ [kind]: value }))
      ),
    ]],
  ];
  for (const [key, changes] of wrong) {
    for (const change of changes) {
      const value = forge({ ...written, [key]: { ...written[key], ...change as object } });
      assertEquals(parseIndex(value), undefined, JSON.stringify(change));
    }
    for (const value of [null, 1, "1", []]) {
      assertEquals(parseIndex(forge({ ...written, [key]: value })), undefined);
    }
  }
});

Deno.test("parseIndex() takes the bytes that it decompresses from a budget, and stops there", () => {
  const text = formatIndex(INDEX);
  const { length } = decompress(text);
  const budget = { left: 2 * length };
  assertEquals(parseIndex(text, length, budget), INDEX);
  assertEquals(budget.left, length);
  assertEquals(parseIndex(text, length - 1, budget), undefined);
  assertEquals(budget.left, 1);
  assertEquals(parseIndex(text, length, budget), undefined);
  assertEquals(budget.left, 0);
});

Deno.test("peekIndex() reads track and moov from the start of an index, however long it is", () => {
  const moovDigest = INDEX.tables.moovDigest;
  assertEquals(peekIndex(formatIndex(INDEX)), { moovDigest });
  assertEquals(peekIndex(formatIndex(WITH_MOOV)), { track: 2, moovDigest });
  const random = Float64Array.from({ length: 9999 }, (_, i) => (i * 7919) % 10007);
  const long = formatIndex({
    ...WITH_MOOV,
    segmentationId: "0123456789abcdef".repeat(2),
    totals: random,
  });
  assert(long.length > 10_000);
  assertEquals(peekIndex(long), { track: 2, moovDigest });
  const written = JSON.parse(decompress(formatIndex(INDEX)));
  assertEquals(peekIndex(forge({ ...written, revision: 2 })), undefined);
  assertEquals(peekIndex(forge("x".repeat(2 ** 24))), undefined);
  assertEquals(peekIndex("0123456789abcdefAAAA"), undefined);
});

Deno.test("fitsSampleCount() returns false for columns that are longer than the track", () => {
  const three = Float64Array.of(1, 2, 3);
  const { tables } = INDEX;
  assertEquals([3, 2, 1].map((count) => fitsSampleCount(INDEX, count)), [true, true, false]);
  const longer: TrackIndex[] = [
    { ...INDEX, headers: three },
    { ...INDEX, decodeTimes: Float64Array.of(1, 2, 3, 4) },
    { ...INDEX, retiming: { samples: three, shifts: three, minCompositionOffset: 0 } },
    { ...INDEX, syncs: WITH_MOOV.syncs },
    { ...INDEX, tables: { ...tables, emptySamples: three } },
    { ...INDEX, tables: { ...tables, syncSamples: three } },
    { ...INDEX, tables: { ...tables, chunks: { ...tables.chunks, descriptions: [0, 1, 0] } } },
  ];
  for (const index of longer) {
    assertEquals([fitsSampleCount(index, 3), fitsSampleCount(index, 2)], [true, false]);
  }
});
