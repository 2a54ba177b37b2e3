import { assertEquals } from "@std/assert";
import { escapeHtml, fillHtml, formatElement } from "../../lib/server/html_template.ts";

Deno.test("escapeHtml() leaves nothing that could be markup or end an attribute", () => {
  assertEquals(
    escapeHtml(`<a href="x" title='y'>&amp;</a>`),
    "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;",
  );
});

const templates: [html: string, values: Record<string, string>, expected: string][] = [
  [
    `<p title="{code}">{reason}</p>`,
    { code: `"`, reason: "<b>" },
    `<p title="&quot;">&lt;b&gt;</p>`,
  ],
  ["{a}{b}", { a: "{b}", b: "{a}" }, "{b}{a}"],
  ["{none}{toString} { a }", { a: "x" }, "{none}{toString} { a }"],
];

for (const [html, values, expected] of templates) {
  Deno.test(`fillHtml() fills ${html}`, () => {
    assertEquals(fillHtml(html, values), expected);
  });
}

Deno.test("formatElement() escapes attributes", () => {
  assertEquals(
    formatElement("a", { href: "/?a&b", title: `"x"` }),
    '<a href="/?a&amp;b" title="&quot;x&quot;">',
  );
});
