import { assertEquals } from "@std/assert";
import { TopLevelReader } from "../../lib/mp4/top_level.ts";
import { createLoadingSource } from "../loading_source.ts";
import { ascii, box, concat, memorySource, u32, u64 } from "./movie_file.ts";

const FILE = concat(
  box("ftyp", new Uint8Array(8)), // at 0
  [u32(1), ascii("mdat"), u64(116), new Uint8Array(100)], // at 16
  box("moof", ascii("fragment")), // at 132
  [u32(0), ascii("free"), new Uint8Array(12)], // at 148
);

const BOXES: [offset: number, type: string, headerSize: number, size: number][] = [
  [0, "ftyp", 8, 16],
  [16, "mdat", 16, 116],
  [132, "moof", 8, 16],
  [148, "free", 8, 20], // size 0: to the end
];

for (const [offset, type, headerSize, size] of BOXES) {
  Deno.test(`TopLevelReader.readBox() reads the header of ${type}`, async () => {
    const reader = new TopLevelReader(memorySource(FILE).source);
    assertEquals(await reader.readBox(offset), { type, offset, headerSize, size });
  });
}

Deno.test("TopLevelReader.readBox() returns undefined if fewer than 8 bytes are left", async () => {
  const reader = new TopLevelReader(memorySource(FILE).source);
  assertEquals(await reader.readBox(FILE.length - 7), undefined);
  assertEquals(await reader.readBox(FILE.length + 100), undefined);
});

Deno.test("TopLevelReader.readBox() returns a declared size unchecked", async () => {
  const bytes = concat(u32(7), ascii("free"), u32(2 ** 31), ascii("mdat"));
  const reader = new TopLevelReader(memorySource(bytes).source);
  assertEquals((await reader.readBox(0))!.size, 7);
  assertEquals((await reader.readBox(8))!.size, 2 ** 31);
});

Deno.test("TopLevelReader.readBody() returns a body from the bytes that were read ahead", async () => {
  const { source, reads } = memorySource(FILE);
  const reader = new TopLevelReader(source);
  const moof = await reader.readBox(132);
  assertEquals(await reader.readBody(moof!), ascii("fragment"));
  assertEquals(reads.length, 1);
});

Deno.test("TopLevelReader reads twice as much after each read of a sequential scan", async () => {
  const { source, reads } = memorySource(new Uint8Array(200_000));
  const reader = new TopLevelReader(source);
  for (let offset = 0; offset < 60_000; offset += 512) await reader.readBox(offset);
  assertEquals(reads.map(([, size]) => size), [8192, 16384, 32768, 65536]);
});

Deno.test("TopLevelReader.readBox() loads the end of a file with the first box in it", async () => {
  const { source, reads } = memorySource(new Uint8Array(3_000_000));
  const { remote, loads } = createLoadingSource(source);
  const reader = new TopLevelReader(remote);
  for (const offset of [0, 1_000_000, 2_500_000]) await reader.readBox(offset);
  assertEquals(loads, [[{ offset: 2_500_000, size: 500_000 }]]);
  assertEquals(reads.length, 3);
});
