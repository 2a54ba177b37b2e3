import { assertEquals } from "@std/assert";
import { FragmentsAhead } from "../../lib/mp4/fragments_ahead.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { createLoadingSource, type Loads } from "../loading_source.ts";
import { readTestdata } from "../test_files.ts";
import { box, concat, fullBox, memorySource, u32, u8 } from "./movie_file.ts";

/** Bytes between fragments. */
const DISTANCE = 20_000;

/** Returns a file with an index at its end: of `count` fragments, and of one beyond the end. */
function fileWithMfra(count: number): Uint8Array {
  const offsets = Array.from({ length: count }, (_, i) => DISTANCE * i);
  const entries = [...offsets, 2 ** 31].flatMap((offset) => [u32(0, offset), u8(1, 1, 1)]);
  const tfra = fullBox("tfra", 0, 0, u32(1, 0, count + 1), ...entries);
  const mfra = box("mfra", tfra, fullBox("mfro", 0, 0, u32(8 + tfra.length + 16)));
  return concat(new Uint8Array(DISTANCE * count), mfra);
}

const toOffsets = (loads: Loads) => loads.flat().map(({ offset }) => offset);

Deno.test("FragmentsAhead.load() loads fragments that the end of the file names, many at a time", async () => {
  const { remote, loads } = createLoadingSource(memorySource(fileWithMfra(100)).source);
  const ahead = new FragmentsAhead(remote);
  assertEquals(ahead.load(0), undefined);
  await ahead.readEnd();
  await ahead.readEnd();
  assertEquals(loads.length, 1);
  loads.length = 0;
  await ahead.load(0);
  const offsets = Array.from({ length: 100 }, (_, i) => DISTANCE * i);
  assertEquals(loads.map(({ length }) => length), [16, 16, 16, 16]);
  assertEquals(toOffsets(loads), offsets.slice(0, 64));
  assertEquals([ahead.load(DISTANCE), ahead.load(DISTANCE - 1)], [undefined, undefined]);
  loads.length = 0;
  await ahead.load(64 * DISTANCE);
  assertEquals(toOffsets(loads), offsets.slice(64));
});

Deno.test("FragmentsAhead.readEnd() finds nothing in other files, and in a broken index", async () => {
  const broken = fileWithMfra(3);
  broken.fill(255, broken.length - 60, broken.length - 20); // counts, among others
  for (const bytes of [new Uint8Array(5000), u32(1, 2, 3, 4), broken]) {
    const { remote } = createLoadingSource(memorySource(bytes).source);
    const ahead = new FragmentsAhead(remote);
    await ahead.readEnd();
    assertEquals(ahead.load(0), undefined);
  }
});

Deno.test("readMovie() loads the fragments that sidx names, and reads the same movie", async () => {
  const bytes = readTestdata("frag-avc-globalsidx.mp4");
  const { source } = memorySource(bytes);
  const { remote, loads } = createLoadingSource(source);
  const [expected, found] = await Promise.all([readMovie(source), readMovie(remote)]);
  const count = ({ tracks }: typeof expected) => tracks.map(({ samples }) => samples.count);
  assertEquals(count(found), count(expected));
  const moofs: number[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
    if (new TextDecoder().decode(bytes.subarray(at + 4, at + 8)) === "moof") moofs.push(at);
  }
  const loaded = new Set(toOffsets(loads));
  assertEquals([moofs.length > 1, moofs.filter((at) => !loaded.has(at))], [true, []]);
});
