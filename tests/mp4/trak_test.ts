import { assertEquals, assertThrows } from "@std/assert";
import { getOrientation } from "../../lib/mp4/matrix.ts";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import type { Track } from "../../lib/mp4/movie.ts";
import { readElng, readHdlr, readMdhd } from "../../lib/mp4/mdia.ts";
import { readElst, readTkhd, readTrak } from "../../lib/mp4/trak.ts";
import {
  ascii,
  box,
  concat,
  fullBox,
  stbl,
  type TrackParts,
  trak,
  u16,
  u32,
  u64,
} from "./movie_file.ts";

/** Reads the body of a box. */
function read<T>(bytes: Uint8Array, read: (r: ByteReader) => T): T {
  return read(new ByteReader(bytes.subarray(8)));
}

function readTrack(parts: TrackParts): Track {
  return read(trak(parts), (r) => readTrak(r, { size: 1000, name: "film.mp4", warnings: [] }));
}

Deno.test("readTrak() returns the fields of the boxes of a track", () => {
  const track = readTrack({
    id: 7,
    handler: "soun",
    timescale: 48000,
    language: 0x1a41, // fra, packed
    edits: fullBox("elst", 0, 0, u32(1, 500, 1024), u16(1, 0)),
  });
  assertEquals([track.id, track.handler, track.timescale], [7, "soun", 48000]);
  assertEquals(track.language, "fra");
  assertEquals(track.edits, [{ duration: 500, mediaTime: 1024, rate: 1 }]);
  assertEquals(track.samples.count, 4);
});

const MATRICES: [matrix: [number, number, number, number], rotation: number][] = [
  [[65536, 0, 0, 65536], 0],
  [[0, 65536, -65536, 0], 90],
  [[-65536, 0, 0, -65536], 180],
  [[0, -65536, 65536, 0], 270],
  [[-65536, 0, 0, 65536], 0], // mirrored
  [[46341, 46341, -46341, 46341], 0], // by 45 degrees
  [[0, 0, 0, 0], 0],
];

for (const [matrix, rotation] of MATRICES) {
  Deno.test(`readTrak() reads the matrix ${matrix} as a rotation by ${rotation} degrees`, () => {
    assertEquals(getOrientation(readTrack({ matrix }).matrix).rotation, rotation);
  });
}

Deno.test("readTkhd() reads version 1", () => {
  const bytes = fullBox("tkhd", 1, 0, u64(0, 0), u32(9, 0), u64(0), new Uint8Array(16), [
    u32(0, 65536, 0, -65536, 0, 0, 0, 0, 0, 0, 0),
  ]);
  const { id, matrix } = read(bytes, readTkhd);
  assertEquals([id, getOrientation(matrix).rotation], [9, 90]);
});

Deno.test("readTkhd() reads whether the track is enabled", () => {
  const fields = [
    u32(0, 0, 9, 0),
    new Uint8Array(20),
    u32(65536, 0, 0, 0, 65536, 0, 0, 0, 0, 0, 0),
  ];
  for (const [flags, isEnabled] of [[7, true], [0xE, false]] as const) {
    assertEquals(read(fullBox("tkhd", 0, flags, ...fields), readTkhd).isEnabled, isEnabled);
  }
});

Deno.test("readTkhd() rejects a truncated box", () => {
  assertThrows(() => read(fullBox("tkhd", 0, 0, u32(0)), readTkhd), MediaError, "Cannot read 8");
});

Deno.test("readMdhd() reads version 0", () => {
  const bytes = fullBox("mdhd", 0, 0, u32(0, 0, 90000, 0), u16(0x10b5, 0));
  assertEquals(read(bytes, readMdhd), { timescale: 90000, language: "deu" });
});

Deno.test("readMdhd() reads version 1", () => {
  const bytes = fullBox("mdhd", 1, 0, u64(0, 0), u32(600), u64(2 ** 40), u16(0x15c7, 0));
  assertEquals(read(bytes, readMdhd), { timescale: 600, language: "eng" });
});

Deno.test("readMdhd() rejects a timescale of 0", () => {
  assertThrows(() => readTrack({ timescale: 0 }), MediaError, "mdia/mdhd: Cannot read a timesc");
});

Deno.test("readElng() reads a BCP 47 tag, which overrides the language of mdhd", () => {
  const elng = fullBox("elng", 0, 0, ascii("pt-BR\0"));
  assertEquals(read(elng, readElng), "pt-BR");
  assertEquals(readTrack({ media: elng, language: 0x15c7 }).language, "pt-BR");
});

