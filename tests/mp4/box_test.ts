import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readBoxes, readVersion, toPrintable } from "../../lib/mp4/box.ts";
import { ascii, box, concat, u32, u64 } from "./movie_file.ts";

/** Type and length of the body of each box. */
function walk(bytes: Uint8Array, types: string[]): [type: string, length: number][] {
  const found: [string, number][] = [];
  const reader = (type: string) => (r: ByteReader) => void found.push([type, r.left]);
  readBoxes(new ByteReader(bytes), Object.fromEntries(types.map((type) => [type, reader(type)])));
  return found;
}

Deno.test("readBoxes() gives back what ByteWriter.box() wrote, and passes over what it doesn't know", () => {
  const w = new ByteWriter();
  w.box("aaaa", () => w.u32(1));
  w.box("free", () => w.bytes(new Uint8Array(99)));
  w.box("bbbb", () => w.box("cccc", () => {}));
  assertEquals(walk(w.finish(), ["aaaa", "bbbb", "cccc"]), [["aaaa", 4], ["bbbb", 8]]);
});

Deno.test("readBoxes() reads 64-bit sizes, and 0 to the end", () => {
  const large = concat(u32(1), ascii("aaaa"), u64(18), ascii("xy"));
  assertEquals(walk(concat(large, u32(0), ascii("bbbb"), ascii("xyz")), ["aaaa", "bbbb"]), [
    ...[["aaaa", 2], ["bbbb", 3]] as [string, number][],
  ]);
});

Deno.test("readBoxes() passes over QuickTime's 32-bit 0 at the end", () => {
  assertEquals(walk(concat(box("aaaa"), u32(0)), ["aaaa"]), [["aaaa", 0]]);
});

Deno.test("readBoxes() takes no member of Object for a reader", () => {
  readBoxes(new ByteReader(box("toString".slice(0, 4))), {});
  assertEquals(walk(box("cons"), []), []);
});

const LIES: [what: string, bytes: Uint8Array, message: string][] = [
  ["below 8", concat(u32(7), ascii("aaaa")), "aaaa: Cannot read a box smaller than its header"],
  ["past the end", concat(u32(9), ascii("aaaa")), "aaaa: Cannot read 1 bytes where 0 are left"],
  ["of 64 bits below 16", concat(u32(1), ascii("aaaa"), u64(15)), "aaaa: Cannot read a box small"],
  ["of 64 bits that are cut off", concat(u32(1), ascii("aaaa"), u32(0)), "aaaa: Cannot read a box"],
  ["past 2^53", concat(u32(1), ascii("aaaa"), u32(2 ** 31, 0)), "aaaa: Cannot read 9223372036854"],
  ["of a type that can't be printed", concat(u32(3), u32(0x00a96e1b)), "??n?: Cannot read a box"],
];

for (const [what, bytes, message] of LIES) {
  Deno.test(`readBoxes() refuses a size ${what}`, () => {
    assertThrows(() => walk(bytes, ["aaaa"]), MediaError, message);
  });
}

Deno.test("readBoxes() puts every box in front of an error, and leaves other errors alone", () => {
  const inner = box("aaaa", box("bbbb", box("cccc")));
  const nested = (fail: () => void) => () =>
    readBoxes(new ByteReader(inner), {
      aaaa: (r) => readBoxes(r, { bbbb: (r) => readBoxes(r, { cccc: fail }) }),
    });
  const media = nested(() => {
    throw new MediaError("Cannot do it");
  });
  assertEquals(assertThrows(media, MediaError).message, "aaaa/bbbb/cccc: Cannot do it");
  const defect = nested(() => {
    throw new TypeError("x is not a function");
  });
  assertEquals(assertThrows(defect, TypeError).message, "x is not a function");
});

Deno.test("readVersion() gives version and flags", () => {
  const r = new ByteReader(u32(0x01000305));
  assertEquals(readVersion(r, 1), { version: 1, flags: 0x305 });
});

Deno.test("readVersion() refuses a version above the highest", () => {
  assertThrows(() => readVersion(new ByteReader(u32(0x02000000)), 1), MediaError, "version 2");
});

Deno.test("printable() replaces what is not printable ASCII", () => {
  assertEquals(toPrintable("a\n\u00a9\u{7f}z"), "a???z");
});
