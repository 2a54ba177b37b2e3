import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readBoxes, readVersion, toPrintable } from "../../lib/mp4/box.ts";
import { ascii, box, concat, u32, u64 } from "./movie_file.ts";

/** Reads boxes of the given types and returns their types and body lengths. */
function walk(bytes: Uint8Array, types: string[]): [type: string, length: number][] {
  const found: [string, number][] = [];
  const reader = (type: string) => (r: ByteReader) => void found.push([type, r.left]);
  readBoxes(new ByteReader(bytes), Object.fromEntries(types.map((type) => [type, reader(type)])));
  return found;
}

Deno.test("readBoxes() reads what ByteWriter.box() wrote, and skips unknown boxes", () => {
  const w = new ByteWriter();
  w.box("aaaa", () => w.u32(1));
  w.box("free", () => w.bytes(new Uint8Array(99)));
  w.box("bbbb", () => w.box("cccc", () => {}));
  assertEquals(walk(w.finish(), ["aaaa", "bbbb", "cccc"]), [["aaaa", 4], ["bbbb", 8]]);
});

Deno.test("readBoxes() reads 64-bit sizes, and a size of 0 to the end", () => {
  const large = concat(u32(1), ascii("aaaa"), u64(18), ascii("xy"));
  assertEquals(walk(concat(large, u32(0), ascii("bbbb"), ascii("xyz")), ["aaaa", "bbbb"]), [
    ...[["aaaa", 2], ["bbbb", 3]] as [string, number][],
  ]);
});

Deno.test("readBoxes() ignores a QuickTime terminator of 32 bits at the end", () => {
  assertEquals(walk(concat(box("aaaa"), u32(0)), ["aaaa"]), [["aaaa", 0]]);
});

Deno.test("readBoxes() calls no member of Object.prototype as a reader", () => {
  readBoxes(new ByteReader(box("toString".slice(0, 4))), {});
  assertEquals(walk(box("cons"), []), []);
});

const INVALID_SIZES: [what: string, bytes: Uint8Array, message: string][] = [
  ["below 8", concat(u32(7), ascii("aaaa")), "aaaa: Cannot read a box smaller than its header"],
  ["past the end", concat(u32(9), ascii("aaaa")), "aaaa: Cannot read 1 bytes where 0 are left"],
  ["of 64 bits below 16", concat(u32(1), ascii("aaaa"), u64(15)), "aaaa: Cannot read a box small"],
  [
    "of 64 bits that is truncated",
    concat(u32(1), ascii("aaaa"), u32(0)),
    "aaaa: Cannot read a box",
  ],
  ["past 2^53", concat(u32(1), ascii("aaaa"), u32(2 ** 31, 0)), "aaaa: Cannot read 9223372036854"],
  ["with a type that is not printable", concat(u32(3), u32(0x00a96e1b)), "??n?: Cannot read a box"],
];

for (const [what, bytes, message] of INVALID_SIZES) {
  Deno.test(`readBoxes() rejects a size ${what}`, () => {
    assertThrows(() => walk(bytes, ["aaaa"]), MediaError, message);
  });
}

Deno.test("readBoxes() rejects a box with more boxes than memory is spent on", () => {
  const parent = (count: number) => box("pare", Array<Uint8Array>(count).fill(box("kind")));
  const count = (bytes: Uint8Array) => {
    let found = 0;
    readBoxes(new ByteReader(bytes), {
      pare: (r) => readBoxes(r, { kind: () => found++ }),
    });
    return found;
  };
  assertEquals(count(parent(2 ** 16)), 2 ** 16);
  const error = assertThrows(() => count(parent(2 ** 16 + 1)), MediaError);
  assertEquals(error.message, "pare: Cannot read more than 65536 boxes");
  assertEquals(error.code, "MEDIA_UNSUPPORTED");
});

Deno.test("readBoxes() adds every box to the path of a MediaError, and passes other errors on", () => {
  const inner = box("aaaa", box("bbbb", box("cccc")));
  const nested = (fail: () => void) => () =>
    readBoxes(new ByteReader(inner), {
      aaaa: (r) => readBoxes(r, { bbbb: (r) => readBoxes(r, { cccc: fail }) }),
    });
  const media = nested(() => {
    throw new MediaError("Cannot do it");
  });
  assertEquals(assertThrows(media, MediaError).message, "aaaa/bbbb/cccc: Cannot do it");
  const internal = nested(() => {
    throw new TypeError("x is not a function");
  });
  assertEquals(assertThrows(internal, TypeError).message, "x is not a function");
});

Deno.test("readVersion() returns version and flags", () => {
  const r = new ByteReader(u32(0x01000305));
  assertEquals(readVersion(r, 1), { version: 1, flags: 0x305 });
});

Deno.test("readVersion() rejects a version above the maximum", () => {
  assertThrows(() => readVersion(new ByteReader(u32(0x02000000)), 1), MediaError, "version 2");
});

Deno.test("toPrintable() replaces what is not printable ASCII", () => {
  assertEquals(toPrintable("a\n\u00a9\u{7f}z"), "a???z");
});
