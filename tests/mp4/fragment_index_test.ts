import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { Movie } from "../../lib/mp4/movie.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import type { Source } from "../../lib/storage/source.ts";
import { STORED_STRIDE } from "../../lib/mp4/samples/checkpoints.ts";
import { PAGE_SIZE } from "../../lib/mp4/samples/pages.ts";
import type { Samples } from "../../lib/mp4/samples/sample_table.ts";
import {
  box,
  concat,
  EMPTY_TABLES,
  fullBox,
  memorySource,
  moov,
  type Part,
  stbl,
  table,
  trak,
  u32,
  u64,
} from "./movie_file.ts";

/** trex of a track: duration 100, size 10, sync samples. */
const trex = (id: number) => fullBox("trex", 0, 0, u32(id, 1, 100, 10, 0x2000000));

const MOOV = moov(
  trak({ id: 1, tables: stbl(EMPTY_TABLES) }),
  trak({ id: 2, tables: stbl(EMPTY_TABLES), handler: "soun" }),
  box("mvex", trex(1), trex(2)),
);

const tfhd = (id: number, flags = 0x20000, ...fields: Part[]) =>
  fullBox("tfhd", 0, flags, u32(id), fields);
const tfdt = (time: number) => fullBox("tfdt", 1, 0, u64(time));
/** trun with a sample count and no rows. */
const trun = (count: number, dataOffset?: number) =>
  dataOffset === undefined
    ? fullBox("trun", 0, 0, u32(count))
    : fullBox("trun", 0, 1, u32(count, dataOffset));
const moof = (...trafs: Part[][]) => box("moof", trafs.map((boxes) => box("traf", boxes)));
const mdat = (size: number) => box("mdat", new Uint8Array(size));

function read(...parts: Part[]): Promise<Movie> {
  return readMovie(memorySource(concat(...parts)).source);
}

const all = ({ tracks }: Movie, track = 0): Samples => {
  const { samples } = tracks[track]!;
  return samples.readSamples(0, samples.count);
};

Deno.test("readMovie() combines the fields of trex, tfhd and trun", async () => {
  const movie = await read(
    MOOV,
    moof([tfhd(1), trun(2)]),
    mdat(20),
    moof([tfhd(1, 0x20038, u32(200, 5, 0x1010000)), trun(1), fullBox("trun", 0, 4, u32(2, 7))]),
    mdat(20),
    moof([tfhd(1), fullBox("trun", 1, 0xf00, u32(1, 300, 7, 0x1010000, -9))]),
    mdat(20),
  );
  const samples = all(movie);
  assertEquals([...samples.durations], [100, 100, 200, 200, 200, 300]);
  assertEquals([...samples.sizes], [10, 10, 5, 5, 5, 7]);
  assertEquals([...samples.flags], [
    ...[0x2000000, 0x2000000, 0x1010000, 7, 0x1010000, 0x1010000],
  ]);
  assertEquals([...samples.compositionOffsets], [0, 0, 0, 0, 0, -9]);
  assertEquals(movie.warnings, []);
});

/** Offsets of the samples of track 1 and 2, relative to the start of the moof. */
const DATA_OFFSETS: [what: string, trafs: Part[][], offsets: number[][]][] = [
  [
    "default-base-is-moof and data offsets",
    [[tfhd(1), trun(2, 100)], [tfhd(2), trun(1, 120)]],
    [[100, 110], [120]],
  ],
  [
    "neither base nor default: after the data of the previous traf",
    [[tfhd(1, 0), trun(2, 100)], [tfhd(2, 0), trun(1)]],
    [[100, 110], [120]],
  ],
  [
    "neither base nor default, with an offset relative to that",
    [[tfhd(1, 0), trun(2, 100)], [tfhd(2, 0), trun(1, 5)]],
    [[100, 110], [125]],
  ],
  [
    "an absolute base",
    [[tfhd(1, 1, u64(MOOV.length)), trun(2, 7)], [tfhd(2, 1, u64(MOOV.length + 50)), trun(1)]],
    [[7, 17], [50]],
  ],
  [
    "several truns, the later ones without an offset",
    [[tfhd(1), trun(1, 100), trun(1), trun(1, 150)], [tfhd(2), trun(1, 9)]],
    [[100, 110, 150], [9]],
  ],
  [
    "several trafs of one track",
    [[tfhd(1), trun(1, 100)], [tfhd(1), trun(1, 200)], [tfhd(2, 0), trun(1)]],
    [[100, 200], [210]],
  ],
];

