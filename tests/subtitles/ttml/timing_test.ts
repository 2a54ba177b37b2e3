import { assertEquals } from "@std/assert";
import { ParseWarnings } from "../../../lib/subtitles/parse_warnings.ts";
import { getTtmlChildren, readTtmlDocument } from "../../../lib/subtitles/ttml/document.ts";
import { computeChildIntervals } from "../../../lib/subtitles/ttml/timing.ts";

/** Computes the intervals of the paragraphs and divs of a div that is active in [10 s, 100 s). */
function compute(div: string): { intervals: number[][]; warnings: string[] } {
  const warnings = new ParseWarnings();
  const { root, clock } = readTtmlDocument(`<tt>\n${div}</tt>`, warnings);
  const [node] = getTtmlChildren(root, "div");
  const children = getTtmlChildren(node!, "p", "div");
  const outer = { begin: 10, end: 100 };
  const intervals = computeChildIntervals(node!, children, { outer, clock, warnings });
  return { intervals: intervals.map(({ begin, end }) => [begin, end]), warnings: warnings.list };
}

const nodes: [what: string, div: string, intervals: number[][]][] = [
  ["end", `<div><p begin="1s" end="3s"/></div>`, [[11, 13]]],
  ["dur", `<div><p begin="1s" dur="3s"/></div>`, [[11, 14]]],
  ["the earlier of dur and end", `<div><p begin="1s" dur="1s" end="9s"/></div>`, [[11, 12]]],
  ["the end of the parent", `<div><p/><p begin="1s" end="99s"/></div>`, [[10, 100], [11, 100]]],
  ["an indefinite end", `<div><p begin="1s" end=" indefinite "/></div>`, [[11, 100]]],
  ["parallel children", `<div><p end="5s"/><p begin="2s" end="3s"/></div>`, [[10, 15], [12, 13]]],
  ["an end before the start", `<div><p begin="2s" end="1s"/></div>`, [[12, 12]]],
  ["a start after the parent", `<div><p begin="99s" end="100s"/></div>`, [[100, 100]]],
  [
    "a sequence",
    `<div timeContainer="seq"><p dur="1s"/><p dur="2s"/><p begin="1s" end="2s"/><p/></div>`,
    [[10, 11], [11, 13], [14, 15], [15, 15]],
  ],
  [
    "a sequence of the duration of its content",
    `<div timeContainer="seq"><div><p end="2s"/><p end="3s"/></div><p begin="1s" dur="1s"/></div>`,
    [[10, 13], [14, 15]],
  ],
  [
    "a sequence in a sequence",
    `<div timeContainer="seq"><div timeContainer="seq"><p dur="2s"/><p dur="3s"/></div><p dur="1s"/></div>`,
    [[10, 15], [15, 16]],
  ],
];

for (const [what, div, intervals] of nodes) {
  Deno.test(`computeChildIntervals() computes ${what}`, () => {
    assertEquals(compute(div), { intervals, warnings: [] });
  });
}

Deno.test("computeChildIntervals() warns of invalid times and leaves their elements out", () => {
  const { intervals, warnings } = compute(`<div><p begin="soon" end="2s"/>\n<p dur="-1s"/></div>`);
  assertEquals(intervals, [[10, 10], [10, 10]]);
  assertEquals(warnings, [
    `Line 2: begin="soon" is not a time, so the text is left out`,
    `Line 3: dur="-1s" is not a time, so the text is left out`,
  ]);
});

Deno.test("computeChildIntervals() stops at sequences that are nested too deep", () => {
  const inner = `${"<div>".repeat(20)}<p end="5s"/>${"</div>".repeat(20)}`;
  assertEquals(compute(`<div timeContainer="seq">${inner}</div>`).intervals, [[10, 10]]);
});
