import { assertEquals, assertThrows } from "@std/assert";
import { createAv1TileFinder } from "../../lib/codecs/av1_tiles.ts";
import { UnitCounter } from "../../lib/codecs/unit_counter.ts";
import { MediaError } from "../../lib/errors.ts";
import {
  frame,
  interFrame,
  intraTools,
  KEY,
  keyFrame,
  obu,
  OBU_HEADER,
  sequence,
  SIZE,
  UPDATE,
} from "./av1_units.ts";
import { bytesOf } from "./entry.ts";

const TWO_COLUMNS = "1" + "10" + "0" + "0" + "01";
const tiledFrame = KEY + SIZE + UPDATE + TWO_COLUMNS + intraTools;

Deno.test("createAv1TileFinder() finds each tile", () => {
  const find = createAv1TileFinder(Uint8Array.from(sequence()));
  const header = bytesOf(tiledFrame);
  const unit = obu(6, Uint8Array.of(...header, 0, 2, 0, 7, 7, 7, 8, 8));
  const start = OBU_HEADER + header.length + 1 + 2;
  assertEquals(find(Uint8Array.from(unit)), [{ start, end: start + 3 }, {
    start: start + 3,
    end: start + 5,
  }]);
});

Deno.test("createAv1TileFinder() finds tiles in tile groups, between copies of the header", () => {
  const find = createAv1TileFinder(new Uint8Array());
  const header = obu(3, bytesOf(tiledFrame + "1"));
  const groups = [[0b1_0_0_00000, 7, 7], [0b1_1_1_00000, 8]].map((body) =>
    obu(4, Uint8Array.from(body))
  );
  const copy = obu(7, bytesOf(tiledFrame + "1"));
  const units = [
    [18, 0],
    sequence(),
    header,
    groups[0]!,
    copy,
    groups[1]!,
    obu(5, new Uint8Array(3)),
  ];
  const first = 2 + sequence().length + header.length + OBU_HEADER + 1;
  const second = first + 2 + copy.length + OBU_HEADER + 1;
  assertEquals(find(Uint8Array.from(units.flat())), [
    { start: first, end: first + 2 },
    { start: second, end: second + 1 },
  ]);
});

Deno.test("createAv1TileFinder() reads a bounded number of OBUs", () => {
  const find = createAv1TileFinder(new Uint8Array(), new UnitCounter(3));
  const delimiters = Uint8Array.of(18, 0, 18, 0);
  assertEquals(find(delimiters), []);
  assertThrows(() => find(delimiters), MediaError, "Cannot protect a segment of more than 3");
});

Deno.test("createAv1TileFinder() leaves frames that are shown again clear", () => {
  const find = createAv1TileFinder(Uint8Array.from(sequence()));
  find(Uint8Array.from(obu(6, frame(keyFrame))));
  assertEquals(find(Uint8Array.from(obu(3, bytesOf("1" + "010" + "1")))), []);
});

const tiled = bytesOf(tiledFrame);
const rejected: [what: string, units: number[], message: string][] = [
  ["a frame without a sequence header", obu(6, frame(keyFrame)), "no sequence header precedes it"],
  [
    "tiles without a frame header",
    [...sequence(), ...obu(4, Uint8Array.of(1))],
    "no frame header precedes them",
  ],
  ["a frame before the end of another", [
    ...sequence(),
    ...obu(3, tiled),
    ...obu(6, frame(keyFrame)),
  ], "tiles of the frame before are missing"],
  [
    "a frame shown again with tiles",
    [...sequence(), ...obu(6, Uint8Array.of(0x80, 1))],
    "no frame header precedes them",
  ],
  [
    "an absent primary reference",
    [...sequence(), ...obu(6, frame(interFrame))],
    "its primary reference is absent",
  ],
  [
    "the second tile at first",
    [...sequence(), ...obu(3, tiled), ...obu(4, Uint8Array.of(0xE0, 1))],
    "Cannot read tiles 1 to 1, expected tiles from 0 below 2",
  ],
  [
    "a tile that exceeds its OBU",
    [...sequence(), ...obu(6, Uint8Array.of(...tiled, 0, 9, 0, 1))],
    "Cannot read tile 0",
  ],
  [
    "an OBU that exceeds the sample",
    [...sequence(), 0x32, 9, 0],
    "Cannot read an OBU of 9 bytes where 1 are left",
  ],
  ["a truncated header", [...sequence(), ...obu(6, Uint8Array.of(0x10))], "Cannot read"],
  ["tile lists", obu(8, Uint8Array.of(1)), "Cannot protect AV1 tile lists"],
];

for (const [what, units, message] of rejected) {
  Deno.test(`createAv1TileFinder() rejects ${what}`, () => {
    const find = createAv1TileFinder(new Uint8Array());
    assertThrows(() => find(Uint8Array.from(units)), MediaError, message);
  });
}