for (const [what, trafs, offsets] of DATA_OFFSETS) {
  Deno.test(`readMovie() computes sample offsets: ${what}`, async () => {
    const movie = await read(MOOV, moof(...trafs), mdat(300));
    const actual = [0, 1].map((track) =>
      [...all(movie, track).offsets].map((at) => at - MOOV.length)
    );
    assertEquals(actual, offsets);
  });
}

/** Durations of four samples in two fragments with these tfdt. */
const TIMES: [what: string, times: (number | undefined)[], durations: number[], start: number][] = [
  ["absent", [undefined, undefined], [100, 100, 100, 100], 0],
  ["contiguous", [0, 200], [100, 100, 100, 100], 0],
  ["with a late start", [5000, 5200], [100, 100, 100, 100], 5000],
  ["with a gap", [0, 1000], [100, 900, 100, 100], 0],
  ["with an overlap", [0, 150], [100, 50, 100, 100], 0],
  ["equal to that of the last sample", [0, 100], [100, 0, 100, 100], 0],
];

for (const [what, times, durations, start] of TIMES) {
  Deno.test(`readMovie() applies decode times: ${what}`, async () => {
    const fragments = times.map((time) => [
      moof([tfhd(1), time === undefined ? [] : tfdt(time), trun(2)]),
      mdat(100),
    ]);
    const movie = await read(MOOV, fragments);
    const { samples } = movie.tracks[0]!;
    assertEquals([...all(movie).durations], durations);
    const ends = durations.map((_, i) => durations.slice(0, i).reduce((a, b) => a + b, start));
    assertEquals(durations.map((_, i) => samples.decodeTime(i)), ends);
  });
}

Deno.test("readMovie() concatenates the samples of moov and fragments", async () => {
  const tables = stbl({ stco: table("stco", [0]) });
  const head = moov(trak({ tables }), box("mvex", trex(1)));
  const movie = await read(head, moof([tfhd(1), tfdt(450), trun(2)]), mdat(100));
  assertEquals([...all(movie).durations], [100, 100, 100, 150, 100, 100]);
  assertEquals([...all(movie).offsets].map((at) => at - head.length), [
    ...[-head.length, 10 - head.length, 30 - head.length, 60 - head.length, 0, 10],
  ]);
});

Deno.test("readMovie() reads fragments before moov", async () => {
  const movie = await read(moof([tfhd(1), trun(2)]), mdat(20), MOOV, moof([tfhd(1), trun(1)]));
  assertEquals([...all(movie).offsets].slice(0, 2), [0, 10]);
});

Deno.test("readMovie() skips sidx, styp, emsg, free and mfra", async () => {
  const between = ["styp", "sidx", "emsg", "free", "prft"].map((type) => box(type, u32(0, 0)));
  const fragment = [between, moof([tfhd(1), trun(2)]), mdat(20)];
  const movie = await read(MOOV, fragment, fragment, box("mfra", box("mfro", u32(0, 0))));
  assertEquals(movie.tracks[0]!.samples.count, 4);
});

Deno.test("readMovie() ignores a last fragment with truncated media", async () => {
  const complete = [MOOV, moof([tfhd(1), trun(2)]), mdat(20)];
  const movie = await read(complete, moof([tfhd(1), trun(9, 100)], [tfhd(2), trun(1)]), mdat(5));
  assertEquals(movie.tracks.map(({ samples }) => samples.count), [2, 0]);
  assertEquals(movie.warnings.length, 1);
  assertEquals(
    movie.warnings[0]!.startsWith("The last fragment is truncated and was ignored"),
    true,
  );
});

/** The rows after the last checkpoint of an index take 8 KB. */
const RUNS = 41 * STORED_STRIDE - 1;

/** Returns a moov of a track without samples and of one with a long table of durations, after some free space. */
function longMoov(free: number): Uint8Array {
  const tables = stbl({
    stsz: fullBox("stsz", 0, 0, u32(1, RUNS)),
    stsc: table("stsc", [1, RUNS, 1]),
    stco: table("stco", [0]),
    stts: table("stts", ...Array.from({ length: RUNS }, (_, i) => [1, 90 + i % 2])),
  });
  return moov(
    trak({ id: 1, tables: stbl(EMPTY_TABLES) }),
    box("mvex", trex(1), trex(2)),
    box("free", new Uint8Array(free)),
    trak({ id: 2, tables, handler: "soun" }),
  );
}

