import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { parseSrt } from "../../lib/subtitles/srt.ts";
import { formatWebvtt, parseWebvtt } from "../../lib/subtitles/webvtt.ts";

type Cue = [start: number, end: number, text: string, rest?: { id?: string; settings?: string }];

/** Parses a file to compact cues. */
function parseCues(text: string): Cue[] {
  return parseSrt(text).cues.map(({ start, end, text, id, settings }) => {
    const rest = { ...id ? { id } : {}, ...settings ? { settings } : {} };
    return Object.keys(rest).length > 0 ? [start, end, text, rest] : [start, end, text];
  });
}

const T1 = "00:00:01,000 --> 00:00:02,000";
const T3 = "00:00:03,000 --> 00:00:04,500";

const files: [what: string, text: string, cues: Cue[]][] = [
  ["the usual format", `1\n${T1}\nOne\nTwo\n\n2\n${T3}\nThree\n`, [
    [1000, 2000, "One\nTwo", { id: "1" }],
    [3000, 4500, "Three", { id: "2" }],
  ]],
  ["CRLF", `1\r\n${T1}\r\nOne\r\nTwo\r\n\r\n2\r\n${T3}\r\nThree`, [
    [1000, 2000, "One\nTwo", { id: "1" }],
    [3000, 4500, "Three", { id: "2" }],
  ]],
  ["CR", `1\r${T1}\rOne\r\r2\r${T3}\rThree\r`, [
    [1000, 2000, "One", { id: "1" }],
    [3000, 4500, "Three", { id: "2" }],
  ]],
  [
    "line ends converted twice",
    `1\r\r\n${T1}\r\r\nOne\r\r\nTwo\r\r\n\r\r\n2\r\r\n${T3}\r\r\nThree`,
    [
      [1000, 2000, "One\nTwo", { id: "1" }],
      [3000, 4500, "Three", { id: "2" }],
    ],
  ],
  ["a remaining byte order mark", `\uFEFF1\n${T1}\nOne`, [[1000, 2000, "One", { id: "1" }]]],
  ["no empty line between cues", `1\n${T1}\nOne\n2\n${T3}\nThree`, [
    [1000, 2000, "One", { id: "1" }],
    [3000, 4500, "Three", { id: "2" }],
  ]],
  ["no numbers", `${T1}\nOne\n\n${T3}\nThree`, [[1000, 2000, "One"], [3000, 4500, "Three"]]],
  ["no numbers and no empty lines", `${T1}\nOne\n${T3}\nThree`, [
    [1000, 2000, "One"],
    [3000, 4500, "Three"],
  ]],
  ["a number as text, in a file without cue numbers", `${T1}\n42\n${T3}\nThree`, [
    [1000, 2000, "42"],
    [3000, 4500, "Three"],
  ]],
  ["a number as text, in a file with cue numbers", `1\n${T1}\n42\n\n2\n${T3}\n1984`, [
    [1000, 2000, "42", { id: "1" }],
    [3000, 4500, "1984", { id: "2" }],
  ]],
  ["empty lines within text", `1\n${T1}\nOne\n\nTwo\n\n\n2\n${T3}\n\nThree\n\n`, [
    [1000, 2000, "One\nTwo", { id: "1" }],
    [3000, 4500, "Three", { id: "2" }],
  ]],
  ["lines of spaces", `1 \n ${T1} \n One \n   \n2\n${T3}\nThree`, [
    [1000, 2000, " One ", { id: "1" }],
    [3000, 4500, "Three", { id: "2" }],
  ]],
  ["cues without text", `1\n${T1}\n\n2\n${T3}\n`, []],
  ["unordered cues", `2\n${T3}\nThree\n\n1\n${T1}\nOne`, [
    [1000, 2000, "One", { id: "1" }],
    [3000, 4500, "Three", { id: "2" }],
  ]],
  ["overlapping cues", `00:01,000 --> 00:05,000\nOne\n\n00:02,000 --> 00:03,000\nTwo`, [
    [1000, 5000, "One"],
    [2000, 3000, "Two"],
  ]],
  ["WebVTT's settings", `${T1} align:left line:10%\nOne`, [
    [1000, 2000, "One", { settings: "line:10% align:left" }],
  ]],
  ["coordinates", `${T1}  X1:201 X2:516 Y1:397 Y2:423\nOne`, [[1000, 2000, "One"]]],
  ["a negative start", `-00:00:01,000 --> 00:00:02,000\nOne`, [[0, 2000, "One"]]],
  ["a cue that ends before it starts", `00:00:03,000 --> 00:00:02,000\nOne\n\n${T3}\nThree`, [
    [3000, 4500, "Three"],
  ]],
  ["an arrow in text", `${T1}\na --> b`, [[1000, 2000, "a --&gt; b"]]],
];

