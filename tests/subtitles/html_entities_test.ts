import { assertEquals } from "@std/assert";
import { decodeReferences } from "../../lib/subtitles/html_entities.ts";

const texts: [html: string, text: string][] = [
  ["a &amp; b &lt;i&gt;", "a & b <i>"],
  ["&quot;x&quot; &apos;y&apos; &#39;z&#39;", `"x" 'y' 'z'`],
  ["&nbsp;&iexcl;&yuml;", "\u00A0¡ÿ"],
  ["&eacute;&Eacute;&szlig;&times;&divide;", "éÉß×÷"],
  ["&ldquo;&hellip;&rdquo;&mdash;&euro;", "“…”—€"],
  ["&#x266A; &#9834;", "♪ ♪"],
  ["it&#146;s", "it’s"],
  ["R&B &unknown; & &amp", "R&B &unknown; & &amp"],
  ["&#x110000;", "&#x110000;"],
];

for (const [html, text] of texts) {
  Deno.test(`decodeReferences() decodes ${html}`, () => {
    assertEquals(decodeReferences(html), text);
  });
}
