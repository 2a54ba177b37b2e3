import { assertEquals } from "@std/assert";
import { getOrientation } from "../../lib/mp4/matrix.ts";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { type Moov, moov, readMoov } from "../../lib/mp4/moov.ts";
import type { InitTrack } from "../../lib/mp4/trak.ts";
import { box, fullBox, INIT_VIDEO, u32 } from "./movie_file.ts";

function roundTrip(track: InitTrack): Moov {
  const w = new ByteWriter(16);
  moov(w, track);
  let result: Moov | undefined;
  const context = { size: 1000, name: "", warnings: [] };
  readBoxes(new ByteReader(w.finish()), { moov: (r) => result = readMoov(r, context) });
  return result!;
}

Deno.test("moov() writes what readMoov() reads", () => {
  const { timescale, tracks: [track], trexes } = roundTrip(INIT_VIDEO);
  assertEquals([timescale, track!.timescale, track!.id], [90000, 90000, 1]);
  assertEquals([track!.language, track!.edits, track!.samples.count], ["fra", [], 0]);
  assertEquals(track!.geometry, { x: 0, y: 0, width: 320, height: 180 });
  assertEquals(track!.entries.map(({ bytes }) => bytes), [...INIT_VIDEO.entries]);
  assertEquals(trexes.get(1)!.descriptionIndex, 1);
});

Deno.test("moov() declares that the media is in the same file", () => {
  const w = new ByteWriter(16);
  moov(w, INIT_VIDEO);
  const dinf = box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1)));
  assertEquals(w.finish().toHex().includes(dinf.toHex()), true);
});

for (const rotation of [0, 90, 180, 270] as const) {
  Deno.test(`moov() writes a rotation by ${rotation} degrees`, () => {
    const orientation = { rotation, mirrored: false };
    const [track] = roundTrip({ ...INIT_VIDEO, orientation }).tracks;
    assertEquals(getOrientation(track!.matrix), orientation);
  });
}

for (const mediaTime of [1, 2 ** 31 - 1, 2 ** 31, 2 ** 40]) {
  Deno.test(`moov() writes one edit from ${mediaTime} to the end`, () => {
    const { edits } = roundTrip({ ...INIT_VIDEO, mediaTime }).tracks[0]!;
    assertEquals(edits, [{ duration: 0, mediaTime, rate: 1 }]);
  });
}

const HANDLERS: [type: InitTrack["type"], handler: string][] = [
  ["video", "vide"],
  ["audio", "soun"],
  ["text", "text"],
  ["subtitle", "subt"],
];

const MEDIA_HEADERS: Record<InitTrack["type"], Uint8Array> = {
  video: fullBox("vmhd", 0, 1, u32(0, 0)),
  audio: fullBox("smhd", 0, 0, u32(0)),
  text: fullBox("nmhd", 0, 0),
  subtitle: fullBox("sthd", 0, 0),
};

for (const [type, handler] of HANDLERS) {
  Deno.test(`moov() writes the media header of ${type}`, () => {
    const w = new ByteWriter(16);
    moov(w, { ...INIT_VIDEO, type });
    assertEquals(w.finish().toHex().includes(MEDIA_HEADERS[type].toHex()), true);
  });

  Deno.test(`moov() writes the handler ${handler} for ${type}`, () => {
    assertEquals(roundTrip({ ...INIT_VIDEO, type }).tracks[0]!.handler, handler);
  });
}

Deno.test("moov() writes a BCP 47 tag to elng", () => {
  assertEquals(
    roundTrip({ ...INIT_VIDEO, extendedLanguage: "pt-BR" }).tracks[0]!.language,
    "pt-BR",
  );
});
