import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { initMoov, type Moov, readMoov, readMvhd, readTrex } from "../../lib/mp4/moov.ts";
import { box, fullBox, INIT_VIDEO, moov, type Part, trak, u32, u64 } from "./movie_file.ts";

const body = (bytes: Uint8Array) => new ByteReader(bytes.subarray(8));

function read(...boxes: Part[]): Moov {
  const context = { size: 1000, name: "film.mp4", warnings: [] };
  return readMoov(body(box("moov", ...boxes)), context);
}

Deno.test("readMoov() reads timescale, tracks and defaults of fragments", () => {
  const trex = fullBox("trex", 0, 0, u32(7, 1, 1024, 400, 0x2000000));
  const { timescale, tracks, trexes } = readMoov(
    body(moov(trak({ id: 7 }), trak({ id: 9 }), box("mvex", trex))),
    { size: 1000, name: "", warnings: [] },
  );
  assertEquals([timescale, tracks.map(({ id }) => id)], [1000, [7, 9]]);
  assertEquals([...trexes], [[7, readTrex(body(trex))]]);
});

Deno.test("readTrex() reads every field", () => {
  assertEquals(readTrex(body(fullBox("trex", 0, 0, u32(7, 1, 1024, 400, 0x2000000)))), {
    trackId: 7,
    descriptionIndex: 1,
    duration: 1024,
    size: 400,
    flags: 0x2000000,
  });
});

Deno.test("readMvhd() reads versions 0 and 1", () => {
  assertEquals(readMvhd(body(fullBox("mvhd", 0, 0, u32(0, 0, 600, 0)))).timescale, 600);
  assertEquals(readMvhd(body(fullBox("mvhd", 1, 0, u64(0, 0), u32(600), u64(0)))).timescale, 600);
});

const INVALID: [what: string, boxes: Part[], message: string][] = [
  ["no mvhd", [], "moov: Cannot find a mvhd box"],
  [
    "a timescale of 0",
    [fullBox("mvhd", 0, 0, u32(0, 0, 0))],
    "moov/mvhd: Cannot read a timescale of 0",
  ],
  ["mvhd of version 2", [fullBox("mvhd", 2, 0)], "moov/mvhd: Cannot read version 2"],
  ["a truncated trex", [box("mvex", fullBox("trex", 0, 0, u32(1)))], "moov/mvex/trex: Cannot read"],
  [
    "1001 tracks",
    Array.from({ length: 1001 }, (_, i) => trak({ id: i + 1 })),
    "moov/trak: Cannot read more than 1000 tracks",
  ],
  ["a compressed movie", [box("cmov")], "moov/cmov: Cannot read a compressed movie"],
];

for (const [what, boxes, message] of INVALID) {
  Deno.test(`readMoov() rejects ${what}`, () => {
    assertThrows(() => read(...boxes), MediaError, message);
  });
}

Deno.test("initMoov() writes tracks that readMoov() reads", () => {
  const w = new ByteWriter();
  const tracks = [3, 7].map((id) => ({ ...INIT_VIDEO, id }));
  initMoov(w, { timescale: 1000, tracks });
  const { timescale, tracks: found, trexes } = readMoov(body(w.finish()), {
    ...{ size: 1000, name: "", warnings: [] },
  });
  assertEquals([timescale, found.map(({ id }) => id)], [1000, [3, 7]]);
  assertEquals([...trexes.keys()], [3, 7]);
});
