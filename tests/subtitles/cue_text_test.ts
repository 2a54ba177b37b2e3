import { assertEquals } from "@std/assert";
import {
  createSpan,
  type CueNode,
  type CueSpan,
  formatCueText,
  parseCueText,
  splitCueLines,
  toPlainText,
} from "../../lib/subtitles/cue_text.ts";

const texts: [text: string, nodes: CueNode[]][] = [
  ["a", ["a"]],
  ["a\nb", ["a\nb"]],
  ["<b>a</b>c", [createSpan("b", ["a"]), "c"]],
  ["<i><b>a</b></i>", [createSpan("i", [createSpan("b", ["a"])])]],
  ["<c.red.big>a</c>", [{ ...createSpan("c", ["a"]), classes: ["red", "big"] }]],
  ["<v Mary Ann>a</v>", [{ ...createSpan("v", ["a"]), annotation: "Mary Ann" }]],
  ["<lang pt-BR>a</lang>", [{ ...createSpan("lang", ["a"]), annotation: "pt-BR" }]],
  ["<ruby>a<rt>b</rt>c<rt>d</rt></ruby>", [
    createSpan("ruby", ["a", createSpan("rt", ["b"]), "c", createSpan("rt", ["d"])]),
  ]],
  ["a &amp; b &lt; c &gt; d", ["a & b < c > d"]],
];

for (const [text, nodes] of texts) {
  Deno.test(`parseCueText() and formatCueText() agree on ${JSON.stringify(text)}`, () => {
    assertEquals(parseCueText(text), nodes);
    assertEquals(formatCueText(nodes), text);
  });
}

const read: [text: string, nodes: CueNode[]][] = [
  ["<b>a", [createSpan("b", ["a"])]],
  ["a</b>", ["a"]],
  ["<b><i>a</b>c</i>", [createSpan("b", [createSpan("i", ["a", "c"])])]],
  ["<ruby>a<rt>b</ruby>c", [createSpan("ruby", ["a", createSpan("rt", ["b"])]), "c"]],
  ["<rt>a</rt>", ["a"]],
  ["<00:01.000>a", ["a"]],
  ["<x>a</x>", ["a"]],
  ["<c", [createSpan("c", [])]],
  ["&nbsp;&#233;&unknown;", ["\u00A0é&unknown;"]],
];

for (const [text, nodes] of read) {
  Deno.test(`parseCueText() parses ${text} like browsers`, () => {
    assertEquals(parseCueText(text), nodes);
  });
}

Deno.test("parseCueText() ignores spans below the maximum depth", () => {
  const text = "<b>".repeat(10_000) + "a";
  assertEquals(toPlainText(parseCueText(text)), "a");
});

const written: [nodes: CueNode[], text: string][] = [
  [["a\n\nb"], "a\nb"],
  [["\n\na\n"], "a"],
  [["a\n \nb"], "a\nb"],
  [["a", "\n", "\n", "b"], "a\nb"],
  [[createSpan("i", ["a\n"]), "b"], "<i>a</i>\nb"],
  [[createSpan("i", ["\n"]), "b"], "b"],
  [["a", createSpan("i", ["\n"]), "b"], "a\nb"],
  [["a", createSpan("i", [])], "a"],
  [[createSpan("i", [createSpan("b", [""])])], ""],
  [["\n", createSpan("i", ["a"])], "<i>a</i>"],
  [["a\n", createSpan("i", ["b"])], "a\n<i>b</i>"],
  [["a --> b"], "a --&gt; b"],
  [["a\0"], "a\uFFFD"],
  [[" a "], " a "],
];

for (const [nodes, text] of written) {
  Deno.test(`formatCueText() writes ${JSON.stringify(text)}`, () => {
    assertEquals(formatCueText(nodes), text);
  });
}

Deno.test("splitCueLines() splits a cue of 300,000 lines", () => {
  assertEquals(splitCueLines(["x\n".repeat(300000)]).length, 300001);
});

Deno.test("splitCueLines() repeats spans of several lines", () => {
  const nodes = parseCueText("a<b>b\nc<i>d\ne</i></b>\nf");
  assertEquals(splitCueLines(nodes).map(formatCueText), [
    "a<b>b</b>",
    "<b>c<i>d</i></b>",
    "<b><i>e</i></b>",
    "f",
  ]);
});

Deno.test("parseCueText() reads at most 32 classes, and no language of more than 100 characters", () => {
  const [span] = parseCueText(`<c${".a".repeat(33)}>x`) as CueSpan[];
  assertEquals(span!.classes.length, 32);
  const languages = [100, 101].map((length) => parseCueText(`<lang ${"a".repeat(length)}>x`));
  const annotations = languages.map(([span]) => (span as CueSpan).annotation.length);
  assertEquals(annotations, [100, 0]);
});

Deno.test("splitCueLines() splits a span of 200,000 lines", () => {
  const lines = splitCueLines([createSpan("b", ["a\n".repeat(200_000)])]);
  assertEquals(lines.length, 200_001);
});