const ELNGS: [what: string, body: Uint8Array, language: string][] = [
  ["without terminator", concat(u32(0), ascii("pt-BR")), "pt-BR"],
  ["without version", ascii("pt-BR\0"), "pt-BR"],
  ["without tag", u32(0), ""],
  ["of two bytes", u16(0), ""],
  ["without bytes", new Uint8Array(0), ""],
];

for (const [what, body, language] of ELNGS) {
  Deno.test(`readElng() returns "${language}" for a box ${what}`, () => {
    assertEquals(readElng(new ByteReader(body)), language);
  });
}

Deno.test("readTrack() ignores an elng of an unknown version", () => {
  const media = fullBox("elng", 3, 0, ascii("en\0"));
  assertEquals(readTrack({ media, language: 0x15c7 }).language, "eng");
});

Deno.test("readHdlr() reads a QuickTime component subtype", () => {
  const bytes = fullBox("hdlr", 0, 0, ascii("mhlrsoun"), u32(0, 0, 0));
  assertEquals(read(bytes, readHdlr), { type: "soun", name: "" });
});

Deno.test("readHdlr() rejects a truncated box", () => {
  assertThrows(() => read(fullBox("hdlr", 0, 0, u32(0), u16(0)), readHdlr), MediaError);
});

Deno.test("readElst() reads version 1, empty edits and dwells", () => {
  const rows = [u64(2 ** 33), u64(-1), u16(1, 0), u64(5), u64(2 ** 40), u16(0, 32768)];
  assertEquals(read(fullBox("elst", 1, 0, u32(2), rows), readElst), [
    { duration: 2 ** 33, mediaTime: -1, rate: 1 },
    { duration: 5, mediaTime: 2 ** 40, rate: 0.5 },
  ]);
});

Deno.test("readElst() reads an empty edit of version 0", () => {
  const bytes = fullBox("elst", 0, 0, u32(1, 43, -1), u16(1, 0));
  assertEquals(read(bytes, readElst), [{ duration: 43, mediaTime: -1, rate: 1 }]);
});

Deno.test("readElst() rejects a count that exceeds the box", () => {
  const bytes = fullBox("elst", 0, 0, u32(2 ** 32 - 1, 0, 0), u16(1, 0));
  assertThrows(() => read(bytes, readElst), MediaError, "Cannot read 4294967295 entries where 12");
});

Deno.test("readElst() rejects more edits than any editor writes", () => {
  const rows = (count: number) => fullBox("elst", 0, 0, u32(count), new Uint8Array(12 * count));
  assertEquals(read(rows(2 ** 16), readElst).length, 2 ** 16);
  const error = assertThrows(() => read(rows(2 ** 16 + 1), readElst), MediaError);
  assertEquals([error.code, error.message], [
    "MEDIA_UNSUPPORTED",
    "Cannot read 65537 edits, expected at most 65536",
  ]);
});

Deno.test("readTrak() reads the handler after minf", () => {
  const [tkhd, mdia] = [trak().subarray(8, 8 + 92), trak().subarray(8 + 92)];
  let children: Uint8Array[] = [];
  for (let at = 8; at < mdia.length;) {
    const size = new DataView(mdia.buffer, mdia.byteOffset + at, 4).getUint32(0);
    children.push(mdia.subarray(at, at += size));
  }
  children = [children[0]!, children[2]!, children[1]!];
  const bytes = box("trak", tkhd, box("mdia", children));
  const context = { size: 1000, name: "", warnings: [] };
  const track = read(bytes, (r) => readTrak(r, context));
  assertEquals([track.handler, track.entries[0]!.width], ["vide", 320]);
});

Deno.test("readTrak() rejects a track without tkhd or mdhd", () => {
  const context = { size: 0, name: "", warnings: [] };
  const tkhd = trak().subarray(8, 8 + 92);
  const none = () => readTrak(new ByteReader(new Uint8Array()), context);
  assertThrows(none, MediaError, "Cannot find a tkhd box");
  assertThrows(
    () => readTrak(new ByteReader(tkhd), context),
    MediaError,
    "the mdhd box of track 1",
  );
});

Deno.test("readTrak() names the invalid table", () => {
  const tables = stbl({ stsz: fullBox("stsz", 2, 0, u32(0, 0)) });
  const read = () =>
    readBoxes(new ByteReader(trak({ tables })), {
      trak: (r) => readTrak(r, { size: 1000, name: "", warnings: [] }),
    });
  assertThrows(read, MediaError, "trak/mdia/minf/stbl/stsz: Cannot read version 2");
});