Deno.test("readMovie() ignores a last fragment with truncated media on slow storage, with an index", async () => {
  const bodySize = (free: number) => longMoov(free).length - 8;
  const free = 2 * PAGE_SIZE + 4096 - bodySize(0) % PAGE_SIZE; // the last page has half of the rows after the checkpoint
  assertEquals(bodySize(free) % PAGE_SIZE, 4096);
  const truncated = moof([tfhd(1), trun(9, 100)], [tfhd(2), trun(1)]);
  const { source } = memorySource(concat(longMoov(free), truncated, mdat(5)));
  const expected = await readMovie(source);
  const slow: Source = {
    ...source,
    synchronous: false,
    read: async (offset, into) => {
      await Promise.resolve();
      source.read(offset, into);
    },
  };
  const known = expected.tracks[1]!.samples.checkpoints!()!;
  const movie = await readMovie(slow, {
    findTables: ({ id }, { digest }) => id === 2 && digest === known.moovDigest ? known : undefined,
    findMoov: () => undefined,
  });
  assertEquals(movie.tracks.map(({ samples }) => samples.count), [0, RUNS]);
  assertEquals(movie.warnings, expected.warnings);
  assertEquals(movie.warnings.length, 1);
});

Deno.test("readMovie() ignores a last fragment with a truncated moof", async () => {
  const truncated = moof([tfhd(1), trun(9)]).subarray(0, 30);
  const movie = await read(MOOV, moof([tfhd(1), trun(2)]), mdat(20), truncated);
  assertEquals(movie.tracks[0]!.samples.count, 2);
  assertEquals(movie.warnings, [
    "The last fragment is truncated and was ignored: it has 30 of 48 bytes of its moof",
  ]);
});

Deno.test("readMovie() reads a fragment and the next header at once, and no media", async () => {
  const rows = u32(...Array.from({ length: 2000 }, () => 50));
  const fragment = [moof([tfhd(1), fullBox("trun", 0, 0x200, u32(2000), rows)]), mdat(100_000)];
  const parts = Array.from({ length: 20 }, () => fragment);
  const { source, reads } = memorySource(concat(MOOV, parts));
  const movie = await readMovie(source);
  assertEquals(movie.tracks[0]!.samples.count, 40_000);
  assertLess(reads.length, 20 + 5);
  assertLess(reads.reduce((sum, [, size]) => sum + size, 0), 20 * 11_000 + 8192);
});

const INVALID: [what: string, parts: Part[], message: string][] = [
  [
    "a decode time before that of the last sample",
    [moof([tfhd(1), tfdt(500), trun(2)]), mdat(100), moof([tfhd(1), tfdt(599), trun(1)]), mdat(10)],
    "film.mp4: moof/traf/tfdt: Cannot read decode time 599, expected at least 600, in the",
  ],
  [
    "a gap of over 2^32",
    [moof([tfhd(1), trun(1)]), mdat(100), moof([tfhd(1), tfdt(2 ** 32), trun(1)]), mdat(10)],
    "moof/traf/tfdt: Cannot read decode time 4294967296, expected less than",
  ],
  [
    "an end past 2^53",
    [moof([tfhd(1), tfdt(2 ** 53 - 50), trun(1)]), mdat(100)],
    "moof/traf/trun: Cannot represent 9007199254741042: over 2^53",
  ],
  [
    "a track that is not in moov",
    [moof([tfhd(9), trun(1)])],
    "moof/traf/tfhd: Cannot find track 9 in",
  ],
  ["description 0", [moof([tfhd(1, 2, u32(0)), trun(1)])], "Cannot find sample description 0 of 1"],
  ["description 2 of 1", [moof([tfhd(1, 2, u32(2)), trun(1)])], "sample description 2 of 1"],
  [
    "samples before the file",
    [moof([tfhd(1), trun(1, -9999)])],
    "moof/traf/trun: Cannot read sampl",
  ],
  [
    "samples past the end in a fragment that is not the last",
    [moof([tfhd(1), trun(99999)]), mdat(10), moof([tfhd(1), trun(1)]), mdat(10)],
    "moof/traf/trun: Cannot read samples up to byte",
  ],
  [
    "four billion empty samples",
    [moof([tfhd(1, 0x20010, u32(0)), trun(2 ** 32 - 1)])],
    "moof/traf/trun: Cannot read 4294967295 samples without size, expected at most",
  ],
  [
    "an invalid box in a moof",
    [box("moof", u32(4, 0))],
    "moof/????: Cannot read a box smaller than",
  ],
];

for (const [what, parts, message] of INVALID) {
  Deno.test(`readMovie() rejects ${what}`, async () => {
    await assertRejects(() => read(MOOV, ...parts), MediaError, message);
  });
}
