import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import type { SampleTable } from "../../../lib/mp4/samples/sample_table.ts";
import { createSampleTable, readStbl, type StblBoxes } from "../../../lib/mp4/samples/stbl.ts";
import {
  concat,
  EMPTY_TABLES,
  fullBox,
  type Part,
  stbl,
  stsd,
  table,
  u32,
  u64,
  u8,
  visualEntry,
} from "../movie_file.ts";

/** Creates the sample table of a file, by default of 1000 bytes. */
function read(
  tables: Record<string, Part>,
  warnings: string[] = [],
  size = 1000,
  handler = "vide",
): SampleTable {
  const boxes: StblBoxes = { entries: [] };
  readStbl(new ByteReader(concat(stbl(tables))), handler, boxes);
  return createSampleTable(boxes, 1, { size, name: "film.mp4", warnings });
}

Deno.test("createSampleTable() reads offsets, sizes, durations and flags", () => {
  const samples = read({ stss: table("stss", [1], [3]), stco: table("stco", [50]) }).readSamples(
    0,
    4,
  );
  assertEquals([...samples.offsets], [50, 60, 80, 110]);
  assertEquals([...samples.sizes], [10, 20, 30, 40]);
  assertEquals([...samples.durations], [100, 100, 100, 100]);
  assertEquals([...samples.compositionOffsets], [0, 0, 0, 0]);
  assertEquals([...samples.flags], [0x02000000, 0x01010000, 0x02000000, 0x01010000]);
});

const SIZES: [what: string, box: Part, sizes: number[]][] = [
  ["stsz of one size", fullBox("stsz", 0, 0, u32(25, 3)), [25, 25, 25]],
  ["stsz with a table", fullBox("stsz", 0, 0, u32(0, 3, 1, 2, 300)), [1, 2, 300]],
  ["stz2 of 4 bits", fullBox("stz2", 0, 0, u32(4, 3), u8(0x1f, 0x70)), [1, 15, 7]],
  ["stz2 of 8 bits", fullBox("stz2", 0, 0, u32(8, 3), u8(1, 2, 255)), [1, 2, 255]],
  ["stz2 of 16 bits", fullBox("stz2", 0, 0, u32(16, 3), u8(1, 0, 0, 2, 0, 3)), [256, 2, 3]],
];

for (const [what, stsz, sizes] of SIZES) {
  Deno.test(`createSampleTable() reads ${what}`, () => {
    const samples = read({ stsz });
    assertEquals([...samples.readSamples(0, 3).sizes], sizes);
    assertEquals(samples.bytes(0, 3), sizes[0]! + sizes[1]! + sizes[2]!);
    assertEquals(samples.bytes(1, 2), sizes[1]!);
  });
}

Deno.test("createSampleTable() reads several runs of chunks and their descriptions", () => {
  const samples = read({
    stsd: stsd(visualEntry(), visualEntry("hvc1")),
    stsc: table("stsc", [1, 1, 1], [2, 2, 1], [3, 1, 2]),
    stco: table("stco", [500], [100], [300]),
  });
  assertEquals([...samples.readSamples(0, 4).offsets], [500, 100, 120, 300]);
  assertEquals([...samples.readSamples(2, 4).offsets], [120, 300]);
  assertEquals([0, 1, 2, 3].map((i) => samples.description(i)), [0, 0, 0, 1]);
  assertEquals([0, 3].map((i) => samples.descriptionEnd(i)), [3, 4]);
});

Deno.test("createSampleTable() reads alternating descriptions", () => {
  const samples = read({
    stsd: stsd(visualEntry(), visualEntry("hvc1")),
    stsc: table("stsc", [1, 1, 2], [2, 1, 1], [3, 2, 2]),
    stco: table("stco", [0], [100], [200]),
  });
  assertEquals([0, 1, 2, 3].map((i) => samples.description(i)), [1, 0, 1, 1]);
  assertEquals([0, 1, 2].map((i) => samples.descriptionEnd(i)), [1, 2, 4]);
});

Deno.test("createSampleTable() reads sdtp, and derives unknown dependencies from stss", () => {
  const sdtp = fullBox("sdtp", 0, 0, u8(0x24, 0x18, 0x00));
  const { flags } = read({ sdtp, stss: table("stss", [1]) }).readSamples(0, 4);
  assertEquals([...flags], [0x02400000, 0x01810000, 0x01010000, 0x01010000]);
});

Deno.test("createSampleTable() tolerates durations, chunks and runs past the last sample", () => {
  const samples = read({
    stts: table("stts", [2 ** 32 - 1, 100], [2 ** 32 - 1, 7]),
    stsc: table("stsc", [1, 3, 1], [3, 9, 1]),
    stco: table("stco", [0], [500]),
  });
  assertEquals([...samples.readSamples(0, 4).offsets], [0, 10, 30, 500]);
  assertEquals(samples.decodeTime(4), 400);
  assertEquals(samples.indexAt(1e9), 3);
});

Deno.test("createSampleTable() repeats the last duration if stts is too short, with a warning", () => {
  const warnings: string[] = [];
  const samples = read({ stts: table("stts", [1, 100], [1, 50]) }, warnings);
  assertEquals([...samples.readSamples(0, 4).durations], [100, 50, 50, 50]);
  assertEquals([0, 1, 2, 3, 4].map((i) => samples.decodeTime(i)), [0, 100, 150, 200, 250]);
  assertEquals(warnings, [
    "Track 1 has no duration for 2 of its 4 samples: the last duration was repeated",
  ]);
});

