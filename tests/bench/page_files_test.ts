import { assertEquals } from "@std/assert";
import { formatFiles, selectFiles } from "./page_files.ts";

const UI = "http://host/.ams/0123abcd";

Deno.test("selectFiles() selects the document, scripts and style sheets of ams", () => {
  const page = "http://host/film.json/";
  const files = selectFiles(page, [
    [page, 900],
    [`${UI}/asset.js`, 100],
    [`${UI}/page.css`, 50],
    [`${UI}/icon.svg`, 40],
    [`${UI}/shaka-player.js`, 250_000],
    [`${UI}/shaka-player.css`, 3000],
    [`${page}about.json`, 700],
    [`${page}v0/video/0.m4s`, 90_000],
  ]);
  assertEquals(files, { "": 900, "asset.js": 100, "page.css": 50 });
});

Deno.test("formatFiles() lists new files, the largest first", () => {
  const before = { "": 1000, "page.css": 1000, "gone.js": 500 };
  const after = { "": 1100, "page.css": 1000, "small.js": 300, "large.js": 800 };
  assertEquals(formatFiles("page", before, after), [
    ["page: kB of HTML, scripts and styles", "2.5", "3.2", "1.28"],
    ["page: of it in files that both have", "2.0", "2.1", "1.05"],
    ["page: large.js", "", "0.8", ""],
    ["page: small.js", "", "0.3", ""],
  ]);
});
