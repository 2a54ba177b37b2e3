import { assertEquals } from "@std/assert";
import {
  codeBlocks,
  codeSpans,
  headingAnchors,
  linkTargets,
  sectionOf,
  tableRows,
} from "./markdown.ts";

const DOCUMENT = `# A page

See [b](b.md "title"), ![c](img/c.png) and [here](#the-end).
\`[no](link.md)\` is code. <img src="d.png"> [ref]: none

- item

  \`\`\`sh
  a \\
    -b
  \`\`\`

\`\`\`
# no heading, [no](link2.md)
\`\`\`

## The \`code\`, & the rest: BAD_REQUEST

| a   | b   |
| --- | --- |
| \`c\` | d \`e\` |

## The end
## The end

[e]: e.md
`;

Deno.test("codeBlocks() finds fences with language, text and line", () => {
  assertEquals(codeBlocks(DOCUMENT), [
    { language: "sh", text: "a \\\n  -b\n", line: 8 },
    { language: "", text: "# no heading, [no](link2.md)\n", line: 13 },
  ]);
});

Deno.test("linkTargets() finds links, images, references and attributes outside of code", () => {
  assertEquals(linkTargets(DOCUMENT), ["b.md", "img/c.png", "#the-end", "e.md", "d.png"]);
});

Deno.test("headingAnchors() names headings as GitHub does", () => {
  assertEquals(headingAnchors(DOCUMENT), [
    "a-page",
    "the-code--the-rest-bad_request",
    "the-end",
    "the-end-1",
  ]);
});

Deno.test("sectionOf() ends at the next heading of its level", () => {
  assertEquals(sectionOf(DOCUMENT, "## The end"), "");
  assertEquals(sectionOf(DOCUMENT, "# A page")?.endsWith("[e]: e.md\n"), true);
  assertEquals(sectionOf(DOCUMENT, "## None"), undefined);
});

Deno.test("tableRows() leaves header rows out", () => {
  assertEquals(tableRows(DOCUMENT), [["`c`", "d `e`"]]);
});

Deno.test("codeSpans() finds what is in backticks", () => {
  assertEquals(codeSpans("| `c` | d `e f` |"), ["c", "e f"]);
});
