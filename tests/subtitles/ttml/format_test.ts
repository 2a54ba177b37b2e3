import { assert, assertEquals, assertThrows } from "@std/assert";
import { parse } from "@libs/xml";
import { MediaError } from "../../../lib/errors.ts";
import type { Cue } from "../../../lib/subtitles/cue.ts";
import { formatTtml } from "../../../lib/subtitles/ttml/format.ts";

const cue = (start: number, end: number, text: string, settings = ""): Cue => ({
  start,
  end,
  id: "",
  settings,
  text,
});

/** Formats cues and returns the lines of paragraphs. */
function paragraphs(cues: Cue[], start = 0, end = 3_600_000): string[] {
  const document = formatTtml({ cues, blocks: [] }, { start, end, language: "en" });
  assert(parse(document));
  return document.split("\n").filter((line) => line.startsWith("<p "));
}

Deno.test("formatTtml() writes a TTML1 document", () => {
  const document = formatTtml({ cues: [cue(500, 1500, "One\nTwo")], blocks: [] }, {
    start: 0,
    end: 2000,
    language: "pt-BR",
  });
  assertEquals(
    document,
    `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:timeBase="media" xml:space="preserve" xml:lang="pt-BR">
<head><layout><region xml:id="below" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="after" tts:textAlign="center"/></layout></head>
<body><div>
<p begin="00:00:00.500" end="00:00:01.500" region="below">One<br/>Two</p>
</div></body>
</tt>
`,
  );
});

/** Cue, span, and expected times relative to the start of the span. */
const spans: [
  cue: [number, number],
  span: [number, number],
  times: [string, string] | undefined,
][] = [
  [[0, 1000], [0, 2000], ["00:00:00.000", "00:00:01.000"]],
  [[1000, 3000], [0, 2000], ["00:00:01.000", "00:00:02.000"]],
  [[1000, 3000], [2000, 4000], ["00:00:00.000", "00:00:01.000"]],
  [[0, 9000], [2000, 4000], ["00:00:00.000", "00:00:02.000"]],
  [[2500, 3000], [2000, 4000], ["00:00:00.500", "00:00:01.000"]],
  [[0, 2000], [2000, 4000], undefined],
  [[4000, 5000], [2000, 4000], undefined],
  [[3000, 3000], [2000, 4000], undefined], // no duration
  [[0, 2002], [2001.9999, 4004], undefined], // rounds to no duration
  [[0, 2003], [2001.9999, 4004], ["00:00:00.000", "00:00:00.001"]],
  [[36_000_000, 40_271_001], [36_000_000, 50_000_000], ["00:00:00.000", "01:11:11.001"]],
  [[0, 360_000_000], [0, 400_000_000], ["00:00:00.000", "100:00:00.000"]],
];

for (const [[start, end], span, times] of spans) {
  Deno.test(`formatTtml() clips ${start}–${end} ms to ${span.join("–")} ms as ${times}`, () => {
    const expected = times ? [`<p begin="${times[0]}" end="${times[1]}" region="below">x</p>`] : [];
    assertEquals(paragraphs([cue(start, end, "x")], ...span), expected);
  });
}

/** WebVTT cue text and the expected TTML. */
const texts: [webvtt: string, ttml: string][] = [
  ["plain", "plain"],
  ["one\ntwo\nthree", "one<br/>two<br/>three"],
  ["<b>bold</b>", `<span tts:fontWeight="bold">bold</span>`],
  ["<i>a\nb</i>", `<span tts:fontStyle="italic">a<br/>b</span>`],
  ["<u.loud>c</u>", `<span tts:textDecoration="underline">c</span>`],
  [
    "<b><i>both</i></b>",
    `<span tts:fontWeight="bold"><span tts:fontStyle="italic">both</span></span>`,
  ],
  ["<b>open", `<span tts:fontWeight="bold">open</span>`],
  [
    "<b><i>x</b>y</i>",
    `<span tts:fontWeight="bold"><span tts:fontStyle="italic">xy</span></span>`,
  ],
  ["</i>closed", "closed"],
  ["<v Mary Anne>Hi</v> <c.none>there</c>", "Hi there"],
  ["<c.red.bg_blue>x</c>", `<span tts:color="#ff0000" tts:backgroundColor="#0000ff">x</span>`],
  ["<00:00:01.000>later", "later"],
  ["<lang en>x</lang>", `<span xml:lang="en">x</span>`],
  [
    "<ruby>a<rt>b</rt></ruby>",
    `<span tts:ruby="container"><span tts:ruby="base">a</span><span tts:ruby="text">b</span></span>`,
  ],
  ["<bold>no tag of WebVTT</bold>", "no tag of WebVTT"],
  ["<B>nor this</B>", "nor this"],
  ["<b2>nor this</b2>", "nor this"],
  ["<constructor>x</constructor><toString>y", "xy"],
  ["<b", `<span tts:fontWeight="bold"></span>`],
  ["a <3 b", "a "],
  ["a > b", "a &gt; b"],
  ["AT&T &amp; &lt;i&gt;", "AT&amp;T &amp; &lt;i&gt;"],
  ["&nbsp;&lrm;&rlm;", "\u00A0\u200E\u200F"],
  ["&constructor; &hellip;", "&amp;constructor; …"],
  ["&#233;&#xE9;&#x1F600;", "éé😀"],
  ["&#0;&#xD800;&#x110000;&#99999999999999999999;", "&amp;#x110000;&amp;#99999999999999999999;"],
  [`"quoted"`, "&quot;quoted&quot;"],
  ["a\u0001\u001F\uFFFEb\uD800c", "abc"],
  ["]]>", "]]&gt;"],
];

