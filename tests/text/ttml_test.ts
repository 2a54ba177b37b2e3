import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@libs/xml/parse";
import { formatTtml } from "../../lib/text/ttml.ts";

const SPAN = { start: 2000, end: 4000, language: "fr" };

function cue(start: number, end: number, text = "text", settings = "") {
  return { start, end, id: "", settings, text };
}

const cues: [name: string, cue: ReturnType<typeof cue>, paragraph: string | undefined][] = [
  ["inside", cue(2500, 3000), `<p begin="00:00:00.500" end="00:00:01.000">text</p>`],
  ["across the start", cue(1000, 2500), `<p begin="00:00:00.000" end="00:00:00.500">text</p>`],
  ["across the end", cue(3500, 9000), `<p begin="00:00:01.500" end="00:00:02.000">text</p>`],
  ["before", cue(0, 2000), undefined],
  ["behind", cue(4000, 5000), undefined],
  [
    "aligned",
    cue(2000, 3000, "text", "line:0 align:start"),
    `<p begin="00:00:00.000" end="00:00:01.000" tts:textAlign="start">text</p>`,
  ],
];

for (const [name, given, paragraph] of cues) {
  Deno.test(`formatTtml() of a cue ${name}`, () => {
    const document = formatTtml([given], SPAN);
    parse(document);
    assertEquals(/<p .*<\/p>/.exec(document)?.[0], paragraph);
  });
}

const texts: [text: string, content: string][] = [
  ["two\nlines", "two<br/>lines"],
  [
    "<b>bold <i>both</i></b>",
    `<span tts:fontWeight="bold">bold <span tts:fontStyle="italic">both</span></span>`,
  ],
  ["<b>left open", `<span tts:fontWeight="bold">left open</span>`],
  [
    "<b><i>crossed</b></i>",
    `<span tts:fontWeight="bold"><span tts:fontStyle="italic">crossed</span></span>`,
  ],
  ["<v Ada>who?</v> <c.loud>me</c>", "who? me"],
  [
    "a &amp; b &lt;c&gt; &nbsp;&#233;&#xE9; &unknown;",
    "a &amp; b &lt;c&gt; \u00A0éé &amp;unknown;",
  ],
  [`"quoted" ]]> \u0000\uFFFE`, "&quot;quoted&quot; ]]&gt; "],
  ["</p></div><script>", ""],
];

for (const [text, content] of texts) {
  Deno.test(`formatTtml() writes ${JSON.stringify(text)}`, () => {
    const document = formatTtml([cue(2000, 3000, text)], SPAN);
    parse(document);
    assertStringIncludes(document, `>${content}</p>`);
  });
}

Deno.test("formatTtml() says its language, and can be empty", () => {
  assertStringIncludes(formatTtml([], SPAN), `xml:lang="fr"`);
});
