/** Comparison of parseWebvtt() with npm's webvtt-parser, by the editors of the standard. */

import { assertEquals } from "@std/assert";
import webvtt from "webvtt-parser";
import { parseWebvtt } from "../../lib/subtitles/webvtt.ts";

interface NpmCue {
  /** In seconds. */
  readonly startTime: number;
  readonly endTime: number;
  readonly id: string;
  readonly text: string;
}

type Cues = (readonly [start: number, end: number, id: string, text: string])[];

/** Parses with AMS, in the order of webvtt-parser. */
function parseWithAms(text: string): Cues {
  const { cues } = parseWebvtt(new TextEncoder().encode(text));
  const sorted = [...cues].sort((a, b) => a.start - b.start || b.end - a.end);
  return sorted.map(({ start, end, id, text }) => [start, end, id, text]);
}

function parseWithNpm(text: string): Cues {
  const { cues }: { cues: NpmCue[] } = new webvtt.WebVTTParser().parse(text, "metadata");
  return cues.map(({ startTime, endTime, id, text }) =>
    [Math.round(startTime * 1000), Math.round(endTime * 1000), id, text] as const
  );
}

const T1 = "00:01.000 --> 00:02.000";
const T2 = "00:02.000 --> 00:03.000";

/** Files that both parse equally. */
const same: [what: string, text: string][] = [
  ["nothing", "WEBVTT"],
  ["a byte order mark", `\uFEFFWEBVTT\n\n${T1}\na`],
  ["text after the signature", `WEBVTT - a movie\n\n${T1}\na`],
  ["lines of a header", `WEBVTT\nKind: captions\nLanguage: en\n\n${T1}\na`],
  ["no empty line after the signature", `WEBVTT\n${T1}\na`],
  ["CR", `WEBVTT\r\r${T1}\ra\rb\r\r${T2}\rc`],
  ["CRLF", `WEBVTT\r\n\r\n${T1}\r\na\r\n\r\n${T2}\r\nc\r\n`],
  ["mixed line ends", `WEBVTT\r\n\n${T1}\ra\n\r\n${T2}\nc`],
  ["a NUL", `WEBVTT\n\n${T1}\na\0b`],
  ["many empty lines", `WEBVTT\n\n\n\n${T1}\na\n\n\n\n${T2}\nb\n\n\n`],
  ["ids", `WEBVTT\n\n1\n${T1}\na\n\ntwo words\n${T2}\nb`],
  ["an id without a cue", `WEBVTT\n\nalone\n\n${T1}\na`],
  ["an id followed by text", `WEBVTT\n\nid\nno times\n\n${T1}\na`],
  ["a cue without text", `WEBVTT\n\n${T1}\n\n${T2}\nb`],
  ["no empty line between cues", `WEBVTT\n\n${T1}\na\n${T2}\nb`],
  ["comments", `WEBVTT\n\nNOTE one\ntwo\n\n${T1}\na\n\nNOTE\tthree\n\nNOTE\n\n${T2}\nb`],
  ["style sheets", `WEBVTT\n\nSTYLE\n::cue { color: red }\n\n${T1}\na`],
  ["regions", `WEBVTT\n\nREGION\nid:r\nwidth:40%\n\n${T1} region:r\na`],
  ["hours", "WEBVTT\n\n00:00:01.000 --> 100:00:02.000\na"],
  ["hours in one time only", "WEBVTT\n\n00:01.000 --> 00:00:02.000\na"],
  ["no spaces at the arrow", "WEBVTT\n\n00:01.000-->00:02.000\na"],
  ["tabs", "WEBVTT\n\n\t00:01.000\t-->\t00:02.000\tline:0\na"],
  ["settings", `WEBVTT\n\n${T1} line:0 position:50% size:80% align:start vertical:rl\na`],
  ["broken settings", `WEBVTT\n\n${T1} line: position:-5% align:up nothing\na`],
  ["a comma in a time", `WEBVTT\n\n00:01,000 --> 00:02.000\na\n\n${T2}\nb`],
  ["seconds of one digit", `WEBVTT\n\n00:1.000 --> 00:02.000\na\n\n${T2}\nb`],
  ["minutes over 59", `WEBVTT\n\n60:00.000 --> 61:00.000\na\n\n${T2}\nb`],
  ["seconds over 59", `WEBVTT\n\n00:60.000 --> 00:61.000\na\n\n${T2}\nb`],
  ["a negative time", `WEBVTT\n\n-00:01.000 --> 00:02.000\na\n\n${T2}\nb`],
  ["a short fraction", `WEBVTT\n\n00:01.00 --> 00:02.000\na\n\n${T2}\nb`],
  ["an arrow that is too short", `WEBVTT\n\n00:01.000 -> 00:02.000\na\n\n${T2}\nb`],
  ["a broken cue with text and a cue below", `WEBVTT\n\n00:x --> 00:02.000\na\n${T2}\nb`],
  [
    "tags",
    `WEBVTT\n\n${T1}\n<b>a</b> <i.x>b</i> <v Mary>c <00:01.500> d\n<ruby>e<rt>f</rt></ruby>`,
  ],
  ["entities", `WEBVTT\n\n${T1}\n&amp; &lt; &nbsp; &unknown; &`],
  ["cues out of order", `WEBVTT\n\n${T2}\nb\n\n${T1}\na`],
  ["overlapping cues", `WEBVTT\n\n00:01.000 --> 00:05.000\na\n\n${T2}\nb`],
  ["no line end at the end", `WEBVTT\n\n${T1}\na`],
  ["white space around text", `WEBVTT\n\n${T1}\n  a  \n \n`],
];

for (const [what, text] of same) {
  Deno.test(`parseWebvtt() and webvtt-parser agree on ${what}`, () => {
    assertEquals(parseWithAms(text), parseWithNpm(text));
  });
}

/** Files that they parse differently. */
const different: [why: string, text: string, ams: Cues, npm: Cues][] = [
  [
    "a cue that ends before it starts is never shown (§6.3); AMS ignores it with a warning",
    `WEBVTT\n\n00:02.000 --> 00:01.000\na\n\n${T2}\nb`,
    [[2000, 3000, "", "b"]],
    [[2000, 1000, "", "a"], [2000, 3000, "", "b"]].sort((a, b) =>
      Number(b[1]) - Number(a[1])
    ) as unknown as Cues,
  ],
  [
    "an arrow ends a comment, and starts a cue (§6.1)",
    `WEBVTT\n\nNOTE one\ntwo\n${T1}\na`,
    [[1000, 2000, "", "a"]],
    [],
  ],
  [
    "an arrow below NOTE makes that the cue's id (§6.1)",
    `WEBVTT\n\nNOTE\n${T1}\na`,
    [[1000, 2000, "NOTE", "a"]],
    [],
  ],
];

for (const [why, text, ams, npm] of different) {
  Deno.test(`parseWebvtt() and webvtt-parser differ: ${why}`, () => {
    assertEquals([parseWithAms(text), parseWithNpm(text)], [ams, npm]);
  });
}
