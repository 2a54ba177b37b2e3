import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { Cue } from "../../lib/subtitles/cue.ts";
import {
  formatWebvtt,
  MAX_WEBVTT_SIZE,
  parseWebvtt,
  removeByteOrderMark,
  type Webvtt,
} from "../../lib/subtitles/webvtt.ts";

function parse(text: string): Webvtt {
  return parseWebvtt(new TextEncoder().encode(text));
}

function cue(start: number, end: number, text: string, rest: Partial<Cue> = {}): Cue {
  return { start, end, id: "", settings: "", text, ...rest };
}

const files: [what: string, text: string, expected: Partial<Webvtt>][] = [
  ["the signature only", "WEBVTT", { header: "", cues: [], blocks: [], warnings: [] }],
  ["a byte order mark", "\uFEFFWEBVTT\n\n00:01.000 --> 00:02.000\na", {
    cues: [cue(1000, 2000, "a")],
  }],
  ["a header", "WEBVTT - Movie\nKind: captions\n\n", {
    header: " - Movie\nKind: captions",
    cues: [],
  }],
  ["a header of a tab", "WEBVTT\tx\n", { header: "\tx", warnings: [] }],
  [
    "a cue without an empty line before it",
    "WEBVTT\n00:01.000 --> 00:02.000\na\n",
    { header: "", cues: [cue(1000, 2000, "a")] },
  ],
  ["an arrow in the header's line", "WEBVTT 00:01.000 --> 00:02.000\n\na\n", { cues: [] }],
  [
    "ids, settings and two lines",
    "WEBVTT\n\nfirst cue\n00:00:01.000 --> 01:00:02.003 line:0 align:start \na\nb\n",
    { cues: [cue(1000, 3602003, "a\nb", { id: "first cue", settings: "line:0 align:start" })] },
  ],
  [
    "CR, LF and CRLF",
    "WEBVTT\r\ra\r00:01.000 --> 00:02.000\rb\r\n\r\nc\n00:01.000 --> 00:02.000\nd\r\n",
    { cues: [cue(1000, 2000, "b", { id: "a" }), cue(1000, 2000, "d", { id: "c" })] },
  ],
  ["a NUL", "WEBVTT\n\n00:01.000 --> 00:02.000\na\0b", { cues: [cue(1000, 2000, "a\uFFFDb")] }],
  ["a cue without text", "WEBVTT\n\n00:01.000 --> 00:02.000\n", { cues: [cue(1000, 2000, "")] }],
  [
    "an arrow in a cue, which starts another cue",
    "WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb",
    { cues: [cue(1000, 2000, "a"), cue(3000, 4000, "b")], warnings: [] },
  ],
  [
    "an id that resembles a style sheet",
    "WEBVTT\n\nSTYLE\n00:01.000 --> 00:02.000\na",
    { cues: [cue(1000, 2000, "a", { id: "STYLE" })], blocks: [] },
  ],
  [
    "style sheets, regions and comments in order",
    "WEBVTT\n\nSTYLE \n::cue { color: red }\n\nREGION\nid:r\n\nNOTE one\ntwo\n\n" +
    "00:01.000 --> 00:02.000 region:r\na\n\nNOTE\nthree\n\n00:03.000 --> 00:04.000\nb\n\nNOTE four",
    {
      blocks: [
        { type: "style", text: "STYLE \n::cue { color: red }", before: 0 },
        { type: "region", text: "REGION\nid:r", before: 0 },
        { type: "note", text: "NOTE one\ntwo", before: 0 },
        { type: "note", text: "NOTE\nthree", before: 1 },
        { type: "note", text: "NOTE four", before: 2 },
      ],
      cues: [cue(1000, 2000, "a", { settings: "region:r" }), cue(3000, 4000, "b")],
      warnings: [],
    },
  ],
  [
    "a style sheet after a cue",
    "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nSTYLE\n::cue {}\n",
    { warnings: ["Line 6: a style block must precede the first cue"] },
  ],
  [
    "unknown blocks",
    "WEBVTT\n\nNOTES\nx\n\nREGION\n\n00:01.000 --> 00:02.000\na",
    {
      cues: [cue(1000, 2000, "a")],
      warnings: [
        "Line 3: expected a cue, comment, style sheet or region",
        "Line 6: expected a cue, comment, style sheet or region",
      ],
    },
  ],
  [
    "a cue that ends before it starts",
    "WEBVTT\n\nid\n00:02.000 --> 00:01.999\na\n\n00:02.000 --> 00:02.000\nb",
    {
      cues: [cue(2000, 2000, "b")],
      warnings: ["Line 4: the cue ends before it starts"],
    },
  ],
];

