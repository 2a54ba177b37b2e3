import { assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import type { Source } from "../../lib/storage/source.ts";
import {
  ascii,
  box,
  concat,
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

/** A track whose samples lie at byte `at`. */
const movieAt = (at: number) => moov(trak({ tables: stbl({ stco: table("stco", [at]) }) }));

/** Offsets of the samples of the only track. */
async function offsetsIn(...parts: Part[]): Promise<number[]> {
  const movie = await readMovie(memorySource(concat(...parts)).source);
  const { samples } = movie.tracks[0]!;
  return [...samples.readSamples(0, samples.count).offsets];
}

Deno.test("readMovie() reads a movie whose moov stands behind its media", async () => {
  const offsets = await offsetsIn(FTYP, box("mdat", MEDIA), movieAt(28));
  assertEquals(offsets, [28, 38, 58, 88]);
});

Deno.test("readMovie() reads a movie whose moov stands before its media", async () => {
  const at = FTYP.length + movieAt(0).length + 8;
  assertEquals((await offsetsIn(FTYP, movieAt(at), box("mdat", MEDIA)))[0], at);
});

Deno.test("readMovie() reads a QuickTime movie without ftyp", async () => {
  assertEquals((await offsetsIn(box("wide"), box("mdat", MEDIA), movieAt(16)))[0], 16);
});

Deno.test("readMovie() reads 64-bit sizes", async () => {
  const mdat = concat(u32(1), ascii("mdat"), u64(116), MEDIA);
  const body = movieAt(36).subarray(8);
  const large = concat(u32(1), ascii("moov"), u64(body.length + 16), body);
  assertEquals((await offsetsIn(FTYP, mdat, large))[0], 36);
});

Deno.test("readMovie() reads a last box of size 0 to the end of the file", async () => {
  const at = FTYP.length + movieAt(0).length + 8;
  assertEquals((await offsetsIn(FTYP, movieAt(at), u32(0), ascii("mdat"), MEDIA))[0], at);
});

Deno.test("readMovie() keeps to the first of two moov", async () => {
  const at = FTYP.length + 8;
  assertEquals(await offsetsIn(FTYP, box("mdat", MEDIA), movieAt(at), moov()), [28, 38, 58, 88]);
});

Deno.test("readMovie() waits for a source that reads later", async () => {
  const { source } = memorySource(concat(FTYP, box("mdat", MEDIA), movieAt(28)));
  const later: Source = {
    ...source,
    synchronous: false,
    read: async (offset, into) => {
      await Promise.resolve();
      await source.read(offset, into);
    },
  };
  assertEquals((await readMovie(later)).tracks[0]!.samples.count, 4);
});

Deno.test("readMovie() reads headers and moov, and nothing of the media between them", async () => {
  const media = new Uint8Array(1_000_000);
  for (const front of [true, false]) {
    const at = FTYP.length + 8 + (front ? movieAt(0).length : 0);
    const parts = [movieAt(at), box("mdat", media)];
    const bytes = concat(FTYP, front ? parts : parts.reverse());
    const { source, reads } = memorySource(bytes);
    await readMovie(source);
    assertLess(reads.length, 4);
    assertLess(reads.reduce((sum, [, size]) => sum + size, 0), 3 * 4096);
  }
});

Deno.test("readMovie() passes over a hundred thousand small boxes with few reads", async () => {
  const one = box("free");
  const free = new Uint8Array(800_000).map((_, i) => one[i % 8]!);
  const { source, reads } = memorySource(
    concat(free, box("mdat", MEDIA), movieAt(free.length + 8)),
  );
  assertEquals((await readMovie(source)).tracks.length, 1);
  assertLess(reads.length, 30);
});

Deno.test("readMovie() reads a file of over 4 GB", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/large.mp4`;
    const size = 5 * 2 ** 30;
    const at = size - 1000;
    const head = concat(FTYP, u32(1), ascii("mdat"), u64(size - FTYP.length));
    const co64 = fullBox("co64", 0, 0, u32(1), u64(at));
    await Deno.writeFile(path, head);
    await Deno.truncate(path, size); // sparse: holds no blocks
    await Deno.writeFile(path, moov(trak({ tables: stbl({ stco: co64 }) })), { append: true });
    const source = openFile(path, "large.mp4");
    const { samples } = (await readMovie(source)).tracks[0]!;
    source.close();
    assertEquals([...samples.readSamples(0, 4).offsets], [at, at + 10, at + 30, at + 60]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("readMovie() takes garbage behind the movie for its end", async () => {
  const bytes = concat(FTYP, box("mdat", MEDIA), movieAt(28), u32(3), new Uint8Array(60));
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
  ["text", ascii("WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"), "this is not an MP4 file"],
  [
    "bytes at random",
    u32(0x7f3a9c11, 0x03bb0e5d, 0x99a1d3c4, 0x11223344),
    "this is not an MP4 file",
  ],
  ["a size of 64 bits that is cut off", [u32(1), ascii("ftyp"), u32(0)], "Cannot find a moov box"],
  ["media alone", [FTYP, box("mdat", MEDIA)], "film.mp4: Cannot find a moov box"],
  ["media that are cut off", [FTYP, u32(5000), ascii("mdat")], "the file ends inside mdat"],
  ["a box smaller than its header", [FTYP, u32(7), ascii("free")], "byte 20 is smaller than its"],
  ["a moov that is cut off", [FTYP, movieAt(0).subarray(0, 90)], "film.mp4: moov: Cannot read"],
  ["a moov of 2^62 bytes", [FTYP, u32(1), ascii("moov"), u32(2 ** 30, 0)], "moov: Cannot read 46"],
  ["a moov without mvhd", [FTYP, box("moov")], "moov: Cannot find a mvhd box"],
  ["a compressed movie", [FTYP, box("moov", box("cmov"))], "moov/cmov: Cannot read a compressed"],
  [
    "two tracks of one id",
    moov(trak({ tables: [] }), trak({ tables: [] })),
    "Cannot read two tracks with ID 1",
  ],
  [
    "a file that was cut off while it was copied",
    [FTYP, movieAt(800), box("mdat", MEDIA)],
    "film.mp4: moov/trak/mdia/minf/stbl/stco: Cannot read samples up to byte 900: the file ends at",
  ],
];

for (const [what, bytes, message] of NO_MOVIE) {
  Deno.test(`readMovie() refuses ${what}`, async () => {
    const { source } = memorySource(concat(bytes));
    await assertRejects(() => readMovie(source), MediaError, message);
  });
}

Deno.test("readMovie() refuses a huge moov in a sparse file before it reads it", async () => {
  const { source, reads } = memorySource(concat(u32(2 ** 30), ascii("moov"), new Uint8Array(8)));
  const sparse = { ...source, size: 2 ** 31 };
  await assertRejects(
    () => readMovie(sparse),
    MediaError,
    "moov: Cannot read 1073741824 bytes, expected",
  );
  assertEquals(reads.length, 1);
});
