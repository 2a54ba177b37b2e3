import { assertEquals } from "@std/assert";
import { CueStyles } from "../../lib/subtitles/css.ts";
import { type CueSpan, parseCueText } from "../../lib/subtitles/cue_text.ts";
import type { TextStyle } from "../../lib/subtitles/text_style.ts";

function getStyle(sheet: string, text: string): TextStyle {
  const styles = new CueStyles([{ type: "style", text: `STYLE\n${sheet}`, before: 0 }]);
  const style = styles.getStyle(parseCueText(text)[0] as CueSpan);
  return Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined));
}

const rules: [sheet: string, text: string, style: TextStyle][] = [
  ["", "<b>x</b>", { bold: true }],
  ["", "<c.red>x</c>", { color: "#ff0000" }],
  ["", "<i.bg_blue>x</i>", { italic: true, background: "#0000ff" }],
  ["::cue(.loud) { color: #F80; font-weight: bold }", "<c.loud>x</c>", {
    color: "#ff8800",
    bold: true,
  }],
  ["::cue(.a.b) { color: red }", "<c.a>x</c>", {}],
  ["::cue(.a.b) { color: red }", "<c.b.a>x</c>", { color: "#ff0000" }],
  ["::cue(b) { color: red }", "<b>x</b>", { bold: true, color: "#ff0000" }],
  ["::cue(b) { font-weight: normal }", "<b>x</b>", { bold: false }],
  ["::cue(i.a), ::cue(.b) { color: red }", "<c.b>x</c>", { color: "#ff0000" }],
  [`::cue(v[voice="Mary"]) { color: lime }`, "<v Mary>x</v>", { color: "#00ff00" }],
  [`::cue(v[voice="Mary"]) { color: lime }`, "<v John>x</v>", {}],
  ["::cue(.a) { color: red } ::cue(.a) { color: blue }", "<c.a>x</c>", { color: "#0000ff" }],
  ["/* ::cue(.a) { color: red } */", "<c.a>x</c>", {}],
  ["::cue(.a) { background: black; text-decoration: underline line-through }", "<c.a>x</c>", {
    background: "#000000",
    underline: true,
    lineThrough: true,
  }],
  ["::cue(.a) { font-style: oblique !important }", "<c.a>x</c>", { italic: true }],
  ["::cue(#id) { color: red } p { color: red } ::cue-region(x) { color: red }", "<c.a>x</c>", {}],
  ["::cue(.a) { color: nothing; width: 1px }", "<c.a>x</c>", {}],
  ["::cue(.a) { color: red", "<c.a>x</c>", {}],
  ["@media x { ::cue( .a ) { color: red } }", "<c.a>x</c>", { color: "#ff0000" }],
  ["::cue(.b) {{} ::cue(.a) { color: red!important }", "<c.a>x</c>", { color: "#ff0000" }],
  ["::cue(.a) { color: red } /* ::cue(.a) { color: blue }", "<c.a>x</c>", { color: "#ff0000" }],
  ["/**/ /*/ */ ::cue( .a ) { color: red}", "<c.a>x</c>", { color: "#ff0000" }],
  ["@media all { ::cue(.a) { color: red } }", "<c.a>x</c>", { color: "#ff0000" }],
  ["} { } ::cue(.a) { color: red }", "<c.a>x</c>", { color: "#ff0000" }],
];

for (const [sheet, text, style] of rules) {
  Deno.test(`CueStyles.getStyle() of ${text} with "${sheet}"`, () =>
    assertEquals(getStyle(sheet, text), style));
}

/** Quadratic time would be half an hour. */
const SPACES = " ".repeat(1e6);

const LONG = [
  `::cue ${SPACES}`,
  "/*".repeat(1e6),
  `::cue(${SPACES}x) { color: red }`,
  `::cue { color: red${SPACES}x }`,
];

for (const sheet of LONG) {
  Deno.test(`CueStyles reads a long sheet in linear time: ${sheet.slice(0, 9)}`, () => {
    assertEquals(getStyle(sheet, "<c.a>x</c>"), {});
  });
}

Deno.test("CueStyles.cueStyle is the style of whole cues", () => {
  const text = "STYLE\n::cue { color: yellow }";
  assertEquals(new CueStyles([{ type: "style", text, before: 0 }]).cueStyle, { color: "#ffff00" });
});

Deno.test("CueStyles ignores rules of more than 32 classes, and rules after the 256th", () => {
  const classes = Array.from({ length: 33 }, (_, i) => `.c${i}`);
  const getColor = (count: number) => {
    const name = classes.slice(0, count).join("");
    return getStyle(`::cue(${name}) { color: red }`, `<c${name}>x</c>`).color;
  };
  assertEquals([getColor(32), getColor(33)], ["#ff0000", undefined]);
  const sheet = (count: number) =>
    "::cue(i) { color: red } ".repeat(count) + "::cue(b) { color: red }";
  const colors = [255, 256].map((count) => getStyle(sheet(count), "<b>x</b>").color);
  assertEquals(colors, ["#ff0000", undefined]);
});
