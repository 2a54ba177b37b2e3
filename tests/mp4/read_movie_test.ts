import { assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import type { Source } from "../../lib/storage/source.ts";
import { WorkPauses } from "../../lib/work_pauses.ts";
import {
  ascii,
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

const FTYP = box("ftyp", ascii("isom"), u32(512), ascii("isom"));
const MEDIA = new Uint8Array(100);

/** moov of a track with samples at byte `at`. */
const moovAt = (at: number) => moov(trak({ tables: stbl({ stco: table("stco", [at]) }) }));

/** Reads a file and returns the offsets of the samples of its only track. */
async function readOffsets(...parts: Part[]): Promise<number[]> {
  const movie = await readMovie(memorySource(concat(...parts)).source);
  const { samples } = movie.tracks[0]!;
  return [...samples.readSamples(0, samples.count).offsets];
}

Deno.test("readMovie() reads a movie with moov after the media", async () => {
  const offsets = await readOffsets(FTYP, box("mdat", MEDIA), moovAt(28));
  assertEquals(offsets, [28, 38, 58, 88]);
});

Deno.test("readMovie() reads a movie with moov before the media", async () => {
  const at = FTYP.length + moovAt(0).length + 8;
  assertEquals((await readOffsets(FTYP, moovAt(at), box("mdat", MEDIA)))[0], at);
});

Deno.test("readMovie() reads a QuickTime movie without ftyp", async () => {
  assertEquals((await readOffsets(box("wide"), box("mdat", MEDIA), moovAt(16)))[0], 16);
});

Deno.test("readMovie() reads 64-bit sizes", async () => {
  const mdat = concat(u32(1), ascii("mdat"), u64(116), MEDIA);
  const body = moovAt(36).subarray(8);
  const large = concat(u32(1), ascii("moov"), u64(body.length + 16), body);
  assertEquals((await readOffsets(FTYP, mdat, large))[0], 36);
});

Deno.test("readMovie() reads a last box of size 0 to the end of the file", async () => {
  const at = FTYP.length + moovAt(0).length + 8;
  assertEquals((await readOffsets(FTYP, moovAt(at), u32(0), ascii("mdat"), MEDIA))[0], at);
});

Deno.test("readMovie() uses the first of two moov boxes", async () => {
  const at = FTYP.length + 8;
  assertEquals(await readOffsets(FTYP, box("mdat", MEDIA), moovAt(at), moov()), [28, 38, 58, 88]);
});

Deno.test("readMovie() awaits an asynchronous source", async () => {
  const { source } = memorySource(concat(FTYP, box("mdat", MEDIA), moovAt(28)));
  const asynchronous: Source = {
    ...source,
    synchronous: false,
    read: async (offset, into) => {
      await Promise.resolve();
      await source.read(offset, into);
    },
  };
  assertEquals((await readMovie(asynchronous)).tracks[0]!.samples.count, 4);
});

Deno.test("readMovie() reads headers and moov, and no media", async () => {
  const media = new Uint8Array(1_000_000);
  for (const front of [true, false]) {
    const at = FTYP.length + 8 + (front ? moovAt(0).length : 0);
    const parts = [moovAt(at), box("mdat", media)];
    const bytes = concat(FTYP, front ? parts : parts.reverse());
    const { source, reads } = memorySource(bytes);
    await readMovie(source);
    assertLess(reads.length, 4);
    assertLess(reads.reduce((sum, [, size]) => sum + size, 0), 3 * 4096);
  }
});

Deno.test("readMovie() skips a hundred thousand small boxes with few reads", async () => {
  const one = box("free");
  const free = new Uint8Array(800_000).map((_, i) => one[i % 8]!);
  const { source, reads } = memorySource(
    concat(free, box("mdat", MEDIA), moovAt(free.length + 8)),
  );
  assertEquals((await readMovie(source)).tracks.length, 1);
  assertLess(reads.length, 30);
});

Deno.test("readMovie() reads a file larger than 4 GB", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/large.mp4`;
    const size = 5 * 2 ** 30;
    const at = size - 1000;
    const head = concat(FTYP, u32(1), ascii("mdat"), u64(size - FTYP.length));
    const co64 = fullBox("co64", 0, 0, u32(1), u64(at));
    await Deno.writeFile(path, head);
    await Deno.truncate(path, size); // sparse
    await Deno.writeFile(path, moov(trak({ tables: stbl({ stco: co64 }) })), { append: true });
    const source = openFile(path, "large.mp4");
    const { samples } = (await readMovie(source)).tracks[0]!;
    source.close();
    assertEquals([...samples.readSamples(0, 4).offsets], [at, at + 10, at + 30, at + 60]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("readMovie() ignores garbage after the movie, with a warning", async () => {
  const bytes = concat(FTYP, box("mdat", MEDIA), moovAt(28), u32(3), new Uint8Array(60));
  const { tracks, warnings } = await readMovie(memorySource(bytes).source);
  assertEquals(tracks.length, 1);
  assertMatch(
    warnings.join(),
    /^The end of the file was ignored: the box at byte \d+ is small/,
  );
});

const NO_MOVIE: [what: string, bytes: Part, message: string][] = [
  ["an empty file", [], "film.mp4: Cannot read an empty file"],
  ["four bytes", u32(1), "Cannot find a moov box: this is not an MP4 file"],
  ["text", ascii("WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"), "Cannot read WebVTT, expected MP4"],
  [
    "random bytes",
    u32(0x7f3a9c11, 0x03bb0e5d, 0x99a1d3c4, 0x11223344),
    "this is not an MP4 file",
  ],
  ["a truncated 64-bit size", [u32(1), ascii("ftyp"), u32(0)], "Cannot find a moov box"],
  ["media only", [FTYP, box("mdat", MEDIA)], "film.mp4: Cannot find a moov box"],
  ["truncated media", [FTYP, u32(5000), ascii("mdat")], "the file ends inside the box 'mdat'"],
  ["a box smaller than its header", [FTYP, u32(7), ascii("free")], "byte 20 is smaller than its"],
  ["a truncated moov", [FTYP, moovAt(0).subarray(0, 90)], "film.mp4: moov: Cannot read"],
  ["a moov of 2^62 bytes", [FTYP, u32(1), ascii("moov"), u32(2 ** 30, 0)], "moov: Cannot read 46"],
  ["a moov without mvhd", [FTYP, box("moov")], "moov: Cannot find a mvhd box"],
  ["a compressed movie", [FTYP, box("moov", box("cmov"))], "moov/cmov: Cannot read a compressed"],
  [
    "two tracks with the same ID",
    moov(trak({ tables: [] }), trak({ tables: [] })),
    "Cannot read two tracks with ID 1",
  ],
  [
    "a partially copied file",
    [FTYP, moovAt(800), box("mdat", MEDIA)],
    "film.mp4: moov/trak/mdia/minf/stbl/stco: Cannot read samples up to byte 900: the file ends at",
  ],
];

for (const [what, bytes, message] of NO_MOVIE) {
  Deno.test(`readMovie() rejects ${what}`, async () => {
    const { source } = memorySource(concat(bytes));
    await assertRejects(() => readMovie(source), MediaError, message);
  });
}

Deno.test("readMovie() rejects a huge moov in a sparse file without reading it", async () => {
  const { source, reads } = memorySource(concat(u32(2 ** 30), ascii("moov"), new Uint8Array(8)));
  const sparse = { ...source, size: 2 ** 31 };
  await assertRejects(
    () => readMovie(sparse),
    MediaError,
    "moov: Cannot read 1073741824 bytes, expected",
  );
  assertEquals(reads.length, 1);
});

Deno.test("readMovie() pauses every 20 ms while it reads fragments", async () => {
  const header = moov(
    trak({ id: 1, tables: stbl(EMPTY_TABLES) }),
    box("mvex", fullBox("trex", 0, 0, u32(1, 1, 100, 10, 0))),
  );
  const traf = box("traf", fullBox("tfhd", 0, 0x20000, u32(1)), fullBox("trun", 0, 0, u32(1)));
  const fragment = concat(box("moof", traf), box("mdat", new Uint8Array(10)));
  const source = memorySource(concat(header, Array(1000).fill(fragment))).source;
  let time = 0;
  let pauses = 0;
  const clock = {
    now: () => time++, // each box takes a millisecond
    pause: () => Promise.resolve(void pauses++),
  };
  const movie = await readMovie(source, undefined, new WorkPauses(clock));
  assertEquals(movie.tracks[0]!.samples.count, 1000);
  assertEquals(pauses, Math.floor(2001 / 20));
});
