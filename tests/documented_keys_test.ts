/** Key files of docs/drm.md. */

import { assert } from "@std/assert";
import { parseKeyFile } from "../lib/drm/key_file.ts";
import { codeBlocks, documentText } from "./documents.ts";

const BLOCKS = codeBlocks(documentText("docs/drm.md")).filter(({ language }) =>
  language === "json"
);

for (const [i, { text }] of BLOCKS.entries()) {
  Deno.test(`key file ${i} of docs/drm.md is valid`, () => {
    assert(parseKeyFile(text).size > 0);
  });
}

Deno.test("docs/drm.md has a key file for each vendor", () => {
  const vendors = ["axprod", "ezdrm", "keyos", "drmtoday", "pallycon"];
  const texts = BLOCKS.map(({ text }) => text);
  for (const name of vendors) assert(texts.some((text) => text.includes(name)), name);
});
