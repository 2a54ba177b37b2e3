import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { readHandlerName, readUdta } from "../../lib/mp4/user_data.ts";
import { readTrak } from "../../lib/mp4/trak.ts";
import { ascii, box, concat, fullBox, type Part, trak, u32, u8 } from "./movie_file.ts";

const udta = (...parts: Part[]) => readUdta(new ByteReader(concat(...parts)));
const name = (text: string) => box("name", ascii(text));
const kind = (...texts: string[]) => fullBox("kind", 0, 0, ascii(texts.join("\0")), u8(0));

const names: [what: string, parts: Part[], name: string][] = [
  ["a name", [name("Director’s commentary")], "Director’s commentary"],
  ["a name that ends with NULs", [name("Film\0\0")], "Film"],
  ["a name of several lines", [name(" a\n\tb\x01c ")], "a b c"],
  ["the first of two names", [name("one"), name("two")], "one"],
  ["a name after other boxes", [box("meta", u32(0)), name("Film")], "Film"],
  ["a name before the QuickTime terminator", [name("Film"), u32(0)], "Film"],
  ["no name without a name box", [box("meta")], ""],
  ["no name for an empty name", [name("")], ""],
  ["no name if it is not UTF-8", [box("name", u8(0x46, 0xE9))], ""],
  ["no name if it has 401 bytes", [name("x".repeat(401))], ""],
  ["no name after an invalid size", [u32(99), ascii("free"), name("Film")], ""],
  ["no name after a size of 0", [u32(0), ascii("free"), name("Film")], ""],
];

for (const [what, parts, expected] of names) {
  Deno.test(`readUdta() returns ${what}`, () => assertEquals(udta(...parts).name, expected));
}

const ROLE = "urn:mpeg:dash:role:2011";

const kinds: [what: string, parts: Part[], kinds: [scheme: string, value: string][]][] = [
  ["kinds", [kind(ROLE, "main"), kind("x", "y")], [[ROLE, "main"], ["x", "y"]]],
  ["a kind without a value", [kind(ROLE)], [[ROLE, ""]]],
  ["a kind without a terminating NUL", [fullBox("kind", 0, 0, ascii("a\0b"))], [["a", "b"]]],
  ["no kind for an empty box", [fullBox("kind", 0, 0), box("kind")], []],
];

for (const [what, parts, expected] of kinds) {
  Deno.test(`readUdta() returns ${what}`, () => {
    assertEquals(udta(...parts).kinds.map(({ scheme, value }) => [scheme, value]), expected);
  });
}

Deno.test("readUdta() returns at most 32 kinds", () => {
  assertEquals(udta(...Array(1000).fill(kind("a", "b"))).kinds.length, 32);
});

const handlers: [what: string, bytes: Uint8Array, name: string][] = [
  ["a C string", ascii("English\0"), "English"],
  ["a string without a terminating NUL", ascii("English"), "English"],
  ["a QuickTime Pascal string", concat(u8(7), ascii("English")), "English"],
  ["a missing name", u8(), ""],
  ["an empty Pascal string", u8(0), ""],
];

for (const [what, bytes, expected] of handlers) {
  Deno.test(`readHandlerName() reads ${what}`, () => {
    assertEquals(readHandlerName(new ByteReader(concat(u32(0, 0, 0), bytes))), expected);
  });
}

Deno.test('readHandlerName() returns "" if the box is too short', () => {
  assertEquals(readHandlerName(new ByteReader(u32(0))), "");
});

Deno.test("readTrak() returns name and kinds of a track", () => {
  const context = { size: 1000, name: "film.mp4", warnings: [] };
  const plain = trak();
  const more = box("udta", name("Film"), kind(ROLE, "dub"));
  const read = (...parts: Part[]) =>
    readTrak(new ByteReader(concat(plain.subarray(8), ...parts)), context);
  const { name: handler, kinds } = read(more);
  assertEquals({ handler, kinds }, { handler: "Film", kinds: [{ scheme: ROLE, value: "dub" }] });
  assertEquals([read().name, read().kinds], ["", []]);
});
