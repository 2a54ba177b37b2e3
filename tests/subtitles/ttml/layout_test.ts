import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatTtml } from "../../../lib/subtitles/ttml/format.ts";
import { parseTtml } from "../../../lib/subtitles/ttml/reader.ts";
import { TtmlLayout } from "../../../lib/subtitles/ttml/layout.ts";
import type { WebvttBlock } from "../../../lib/subtitles/webvtt.ts";

/** Returns origin, extent, displayAlign and writingMode of the region of a cue. */
function getRegion(settings: string, blocks: WebvttBlock[] = []): string[] {
  const layout = new TtmlLayout(blocks);
  const [, name = "below"] = /region="(\w+)"/.exec(layout.formatAttributes(settings)) ?? [];
  const region = new RegExp(`<region xml:id="${name}" ([^/]*)/>`).exec(layout.formatElement())![1]!;
  return ["origin", "extent", "displayAlign", "writingMode"].flatMap((attribute) =>
    new RegExp(`tts:${attribute}="([^"]*)"`).exec(region)?.[1] ?? []
  );
}

const regions: [settings: string, region: string[]][] = [
  ["", ["10% 10%", "80% 80%", "after"]],
  ["align:left", ["10% 10%", "80% 80%", "after"]],
  ["line:0", ["0% 0%", "100% 100%", "before"]],
  ["line:2", ["0% 10.66%", "100% 89.34%", "before"]],
  ["line:-1", ["0% 0%", "100% 100%", "after"]],
  ["line:-3", ["0% 0%", "100% 89.34%", "after"]],
  ["line:20%", ["0% 20%", "100% 80%", "before"]],
  ["line:80%,end", ["0% 0%", "100% 80%", "after"]],
  ["line:40%,center", ["0% 0%", "100% 80%", "center"]],
  ["size:50%", ["25% 10%", "50% 80%", "after"]],
  ["position:20% size:50%", ["0% 10%", "40% 80%", "after"]],
  ["position:20% align:left", ["20% 10%", "80% 80%", "after"]],
  ["position:80% size:50% align:right", ["30% 10%", "50% 80%", "after"]],
  ["vertical:rl", ["0% 0%", "100% 100%", "after", "tbrl"]],
  ["vertical:rl line:0", ["0% 0%", "100% 100%", "before", "tbrl"]],
  ["vertical:rl line:2", ["0% 0%", "94% 100%", "before", "tbrl"]],
  ["vertical:rl line:-2", ["3% 0%", "97% 100%", "after", "tbrl"]],
  ["vertical:rl line:95%,end", ["0% 0%", "95% 100%", "before", "tbrl"]],
  ["vertical:rl line:5%", ["5% 0%", "95% 100%", "after", "tbrl"]],
  ["vertical:rl line:80%,center", ["60% 0%", "40% 100%", "center", "tbrl"]],
  ["vertical:lr", ["0% 0%", "100% 100%", "after", "tblr"]],
  ["vertical:lr line:0", ["0% 0%", "100% 100%", "before", "tblr"]],
  ["vertical:lr line:5%", ["5% 0%", "95% 100%", "before", "tblr"]],
  ["vertical:lr line:95%,end", ["0% 0%", "95% 100%", "after", "tblr"]],
];

for (const [settings, region] of regions) {
  Deno.test(`TtmlLayout converts "${settings}" to region ${region.join(", ")}`, () => {
    assertEquals(getRegion(settings), region);
  });
}

Deno.test("TtmlLayout converts WebVTT regions", () => {
  const text = "REGION\nid:bill\nwidth:40%\nlines:3\nregionanchor:0%,100%\nviewportanchor:10%,90%";
  assertEquals(getRegion("region:bill", [{ type: "region", text, before: 0 }]), [
    "10% 74.01%",
    "40% 15.99%",
    "after",
  ]);
});

const roundTrips: string[] = [
  "line:20% size:80%",
  "line:50%,center",
  "line:60%,end",
  "line:10% position:20% align:left",
  "vertical:rl line:95%,end position:10% size:80% align:left",
  "vertical:rl line:5%",
  "vertical:lr line:5%",
];

for (const settings of roundTrips) {
  Deno.test(`formatTtml() and parseTtml() preserve the region of "${settings}"`, () => {
    const cue = { start: 0, end: 1000, id: "", settings, text: "a" };
    const document = formatTtml({ cues: [cue], blocks: [] }, {
      start: 0,
      end: 1000,
      language: "en",
    });
    const [again] = parseTtml(document).webvtt.cues;
    assertEquals(getRegion(again!.settings), getRegion(settings));
  });
}

Deno.test("formatTtml() converts style sheets to attributes", () => {
  const text = "STYLE\n::cue { background: black }\n::cue(.loud) { color: #ff8800 }";
  const cue = { start: 0, end: 1000, id: "", settings: "", text: "a <c.loud>b</c>" };
  const document = formatTtml({ cues: [cue], blocks: [{ type: "style", text, before: 0 }] }, {
    start: 0,
    end: 1000,
    language: "en",
  });
  assertStringIncludes(
    document,
    `<span tts:backgroundColor="#000000">a <span tts:color="#ff8800">b</span></span>`,
  );
});

const directions: [settings: string, attributes: string, style: string][] = [
  ["", ` region="below" style="rtl"`, `xml:id="rtl" tts:direction="rtl" tts:unicodeBidi="embed"`],
  [
    "align:start",
    ` region="below" style="rtl-right" s:textAlign="start"`,
    `xml:id="rtl-right" tts:direction="rtl" tts:unicodeBidi="embed" tts:textAlign="right"`,
  ],
  [
    "align:left",
    ` region="below" style="rtl-left" s:textAlign="end"`,
    `xml:id="rtl-left" tts:direction="rtl" tts:unicodeBidi="embed" tts:textAlign="left"`,
  ],
];

for (const [settings, attributes, style] of directions) {
  Deno.test(`TtmlLayout declares the direction of text with "${settings}" in a style`, () => {
    const layout = new TtmlLayout([]);
    assertEquals(layout.formatAttributes(settings, "rtl"), attributes);
    assertStringIncludes(layout.formatHead(), `<styling><style ${style}/></styling><layout>`);
  });
}

Deno.test("TtmlLayout anchors the start of text from right to left at the right", () => {
  const layout = new TtmlLayout([]);
  layout.formatAttributes("line:10% align:start position:90% size:80%", "rtl");
  assertStringIncludes(layout.formatElement(), `tts:origin="10% 10%" tts:extent="80% 90%"`);
});

Deno.test("formatTtml() declares the second prefix of styles", () => {
  const cue = { start: 0, end: 1000, id: "", settings: "align:start", text: "مرحبا" };
  const document = formatTtml({ cues: [cue], blocks: [] }, { start: 0, end: 1000, language: "ar" });
  assertStringIncludes(document, `xmlns:s="http://www.w3.org/ns/ttml#styling"`);
  assertEquals(parseTtml(document).webvtt.cues[0]!.settings, "position:90% size:80% align:right");
});
