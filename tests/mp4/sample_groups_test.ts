import { assertEquals } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { readSbgp, readSgpd, sbgp, SBGP_SIZE } from "../../lib/mp4/sample_groups.ts";
import { ascii, concat, type Part, u16, u32 } from "./movie_file.ts";

/** Body of a box with this version. */
function body(version: number, type: string, ...parts: Part[]): ByteReader {
  return new ByteReader(concat(u32(version * 2 ** 24), ascii(type), ...parts));
}

const MINUS_ONE = u16(0xFFFF);

const descriptions: [
  what: string,
  body: ByteReader,
  distance: number | undefined,
  type?: "prol",
][] = [
  ["version 1", body(1, "roll", u32(2, 1), MINUS_ONE), -1],
  ["version 0", body(0, "roll", u32(1), MINUS_ONE), -1],
  ["version 2", body(2, "roll", u32(1, 1), MINUS_ONE), -1],
  ["entries with lengths", body(1, "roll", u32(0, 2, 2), MINUS_ONE, u32(2), u16(0xFFFC)), -4],
  ["AudioPreRollEntry", body(1, "prol", u32(2, 1), u16(0xFFFD)), -3, "prol"],
  ["gradual decoding refresh", body(1, "roll", u32(2, 1), u16(5)), undefined],
  ["no entry", body(1, "roll", u32(2, 0)), undefined],
  ["another grouping", body(1, "rap ", u32(1, 1, 0)), undefined],
  ["a count of four billion", body(1, "roll", u32(2, 2 ** 32 - 1), MINUS_ONE), -1],
  ["a version that is not known", body(3, "roll", u32(2, 1), MINUS_ONE), undefined],
  ["entries of one byte", body(1, "roll", u32(1, 4, 0)), undefined],
  ["entries without bytes", body(1, "roll", u32(0, 2, 0, 0)), undefined],
  ["an entry whose length is cut", body(1, "roll", u32(0, 2), MINUS_ONE), undefined],
  ["a box without count", body(1, "roll", u32(2)), undefined],
  ["a box of four bytes", new ByteReader(u32(0)), undefined],
];

for (const [what, box, distance, type = "roll"] of descriptions) {
  Deno.test(`readSgpd() returns ${distance} for ${what}`, () =>
    assertEquals(readSgpd(box), distance && { type, distance }));
}

const assignments: [what: string, body: ByteReader, samples: number][] = [
  ["all samples", body(0, "roll", u32(1, 9, 1)), 9],
  ["some samples", body(0, "roll", u32(3, 2, 0, 3, 1, 4, 0)), 3],
  ["version 1", body(1, "roll", u32(0, 1, 9, 1)), 9],
  ["another grouping", body(0, "rap ", u32(1, 9, 1)), 0],
  ["a count of four billion", body(0, "roll", u32(2 ** 32 - 1, 9, 1)), 9],
];

for (const [what, box, samples] of assignments) {
  Deno.test(`readSbgp() counts ${what}`, () => assertEquals(readSbgp(box), samples));
}

Deno.test("sbgp() writes SBGP_SIZE bytes", () => {
  const w = new ByteWriter(16);
  sbgp(w, 2 ** 32 - 1);
  assertEquals(w.finish().length, SBGP_SIZE);
});