for (const [what, text, expected] of files) {
  Deno.test(`parseWebvtt() reads ${what}`, () => {
    const read: Partial<Webvtt> = parse(text);
    const keys = Object.keys(expected) as (keyof Webvtt)[];
    assertEquals(Object.fromEntries(keys.map((key) => [key, read[key]])), expected);
  });

  Deno.test(`formatWebvtt() and parseWebvtt() round-trip ${what}`, () => {
    const { warnings: _, ...read } = parse(text);
    const { warnings: __, ...again } = parse(formatWebvtt(read));
    assertEquals(again, read);
  });
}

const timings: [
  line: string,
  times: [start: number, end: number] | undefined,
  settings?: string,
][] = [
  ["00:00.000 --> 00:00.001", [0, 1]],
  ["00:00:00.000-->00:00:01.000", [0, 1000]],
  [" \t00:01.000\t-->\t00:02.000\tline:0", [1000, 2000], "line:0"],
  ["00:01.000 --> 00:02.000line:0", [1000, 2000], "line:0"],
  ["0:00:01.000 --> 100:00:00.000", [1000, 360000000]],
  ["59:59.999 --> 00:59:59.999", [3599999, 3599999]],
  ["00:60.000 --> 00:61.000", undefined],
  ["60:00.000 --> 60:01.000", undefined],
  ["00:60:00.000 --> 01:00:00.000", undefined],
  ["00:01.000 --> 00:00:60.000", undefined],
  ["00:01.00 --> 00:02.000", undefined],
  ["00:01.000 --> 00:02.0000", undefined],
  ["00:01,000 --> 00:02,000", undefined],
  ["0:01.000 --> 0:02.000", undefined],
  ["00:1.000 --> 00:2.000", undefined],
  ["00:00 --> 00:01.000", undefined],
  ["00:01.000 -> 00:02.000 -->", undefined],
  ["00:01.000 --> ", undefined],
  ["-->", undefined],
  ["-00:01.000 --> 00:02.000", undefined],
  ["٠٠:٠١.٠٠٠ --> 00:02.000", undefined],
  [`00:01.000 --> ${"9".repeat(20)}:00:00.000`, undefined],
];

for (const [line, times, settings = ""] of timings) {
  Deno.test(`parseWebvtt() ${times ? "reads" : "ignores"} the timing ${line}`, () => {
    const { cues, warnings } = parse(`WEBVTT\n\n${line}\na\n`);
    assertEquals(cues, times ? [cue(...times, "a", { settings })] : []);
    const why = "expected times such as 00:01.000 --> 00:02.000";
    assertEquals(warnings, times ? [] : [`Line 3: ${why}`]);
  });
}

const refused: [what: string, bytes: Uint8Array, message: string, code: string][] = [
  ["an empty file", new Uint8Array(0), "Cannot find the signature", "MEDIA_INVALID"],
  [
    "a cue without signature",
    utf8("00:01.000 --> 00:02.000\na"),
    "Cannot find the signature",
    "MEDIA_INVALID",
  ],
  ["a longer signature", utf8("WEBVTTX\n"), "Cannot find the signature", "MEDIA_INVALID"],
  ["a lowercase signature", utf8("webvtt\n"), "Cannot find the signature", "MEDIA_INVALID"],
  ["a space before", utf8(" WEBVTT\n"), "Cannot find the signature", "MEDIA_INVALID"],
  ["two byte order marks", utf8("\uFEFF\uFEFFWEBVTT\n"), "Cannot find the sig", "MEDIA_INVALID"],
  [
    "a file above MAX_WEBVTT_SIZE",
    new Uint8Array(MAX_WEBVTT_SIZE + 1),
    "Cannot read 16777217 bytes",
    "MEDIA_UNSUPPORTED",
  ],
];

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

