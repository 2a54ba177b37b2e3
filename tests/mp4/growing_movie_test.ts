/** A movie that is read again while fragments are appended. */

import { assert, assertEquals } from "@std/assert";
import { GrowingMovie, readMovie } from "../../lib/mp4/read_movie.ts";
import type { Movie } from "../../lib/mp4/movie.ts";
import type { Source } from "../../lib/storage/source.ts";
import { findBoxes } from "../robustness/boxes.ts";

/** A source of the first `size` bytes of a file, which counts the bytes that are read. */
function growingSource(bytes: Uint8Array): Source & { size: number; bytesRead: number } {
  return {
    name: "growing.mp4",
    size: 0,
    bytesRead: 0,
    synchronous: true,
    read(offset, into) {
      assert(offset + into.length <= this.size);
      this.bytesRead += into.length;
      into.set(bytes.subarray(offset, offset + into.length));
    },
    close() {},
  };
}

/** Samples of each track. */
function list({ tracks }: Movie) {
  return tracks.map(({ id, samples: table }) => {
    const { count } = table;
    const syncs: number[] = [];
    for (let i = table.findSyncAtOrAfter(0); i < count; i = table.findSyncAtOrAfter(i + 1)) {
      syncs.push(i);
    }
    return { id, count, end: table.decodeTime(count), syncs, samples: table.readSamples(0, count) };
  });
}

const FILES = ["frag-avc-cmaf.mp4", "frag-avcaac-interleaved.mp4", "frag-avcaac-hybrid.mp4"];

for (const file of FILES) {
  Deno.test(`GrowingMovie reads ${file} as readMovie(), while it is appended in 500 parts`, async () => {
    const bytes = Deno.readFileSync(`testdata/${file}`);
    const source = growingSource(bytes);
    const growing = new GrowingMovie(source);
    const counts: number[] = [];
    const step = Math.ceil(bytes.length / 500);
    for (let size = 0; size < bytes.length; size += step) {
      source.size = size;
      const movie = await growing.refresh();
      const samples = movie?.tracks.reduce((sum, track) => sum + track.samples.count, 0) ?? 0;
      assert(samples >= (counts.at(-1) ?? 0));
      counts.push(samples);
      if (movie) list(movie);
    }
    assert(new Set(counts).size > 3, `${new Set(counts).size} different counts`);
    assert(
      source.bytesRead < 2 * bytes.length,
      `${source.bytesRead} bytes read of ${bytes.length}`,
    );
    source.size = bytes.length;
    const closed = await growing.close();
    assertEquals(list(closed), list(await readMovie(source)));
    assertEquals(closed.warnings, []);
  });
}

Deno.test("GrowingMovie waits for the end of a box that extends to the end of the file", async () => {
  const file = Deno.readFileSync("testdata/frag-avc-cmaf.mp4");
  const mdat = findBoxes(file).findLast(({ type }) => type === "mdat")!;
  const bytes = file.slice(0, mdat.offset + mdat.size);
  bytes.fill(0, mdat.offset, mdat.offset + 4);
  const source = growingSource(bytes);
  const growing = new GrowingMovie(source);
  for (const size of [mdat.offset, mdat.offset + 100, bytes.length - 1]) {
    source.size = size;
    const movie = await growing.refresh();
    assert(list(movie!)[0]!.count > 0);
    assertEquals(movie!.warnings, []);
  }
  source.size = bytes.length;
  const closed = await growing.close();
  assertEquals(list(closed), list(await readMovie(source)));
  assertEquals(closed.warnings, []);
});