Deno.test("createSampleTable() reads a negative duration as one tick, with a warning", () => {
  const warnings: string[] = [];
  const samples = read({ stts: table("stts", [2, 100], [1, 2 ** 32 - 256], [1, 100]) }, warnings);
  assertEquals([...samples.readSamples(0, 4).durations], [100, 100, 1, 100]);
  assertEquals([0, 1, 2, 3, 4].map((i) => samples.decodeTime(i)), [0, 100, 200, 201, 301]);
  assertEquals([200, 201, 300].map((time) => samples.indexAt(time)), [2, 3, 3]);
  assertEquals(warnings, [
    "Track 1 has a negative duration for 1 of its 4 samples: each lasts one tick",
  ]);
});

Deno.test("createSampleTable() reads a sample of subtitles that lasts longer than 2^31 ticks", () => {
  const samples = read({ stts: table("stts", [4, 2 ** 31]) }, [], 1000, "text");
  assertEquals(samples.decodeTime(2), 2 ** 32);
});

Deno.test("createSampleTable() reads the empty tables of a fragmented movie", () => {
  const samples = read(EMPTY_TABLES);
  assertEquals([samples.count, samples.decodeTime(0), samples.indexAt(0)], [0, 0, -1]);
  assertEquals([samples.findSyncAtOrAfter(0), samples.findSyncAtOrBefore(0), samples.bytes(0, 0)], [
    0,
    -1,
    0,
  ]);
  assertEquals(samples.readSamples(0, 0).sizes.length, 0);
});

const INVALID: [what: string, tables: Record<string, Part>, message: string][] = [
  [
    "a count past the box",
    { stts: fullBox("stts", 0, 0, u32(9)) },
    "stts: Cannot read 9 entries where 0",
  ],
  ["a size count past the box", { stsz: fullBox("stsz", 0, 0, u32(0, 2 ** 32 - 1)) }, "4294967295"],
  [
    "a stz2 count past the box",
    { stsz: fullBox("stz2", 0, 0, u32(4, 3, 0).subarray(0, 9)) },
    "3 e",
  ],
  ["sizes of 5 bits", { stsz: fullBox("stz2", 0, 0, u32(5, 0)) }, "Cannot read sizes of 5 bits"],
  [
    "more samples than bytes",
    { stsz: fullBox("stsz", 0, 0, u32(1, 2 ** 32 - 1)) },
    "stbl/stsz: Cannot find 4294967295 samples of 1 bytes in a file of 1000 bytes",
  ],
  ["no sizes", { stsz: [] }, "stbl/stsz: Cannot find this box"],
  ["no durations", { stts: [] }, "stbl/stts: Cannot find the durations of 4 samples"],
  ["empty durations", { stts: table("stts") }, "Cannot find the durations of 4 samples"],
  [
    "an end past 2^53",
    { stts: table("stts", [2 ** 32 - 1, 2 ** 31 - 1]) },
    "stbl/stts: Cannot represent 9223372030412325000",
  ],
  ["no chunk runs", { stsc: [] }, "stbl/stsc: Cannot find 4 samples in chunks with 0 samples"],
  ["no chunks", { stco: [] }, "stbl/stsc: Cannot find 4 samples in chunks with 0 samples"],
  [
    "too few chunks",
    { stsc: table("stsc", [1, 3, 1]) },
    "Cannot find 4 samples in chunks with 3 samples",
  ],
  [
    "a first chunk of 0",
    { stsc: table("stsc", [0, 4, 1]) },
    "Cannot read first_chunk 0, expected 1",
  ],
  [
    "a first chunk of 2",
    { stsc: table("stsc", [2, 4, 1]) },
    "Cannot read first_chunk 2, expected 1",
  ],
  [
    "chunks in descending order",
    { stsc: table("stsc", [1, 4, 1], [3, 4, 1], [3, 4, 1]) },
    "Cannot read first_chunk 3, expected more than 3",
  ],
  [
    "an empty chunk",
    { stsc: table("stsc", [1, 0, 1]) },
    "Cannot read samples_per_chunk 0 of chunk 1",
  ],
  ["description 0", { stsc: table("stsc", [1, 4, 0]) }, "Cannot find sample description 0 of 1"],
  ["description 2 of 1", { stsc: table("stsc", [1, 4, 2]) }, "sample description 2 of 1"],
  [
    "sync sample 0",
    { stss: table("stss", [0]) },
    "stbl/stss: Cannot read sample_number 0, expected 1 to 4",
  ],
  [
    "sync sample 5 of 4",
    { stss: table("stss", [1], [5]) },
    "Cannot read sample_number 5, expected 1 to 4",
  ],
  [
    "sync samples in descending order",
    { stss: table("stss", [3], [2]) },
    "Cannot read sample_number 2, expected at least 3",
  ],
  ["samples past the end", { stco: table("stco", [950]) }, "stbl/stco: Cannot read samples up to"],
  [
    "an offset past 2^53",
    { stco: fullBox("co64", 0, 0, u32(1), u64(2 ** 62)) },
    "Cannot read samples up to byte 4611686018427388000: the file ends at 1000",
  ],
];

for (const [what, tables, message] of INVALID) {
  Deno.test(`createSampleTable() rejects ${what}`, () => {
    assertThrows(() => read(tables), MediaError, message);
  });
}

Deno.test("createSampleTable() allocates nothing per sample for four billion samples of equal size", () => {
  const count = 2 ** 32 - 1;
  const stsz = fullBox("stsz", 0, 0, u32(1, count));
  const stts = table("stts", [count, 1]);
  const samples = read({ stsz, stts, stsc: table("stsc", [1, count, 1]) }, [], 2 ** 33);
  assertEquals(samples.decodeTime(count), count);
  assertEquals(samples.bytes(5, count), count - 5);
  assertEquals([...samples.readSamples(count - 2, count).offsets], [count - 2, count - 1]);
});