for (const [what, bytes, message, code] of refused) {
  Deno.test(`parseWebvtt() rejects ${what}`, () => {
    assertEquals(assertThrows(() => parseWebvtt(bytes), MediaError, message).code, code);
  });
}

Deno.test("parseWebvtt() warns of the first line that is not UTF-8", () => {
  const text = "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nd\xE9j\xE0\r\n";
  const { cues, warnings } = parseWebvtt(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  assertEquals(cues, [cue(1000, 2000, "d\uFFFDj\uFFFD")]);
  assertEquals(warnings, ["Line 4: the bytes are not UTF-8"]);
});

Deno.test("parseWebvtt() accepts replacement characters in valid UTF-8", () => {
  assertEquals(parse("WEBVTT\n\n00:01.000 --> 00:02.000\n\uFFFD").warnings, []);
});

Deno.test("parseWebvtt() counts warnings after the twentieth", () => {
  const { warnings } = parse("WEBVTT\n\n" + "x\n\n".repeat(1000));
  assertEquals(warnings.length, 21);
  assertEquals(warnings.at(-1), "980 more warnings are not listed");
});

Deno.test("formatWebvtt() formats 300,000 cues", () => {
  const cue = { start: 1000, end: 2000, id: "", settings: "", text: "x" };
  const text = formatWebvtt({ header: "", blocks: [], cues: Array(300000).fill(cue) });
  assertEquals(text.split("-->").length, 300001);
});

Deno.test("formatWebvtt() writes hours of more than two digits, and blocks in order", () => {
  const text = formatWebvtt({
    header: " - x",
    blocks: [
      { type: "style", text: "STYLE\n::cue {}", before: 0 },
      { type: "note", text: "NOTE end", before: 1 },
    ],
    cues: [cue(0, 360000000, "a", { id: "1", settings: "line:0" }), cue(61001, 3600000, "b")],
  });
  assertEquals(
    text,
    `WEBVTT - x

STYLE
::cue {}

1
00:00:00.000 --> 100:00:00.000 line:0
a

NOTE end

00:01:01.001 --> 01:00:00.000
b
`,
  );
});

Deno.test("removeByteOrderMark() removes only a leading mark", () => {
  const text = "WEBVTT\r\n\uFEFF";
  assertEquals(removeByteOrderMark(utf8("\uFEFF" + text)), utf8(text));
  assertEquals(removeByteOrderMark(utf8(text)), utf8(text));
});

Deno.test("parseWebvtt() ignores a cue of more than 64 KB with a warning", () => {
  const read = (length: number) =>
    parse(`WEBVTT\n\n00:01.000 --> 00:02.000\n${"a".repeat(length)}`);
  assertEquals(read(2 ** 16).cues.length, 1);
  const { cues, warnings } = read(2 ** 16 + 1);
  assertEquals(cues, []);
  assertEquals(warnings, ["Line 3: the cue exceeds 65536 bytes and is ignored"]);
});

Deno.test("formatWebvtt() writes 200,000 cues, also before a comment", () => {
  const cues = Array.from({ length: 200_000 }, (_, i) => cue(i, i + 1, "a"));
  const blocks = [{ type: "note" as const, text: "NOTE", before: 150_000 }];
  const text = formatWebvtt({ header: "", blocks, cues });
  assertEquals(parse(text).cues.length, cues.length);
  assertEquals(parse(text).blocks, blocks);
});