for (const [what, text, cues] of files) {
  Deno.test(`parseSrt() reads ${what}`, () => {
    assertEquals(parseCues(text), cues);
  });

  Deno.test(`parseSrt() and parseWebvtt() agree after conversion: ${what}`, () => {
    const read = parseSrt(text);
    const again = parseWebvtt(new TextEncoder().encode(formatWebvtt(read)));
    assertEquals([again.cues, again.blocks, again.warnings], [read.cues, read.blocks, []]);
  });
}

const times: [line: string, start: number, end: number][] = [
  ["00:00:01,000 --> 00:00:02,000", 1000, 2000],
  ["0:0:1,0 --> 0:0:2,5", 1000, 2500],
  ["00:00:01.250 --> 00:00:02.750", 1250, 2750],
  ["00:00:01:250 --> 00:00:02:750", 1250, 2750],
  ["00:00:01,5 --> 00:00:01,75", 1500, 1750],
  ["00:00:01,1239 --> 00:00:02,9999", 1123, 2999],
  ["00:00:01 --> 00:00:02", 1000, 2000],
  ["00:01,000 --> 01:02,000", 1000, 62000],
  ["100:00:01,000 --> 100:00:02,000", 360001000, 360002000],
  ["00: 00: 01, 000 -> 00: 00: 02, 000", 1000, 2000],
  ["00:00:01,000-->00:00:02,000", 1000, 2000],
  ["00:00:01,000 -- > 00:00:02,000", 1000, 2000],
  ["00:00:01,000 —> 00:00:02,000", 1000, 2000],
  ["\t00:00:01,000\t-->\t00:00:02,000", 1000, 2000],
];

for (const [line, start, end] of times) {
  Deno.test(`parseSrt() reads the times ${line}`, () => {
    assertEquals(parseCues(`1\n${line}\nx`), [[start, end, "x", { id: "1" }]]);
  });
}

const NO_TIMES = [
  ...["", "x", "00:00:01,000", "00:01 >", "1 --> 2", "a:b:c,d --> e:f:g,h"],
  `00:00:01,000 --> 00:00:02,000 ${"x".repeat(500)}`,
];

for (const line of NO_TIMES) {
  Deno.test(`parseSrt() finds no cue in "${line.slice(0, 40)}"`, () => {
    assertThrows(() => parseSrt(`1\n${line}\nx`), MediaError, "Cannot find a cue");
  });
}

const texts: [srt: string, webvtt: string, settings?: string][] = [
  ["plain", "plain"],
  ["<i>a\nb</i>", "<i>a\nb</i>"],
  ["{\\an8}top", "top", "line:0"],
];

for (const [srt, webvtt, settings = ""] of texts) {
  Deno.test(`parseSrt() converts ${JSON.stringify(srt)} to ${JSON.stringify(webvtt)}`, () => {
    const [cue] = parseSrt(`${T1}\n${srt}\n`).cues;
    assertEquals([cue?.text, cue?.settings], [webvtt, settings]);
  });
}

Deno.test("parseSrt() writes colours to a style sheet", () => {
  const { blocks } = parseSrt(`${T1}\n<font color=red>a</font> <font color="#f80">b</font>`);
  assertEquals(blocks, [{
    type: "style",
    text: "STYLE\n::cue(.red) { color: #ff0000 }\n::cue(.color-ff8800) { color: #ff8800 }",
    before: 0,
  }]);
});

const warned: [text: string, warnings: string[]][] = [
  [`1\n${T1}\nx`, []],
  [`header\n1\n${T1}\nx`, ["Line 1: text before the first cue is ignored"]],
  [`1\n00:03,0 --> 00:02,0\nx`, [
    "Line 2: the cue ends before it starts and is ignored",
  ]],
  [`-00:00:01,0 --> 00:02,0\nx`, [
    "Line 1: the cue starts before 0 and is shown from 0",
  ]],
  [`${T1} X1:1 Y1:2\nx\n\n${T3} X1:1\ny`, [
    "Coordinates such as X1:40 are ignored: the video size that they refer to is unknown",
  ]],
  [`${T1} hello\nx`, [`Line 1: "hello" after the times is ignored`]],
  [`${T1}\n<font color="wat">a</font>`, [`Line 2: "wat" is not a colour`]],
  [`${T1}\n${"a".repeat(2 ** 16)}`, []],
  [`${T1}\n${"a".repeat(2 ** 16 + 1)}`, ["Line 1: the cue exceeds 65536 bytes and is ignored"]],
  [`${T1}\n${"<".repeat(2 ** 15)}`, ["Line 1: the cue exceeds 65536 bytes and is ignored"]],
];

for (const [text, warnings] of warned) {
  Deno.test(`parseSrt() warns of ${JSON.stringify(text.slice(0, 100))}: ${warnings.length}`, () => {
    assertEquals(parseSrt(text).warnings, warnings);
  });
}

Deno.test("parseSrt() counts omitted warnings", () => {
  const { warnings } = parseSrt(`00:03 --> 00:02\nx\n\n`.repeat(50));
  assertEquals(warnings.length, 21);
  assert(warnings.at(-1) === "30 more warnings are not listed");
});
