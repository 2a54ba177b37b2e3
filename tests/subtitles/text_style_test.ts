import { assertEquals } from "@std/assert";
import { formatCueText } from "../../lib/subtitles/cue_text.ts";
import { isSameStyle, StyleClasses, type TextStyle } from "../../lib/subtitles/text_style.ts";

const styles: [style: TextStyle, text: string, rules: string[]][] = [
  [{}, "a", []],
  [{ bold: true, italic: true, underline: true }, "<b><i><u>a</u></i></b>", []],
  [{ color: "#ff0000" }, "<c.red>a</c>", ["::cue(.red) { color: #ff0000 }"]],
  [{ color: "#ff880080" }, "<c.color-ff880080>a</c>", [
    "::cue(.color-ff880080) { color: #ff880080 }",
  ]],
  [{ background: "#000000", bold: true }, "<c.bg_black><b>a</b></c>", [
    "::cue(.bg_black) { background-color: #000000 }",
  ]],
  [{ lineThrough: true }, "<c.line-through>a</c>", [
    "::cue(.line-through) { text-decoration: line-through }",
  ]],
];

for (const [style, text, rules] of styles) {
  Deno.test(`StyleClasses.apply() wraps ${JSON.stringify(style)} as ${text}`, () => {
    const classes = new StyleClasses();
    assertEquals(formatCueText(classes.apply(style, ["a"])), text);
    assertEquals(
      classes.toBlocks().map((block) => block.text.split("\n").slice(1)),
      rules.length ? [rules] : [],
    );
  });
}

Deno.test("StyleClasses.apply() omits classes after the 256th", () => {
  const classes = new StyleClasses();
  const colors = Array.from({ length: 300 }, (_, i) => `#${i.toString(16).padStart(6, "0")}`);
  const texts = colors.map((color) => formatCueText(classes.apply({ color }, ["a"])));
  assertEquals(texts.filter((text) => text !== "a").length, 256);
  assertEquals(formatCueText(classes.apply({ color: colors[0] }, ["a"])), "<c.black>a</c>");
});

Deno.test("isSameStyle() treats false and undefined as equal", () => {
  assertEquals(isSameStyle({ bold: false }, {}), true);
  assertEquals(isSameStyle({ bold: true }, {}), false);
  assertEquals(isSameStyle({ color: "#ff0000" }, { color: "#00ff00" }), false);
});
