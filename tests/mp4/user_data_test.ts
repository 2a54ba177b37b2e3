import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { readHandlerName, readMovieUdta, readUdta } from "../../lib/mp4/user_data.ts";
import { readTrak } from "../../lib/mp4/trak.ts";
import { ascii, box, concat, fullBox, type Part, trak, u32, u64, u8 } from "./movie_file.ts";

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

const SECOND = 10_000_000;
const chapter = (start: number, title: string) =>
  concat(u64(start), u8(ascii(title).length), ascii(title));
const chpl = (...parts: Part[]) => box("chpl", ...parts);
const [ONE, TWO] = [chapter(0, "One"), chapter(SECOND, "Café")];
const BOTH: [start: number, title: string][] = [[0, "One"], [SECOND, "Café"]];

const listed: [what: string, parts: Part[], chapters: [start: number, title: string][]][] = [
  ["chapters of version 1", [chpl(u32(0x01000000), u8(0), u32(2), ONE, TWO)], BOTH],
  ["chapters of version 0", [chpl(u32(0), u8(2), ONE, TWO)], BOTH],
  ["chapters after other boxes", [box("meta"), chpl(u32(0), u8(2), ONE, TWO)], BOTH],
  ["no more than the count", [chpl(u32(0), u8(1), ONE, TWO)], [BOTH[0]!]],
  ["no more than there are", [chpl(u32(0), u8(255), ONE, TWO)], BOTH],
  ["no more than fit, of a count of 2^32", [chpl(u32(1 << 24), u8(0, 255, 255, 255, 255), ONE)], [
    BOTH[0]!,
  ]],
  ["those before one that is cut off", [chpl(u32(0), u8(2), ONE, TWO.subarray(0, 12))], [BOTH[0]!]],
  ["those before a time of 64 bits", [chpl(u32(0), u8(2), ONE, u32(2 ** 21, 0), u8(0))], [
    BOTH[0]!,
  ]],
  ["a title that is not UTF-8 as none", [chpl(u32(0), u8(1), u64(0), u8(1, 0xE9))], [[0, ""]]],
  ["none of an empty box", [chpl(), chpl(u32(0), u8(1), ONE)], []],
  ["none of more than 1000", [chpl(u32(1 << 24), u8(0), u32(1001), ...Array(1001).fill(ONE))], []],
  ["none without the box", [box("meta")], []],
];

for (const [what, parts, expected] of listed) {
  Deno.test(`readMovieUdta() returns ${what}`, () => {
    const chapters = readMovieUdta(new ByteReader(concat(...parts)));
    assertEquals(chapters.map(({ start, title }) => [start, title]), expected);
  });
}

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