for (const [webvtt, ttml] of texts) {
  Deno.test(`formatTtml() converts ${JSON.stringify(webvtt)} to ${JSON.stringify(ttml)}`, () => {
    const [paragraph] = paragraphs([cue(0, 1000, webvtt)]);
    assertEquals(
      paragraph,
      `<p begin="00:00:00.000" end="00:00:01.000" region="below">${ttml}</p>`,
    );
  });
}

const alignments: [settings: string, attribute: string][] = [
  ["align:start", ` region="below" tts:textAlign="start"`],
  ["line:0 align:right size:50%", ` region="r1" tts:textAlign="right"`],
  ["align:center", ` region="below" tts:textAlign="center"`],
  ["align:middle", ` region="below"`],
  ["valign:end", ` region="below"`],
  ["align:constructor", ` region="below"`],
  ["", ` region="below"`],
];

for (const [settings, attribute] of alignments) {
  Deno.test(`formatTtml() converts "${settings}" to "${attribute}"`, () => {
    const [paragraph] = paragraphs([cue(0, 1000, "x", settings)]);
    assertEquals(paragraph, `<p begin="00:00:00.000" end="00:00:01.000"${attribute}>x</p>`);
  });
}

const directions: [text: string, content: string][] = [
  ["Hello\n1 2 3", "Hello<br/>1 2 3"],
  [
    "Hello!\n<i>مرحبا!</i>",
    'Hello!<br/><span tts:direction="rtl" tts:unicodeBidi="embed"><span tts:fontStyle="italic">مرحبا!</span></span>',
  ],
  ["مرحبا!\n- 1", "مرحبا!<br/>- 1"],
  [
    "مرحبا!\nHello!",
    'مرحبا!<br/><span tts:direction="ltr" tts:unicodeBidi="embed">Hello!</span>',
  ],
];

for (const [text, content] of directions) {
  Deno.test(`formatTtml() declares the direction of each line of ${JSON.stringify(text)}`, () => {
    const cue = { start: 0, end: 1000, id: "", settings: "", text };
    const span = { start: 0, end: 1000, language: "en" };
    const document = formatTtml({ cues: [cue], blocks: [] }, span);
    assertEquals(/<p [^>]*>(.*)<\/p>/.exec(document)![1], content);
  });
}

Deno.test("formatTtml() rejects cues of more than 4,194,304 characters", () => {
  const text = "a".repeat(2 ** 16);
  const format = (cues: Cue[]) =>
    formatTtml({ cues, blocks: [] }, { start: 0, end: 1000, language: "en" });
  const cues = Array.from({ length: 32 }, () => cue(0, 1000, text));
  assert(format(cues).length > 2 ** 21);
  const message = "Cannot write TTML: the cues of a segment exceed 4194304 characters";
  assertThrows(() => format([...cues, cue(0, 1000, "a")]), MediaError, message);
  format([...cues, cue(1000, 2000, text)]); // outside of the segment
});

Deno.test("formatTtml() rejects tags that lines of mixed direction repeat", () => {
  const text = "<b>".repeat(32) + "a\n\u05D0\n".repeat(10_000);
  const format = () =>
    formatTtml({ cues: [cue(0, 1000, text)], blocks: [] }, { start: 0, end: 1000, language: "en" });
  assertThrows(format, MediaError, "Cannot write TTML");
});
