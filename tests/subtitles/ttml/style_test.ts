/** Conversion of TTML styles and regions to WebVTT. */

import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { parseTtml } from "../../../lib/subtitles/ttml/reader.ts";
import { formatWebvtt, parseWebvtt } from "../../../lib/subtitles/webvtt.ts";
import { inBody, paragraph as p, ttmlDocument as document } from "./document.ts";

type Cue = [start: number, end: number, text: string, settings?: string];

function parseCues(text: string): Cue[] {
  return parseTtml(text).webvtt.cues.map(({ start, end, text, settings }) =>
    settings ? [start, end, text, settings] : [start, end, text]
  );
}

const STYLING = `<styling>
  <style xml:id="yellow" tts:color="yellow"/>
  <style xml:id="loud" style="yellow" tts:fontWeight="bold"/>
  <style xml:id="a" style="b" tts:fontStyle="italic"/><style xml:id="b" style="a"/>
</styling>`;

const contents: [what: string, content: string, webvtt: string][] = [
  ["line breaks", "a<br/>b", "a\nb"],
  ["white space", "\n   a\n   b  <br/>  c \n ", "a b\nc"],
  ["white space at spans", "a <span> b</span> <span>c</span>", "a b c"],
  ["preserved white space", `<span xml:space="preserve">a  b\n c</span>`, "a  b\n c"],
  ["characters", "a &amp; b &lt; c &gt; d &#233;", "a &amp; b &lt; c &gt; d é"],
  ["CDATA", "<![CDATA[a < b]]>", "a &lt; b"],
  ["bold", `<span tts:fontWeight="bold">a</span>`, "<b>a</b>"],
  ["italic", `<span tts:fontStyle="italic">a</span> b`, "<i>a</i> b"],
  ["oblique", `<span tts:fontStyle="oblique">a</span>`, "<i>a</i>"],
  ["underline", `<span tts:textDecoration="underline">a</span>`, "<u>a</u>"],
  ["line through", `<span tts:textDecoration="lineThrough">a</span>`, "<c.line-through>a</c>"],
  ["a style over two lines", `<span tts:fontStyle="italic">a<br/>b</span>`, "<i>a\nb</i>"],
  ["a colour", `<span tts:color="#ff0000">a</span>`, "<c.red>a</c>"],
  ["a colour with opacity", `<span tts:color="#ff000080">a</span>`, "<c.color-ff000080>a</c>"],
  ["rgb()", `<span tts:color="rgb(0,255,0)">a</span>`, "<c.lime>a</c>"],
  ["rgba()", `<span tts:color="rgba(0,255,0,255)">a</span>`, "<c.lime>a</c>"],
  ["white, which is the default", `<span tts:color="white">a</span>`, "a"],
  ["a background", `<span tts:backgroundColor="black">a</span>`, "<c.bg_black>a</c>"],
  [
    "a transparent background",
    `<span tts:backgroundColor="transparent">a</span>`,
    "a",
  ],
  ["a style", `<span style="yellow">a</span>`, "<c.yellow>a</c>"],
  ["a style of a style", `<span style="loud">a</span>`, "<c.yellow><b>a</b></c>"],
  ["a circular style", `<span style="a">a</span>`, "<i>a</i>"],
  ["two styles", `<span style="yellow a">a</span>`, "<c.yellow><i>a</i></c>"],
  [
    "an inline style over a referenced one",
    `<span style="yellow" tts:color="red">a</span>`,
    "<c.red>a</c>",
  ],
  [
    "inherited styles",
    `<span style="loud">a <span tts:fontStyle="italic">b</span></span>`,
    "<c.yellow><b>a </b></c><c.yellow><b><i>b</i></b></c>",
  ],
  ["attributes that are no styles", `<span color="red" ttm:fontStyle="italic">a</span>`, "a"],
  ["an unknown style", `<span style="none">a</span>`, "a"],
  ["hidden spans", `a<span tts:display="none">b</span><span tts:visibility="hidden">c</span>`, "a"],
  [
    "ruby",
    `<span tts:ruby="container"><span tts:ruby="base">漢</span><span tts:ruby="text">かん</span></span>`,
    "<ruby>漢<rt>かん</rt></ruby>",
  ],
  [
    "ruby on several lines",
    `a
      <span tts:ruby="container">
        <span tts:ruby="baseContainer">
          <span tts:ruby="base">漢</span>
        </span>
        <span tts:ruby="textContainer"> <span tts:ruby="text">かん</span>
        </span>
      </span>
      b`,
    "a <ruby>漢<rt>かん</rt></ruby> b",
  ],
  ["another language", `<span xml:lang="fr">à</span>`, "<lang fr>à</lang>"],
  ["metadata", `<metadata><ttm:title>no</ttm:title></metadata>a<ttm:desc>no</ttm:desc>`, "a"],
];

