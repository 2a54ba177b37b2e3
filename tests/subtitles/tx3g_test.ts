import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readStsd } from "../../lib/mp4/sample_entry.ts";
import { StyleClasses } from "../../lib/subtitles/text_style.ts";
import { readTx3gEntry, readTx3gSample } from "../../lib/subtitles/tx3g.ts";
import { box, concat, type Part, stsd, u16, u8 } from "../mp4/movie_file.ts";
import { styl, tx3gEntry, tx3gSample } from "../subtitle_movie.ts";

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };
const HD = { x: 0, y: 0, width: 1920, height: 1080 };

/** Reads a sample of a track. */
function read(entryBytes: Uint8Array, sample: Uint8Array, track = NOWHERE) {
  const [entry] = readStsd(new ByteReader(stsd(entryBytes).subarray(8)), "sbtl");
  const options = { geometry: { track, video: HD }, classes: new StyleClasses() };
  return readTx3gSample(sample, readTx3gEntry(entry!), options);
}

const WHITE = 0xFFFFFFFF;
const RED = 0xFF0000FF;

const texts: [what: string, sample: Uint8Array, text: string | undefined][] = [
  ["plain text", tx3gSample("a\nb"), "a\nb"],
  ["CR", tx3gSample("a\rb"), "a\nb"],
  ["no text", tx3gSample(""), undefined],
  ["white space only", tx3gSample(" \n "), undefined],
  ["an empty sample", new Uint8Array(0), undefined],
  ["UTF-8", tx3gSample("déjà < & >"), "déjà &lt; &amp; &gt;"],
  ["UTF-16", concat(u16(6), u16(0xFEFF, 0x61, 0xE9)), "aé"],
  ["UTF-16LE", concat(u16(4), u8(0xFF, 0xFE, 0x61, 0)), "a"],
  ["Mac OS Roman", concat(u16(2), u8(0x61, 0x8E)), "aé"],
  ["bold", tx3gSample("abc", styl([1, 2, 1, WHITE])), "a<b>b</b>c"],
  [
    "bold, italic and underlined",
    tx3gSample("abc", styl([0, 3, 7, WHITE])),
    "<b><i><u>abc</u></i></b>",
  ],
  ["a colour", tx3gSample("abc", styl([1, 3, 0, RED])), "a<c.red>bc</c>"],
  [
    "styles after characters beyond 16 bits",
    tx3gSample("😀bc", styl([1, 2, 2, WHITE])),
    "😀<i>b</i>c",
  ],
  [
    "two styles",
    tx3gSample("abcd", styl([0, 1, 1, WHITE], [2, 3, 2, WHITE])),
    "<b>a</b>b<i>c</i>d",
  ],
  [
    "overlapping styles",
    tx3gSample("abcd", styl([0, 3, 1, WHITE], [2, 4, 2, WHITE])),
    "<b>abc</b><i>d</i>",
  ],
  ["a style past the end", tx3gSample("ab", styl([1, 99, 1, WHITE])), "a<b>b</b>"],
  ["a style that ends before it starts", tx3gSample("ab", styl([2, 1, 1, WHITE])), "ab"],
  [
    "more styles counted than written",
    tx3gSample("ab", box("styl", u16(9), u16(0, 1, 1), u8(1, 18, 255, 255, 255, 255))),
    "<b>a</b>b",
  ],
  [
    "unknown boxes",
    tx3gSample("ab", box("hlit", u16(0, 1)), box("blnk", u16(0, 1))),
    "ab",
  ],
];

for (const [what, sample, text] of texts) {
  Deno.test(`readTx3gSample() reads ${what}`, () => {
    assertEquals(read(tx3gEntry(), sample)?.cue.text, text);
  });
}

const tbox = (top: number, left: number, bottom: number, right: number) =>
  box("tbox", u16(top, left, bottom, right));
const BAND = { x: 0, y: 900, width: 1920, height: 180 };

const places: [
  what: string,
  entry: Parameters<typeof tx3gEntry>[0],
  modifiers: Part[],
  track: typeof NOWHERE,
  settings: string,
][] = [
  ["text at the bottom center", {}, [], NOWHERE, ""],
  ["text at the left", { across: 0 }, [], NOWHERE, "align:left"],
  ["text at the right", { across: 255 }, [], NOWHERE, "align:right"],
  ["text at the top", { down: 0 }, [], NOWHERE, "line:0"],
  ["text in the middle", { down: 1 }, [], NOWHERE, "line:50%,center"],
  ["text at the bottom of a track at the bottom", {}, [], BAND, ""],
  ["text at the top of a track of full size", { down: 0 }, [], HD, "line:0%"],
  ["text in a tbox", {}, [tbox(0, 0, 108, 1920)], HD, "line:10%,end"],
  [
    "text in the default text box",
    { rect: [0, 192, 540, 1152] },
    [],
    HD,
    "line:50%,end position:35% size:50%",
  ],
];

for (const [what, entry, modifiers, track, settings] of places) {
  Deno.test(`readTx3gSample() places ${what}`, () => {
    const sample = read(tx3gEntry(entry), tx3gSample("a", modifiers), track);
    assertEquals(sample?.cue.settings, settings);
  });
}

Deno.test("readTx3gSample() applies the default colour of the entry", () => {
  assertEquals(read(tx3gEntry({ color: RED }), tx3gSample("a"))?.cue.text, "<c.red>a</c>");
});

Deno.test("readTx3gSample() rejects truncated text", () => {
  assertThrows(
    () => read(tx3gEntry(), concat(u16(5), u8(1))),
    MediaError,
    "Cannot read 5 bytes",
  );
});

Deno.test("readTx3gSample() names the invalid box", () => {
  const sample = tx3gSample("a", box("styl", u16(0)));
  sample[6] = 200;
  assertThrows(() => read(tx3gEntry(), sample), MediaError, "styl: Cannot read");
});
