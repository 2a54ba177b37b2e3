import { assert, assertEquals } from "@std/assert";
import { formatIndex, parseIndex, peekIndex } from "../../lib/package/index_text.ts";
import type { TrackIndex } from "../../lib/package/track_index.ts";
import {
  addDigest,
  decompressIndex,
  INDEX,
  sealDocument,
  sealOlder,
  sealPacked,
  unpackIndex,
  WITH_MOOV,
} from "./sample_indexes.ts";

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

Deno.test("parseIndex() refuses invalid content with a valid digest", () => {
  const written = unpackIndex(formatIndex(INDEX));
  assertEquals(parseIndex(sealDocument(written)), INDEX);
  for (const bytes of [[255, 1, 2], [0x17], [0x17, 255], []]) {
    assertEquals(parseIndex(addDigest(Uint8Array.from(bytes))), undefined, `${bytes}`);
  }
  for (const seal of [sealOlder, sealPacked]) {
    for (const json of ["no JSON", " ".repeat(2 ** 25), "{}", "null"]) {
      assertEquals(parseIndex(seal(json)), undefined);
    }
  }
  const wrongValues = [null, [null], ["1"], {}, 1e999, undefined];
  for (const key of Object.keys(written)) {
    for (const wrong of wrongValues) {
      if (key === "offsets" && wrong === undefined) continue;
      assertEquals(
        parseIndex(sealDocument({ ...written, [key]: wrong })),
        undefined,
        `${key}: ${wrong}`,
      );
    }
  }
  for (const key of ["durations", "offsets", "chunks"]) {
    for (const inner of Object.keys(written[key])) {
      const value = { ...written, [key]: { ...written[key], [inner]: ["1"] } };
      assertEquals(parseIndex(sealDocument(value)), undefined, `${key}.${inner}`);
    }
  }
  for (const value of [null, [], "x", 1]) assertEquals(parseIndex(sealDocument(value)), undefined);
});

Deno.test("parseIndex() refuses a moov that is no part of the file", () => {
  const written = unpackIndex(formatIndex(WITH_MOOV));
  const wrong: Record<string, unknown[]> = {
    decodes: [null, "1", [null]],
    points: [null, "?", 1],
    track: [null, "1", -1, 0.5],
    moov: [null, 1, []],
  };
  for (const [key, values] of Object.entries(wrong)) {
    for (const value of values) {
      assertEquals(parseIndex(sealDocument({ ...written, [key]: value })), undefined);
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
      { bytes: new Uint8Array(111) },
      { bytes: "A".repeat(148) },
      { bytes: undefined },
      { checks: 1 },
    ]
  ) {
    const moov = { ...written.moov, ...change };
    assertEquals(parseIndex(sealDocument({ ...written, moov })), undefined, JSON.stringify(change));
  }
});

Deno.test("parseIndex() refuses sync samples, points and bandwidths that are invalid", () => {
  const written = unpackIndex(formatIndex(WITH_MOOV));
  const wrong: [key: string, changes: unknown[]][] = [
    ["syncs", [
      { samples: [1, 0, 1] },
      { samples: [1, -1, 1] },
      { samples: [-1, 2, 1] },
      { samples: [1, 2, 2 ** 32] },
      { samples: [0.5, 0.5, 1] },
      { samples: [1, 2] },
      { samples: "1" },
      { step: -1 },
      { step: 0.5 },
      { offsets: [1, 2] },
      { offsets: [1, 2, 2 ** 31] },
      { offsets: [1, 0.5, 0.5] },
      { offsets: null },
    ]],
    ["points", [
      { media: new Uint8Array(1) },
      { media: "AAAA" },
      { gaps: written.points.gaps.map((gap: number) => gap - 2 ** 34) },
      { sizes: [1] },
      { sizes: written.points.sizes.map((size: number) => size + 2 ** 32) },
      { durations: written.points.durations.map(() => -1) },
      { shifts: written.points.shifts.map(() => 2 ** 31) },
      { flags: written.points.flags.map(() => 0.5) },
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
      const value = sealDocument({ ...written, [key]: { ...written[key], ...change as object } });
      assertEquals(parseIndex(value), undefined, JSON.stringify(change));
    }
    for (const value of [null, 1, "1", []]) {
      assertEquals(parseIndex(sealDocument({ ...written, [key]: value })), undefined);
    }
  }
});

Deno.test("parseIndex() takes the bytes that it decompresses from a budget, and stops there", () => {
  const text = formatIndex(INDEX);
  const { length } = decompressIndex(text);
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
  const random = Float64Array.from(
    { length: 9999 },
    (_, i) => Math.floor(1e9 * Math.abs(Math.sin(i))),
  );
  const long = formatIndex({
    ...WITH_MOOV,
    segmentationId: "0123456789abcdef".repeat(2),
    totals: random,
  });
  assert(long.length > 10_000);
  assertEquals(peekIndex(long), { track: 2, moovDigest });
  const written = unpackIndex(formatIndex(INDEX));
  for (const revision of [1, 3]) {
    assertEquals(peekIndex(sealDocument({ ...written, revision })), undefined);
  }
  assertEquals(peekIndex(sealDocument("x".repeat(2 ** 24))), undefined);
  assertEquals(peekIndex("0123456789abcdefAAAA"), undefined);
});