for (const [what, content, webvtt] of contents) {
  Deno.test(`parseTtml() converts ${what} to WebVTT`, () => {
    const text = document(inBody(p(content)), STYLING, `xml:lang="en"`);
    assertEquals(parseCues(text), [[1000, 2000, webvtt]]);
    const { webvtt: read } = parseTtml(text);
    const again = parseWebvtt(new TextEncoder().encode(formatWebvtt(read)));
    assertEquals([again.cues, again.warnings], [read.cues, []]);
  });
}

const LAYOUT = `<layout>
  <region xml:id="below" tts:origin="10% 70%" tts:extent="80% 20%" tts:displayAlign="after" tts:textAlign="center"/>
  <region xml:id="above" tts:textAlign="center"><style tts:origin="10% 5%"/><style tts:extent="80% 20%"/></region>
  <region xml:id="hidden" tts:display="none"/>
</layout>`;

const places: [what: string, attributes: string, settings: string | undefined][] = [
  ["no region", "", ""],
  ["no region, but an alignment", `tts:textAlign="right"`, "align:right"],
  ["a region at the bottom", `region="below"`, "size:80%"],
  ["a region at the top", `region="above"`, "line:5% size:80%"],
  [
    "an alignment in a region",
    `region="below" tts:textAlign="left"`,
    "position:10% size:80% align:left",
  ],
  ["an undefined region", `region="none"`, ""],
  ["a hidden region", `region="hidden"`, undefined],
];

for (const [what, attributes, settings] of places) {
  Deno.test(`parseTtml() converts ${what} to cue settings`, () => {
    const text = document(inBody(p("x", attributes)), LAYOUT);
    const { cues } = parseTtml(text).webvtt;
    assertEquals(cues.map((cue) => cue.settings), settings === undefined ? [] : [settings]);
  });
}

Deno.test("parseTtml() takes the region of a span if the paragraph has none", () => {
  const head = `<layout><region xml:id="r" tts:origin="0% 10%" tts:textAlign="center"/></layout>`;
  const text = document(inBody(p(`<span region="r">x</span>`)), head);
  assertEquals(parseCues(text), [[1000, 2000, "x", "line:10%"]]);
});

Deno.test("parseTtml() inherits the region of body and div", () => {
  const body = `<body region="above"><div>${p("a")}${p("b", `region="below"`)}</div></body>`;
  assertEquals(parseCues(document(body, LAYOUT)), [
    [1000, 2000, "a", "line:5% size:80%"],
    [1000, 2000, "b", "size:80%"],
  ]);
});

/** Chain of styles s0 to s(n-1), of which each refers to the next one, and the last is yellow. */
function chainStyles(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) =>
      `<style xml:id="s${i}" ${i === count - 1 ? 'tts:color="yellow"' : `style="s${i + 1}"`}/>`,
  );
}

function readChain(styles: string[], used: string[]): string[] {
  const body = inBody(used.map((id) => p("a", `style="${id}"`)).join(""));
  return parseCues(document(body, `<styling>${styles.join("")}</styling>`)).map(([, , text]) =>
    text
  );
}

Deno.test("parseTtml() follows 32 styles that refer to each other, from any of them first", () => {
  const used = ["s0", "s15", "s31"];
  const texts = used.map(() => "<c.yellow>a</c>");
  assertEquals(readChain(chainStyles(32), used), texts);
  assertEquals(readChain(chainStyles(32), used.toReversed()), texts);
});

for (const count of [33, 6000]) {
  for (
    const [order, used] of [["first", ["s0"]], ["last", [
      "s15",
      `s${count - 1}`,
      "s20",
      "s1",
      "s0",
    ]]] as const
  ) {
    Deno.test(`parseTtml() rejects ${count} styles that refer to each other, used from the ${order}`, () => {
      const message = "Cannot read TTML: more than 32 styles refer to each other in turn";
      assertThrows(() => readChain(chainStyles(count), [...used]), MediaError, message);
    });
  }
}

Deno.test("parseTtml() ignores values of more than 200 characters", () => {
  const read = (spaces: number) =>
    parseCues(document(inBody(p("a", `tts:color="${" ".repeat(spaces)}red"`))));
  assertEquals(read(197).map(([, , text]) => text), ["<c.red>a</c>"]);
  assertEquals(read(198).map(([, , text]) => text), ["a"]);
});
