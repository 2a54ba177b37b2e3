import { assertEquals, assertLess, assertMatch } from "@std/assert";

const DIRECTORY = new URL("../testdata/", import.meta.url);
const MEDIA = /\.(mp4|m4a|mov|ismv|vtt|srt|ttml|itt)$/;

/** Written by hand. */
const SUBTITLES = /\.(vtt|srt|ttml|itt)$/;

const files = [...Deno.readDirSync(DIRECTORY)]
  .map(({ name }) => name)
  .filter((name) => MEDIA.test(name))
  .sort();

function size(name: string): number {
  return Deno.statSync(new URL(name, DIRECTORY)).size;
}

Deno.test("testdata/README.md has exactly one row for each media file", () => {
  const readme = Deno.readTextFileSync(new URL("README.md", DIRECTORY));
  const rows = Array.from(readme.matchAll(/^\| (\S+\.\w+) +\|/gm), ([, name]) => name!).sort();
  assertEquals(rows, files);
});

Deno.test("testdata/ is smaller than 4 MB, each file smaller than 200 kB", () => {
  for (const name of files) assertLess(size(name), 200_000, name);
  assertLess(files.reduce((sum, name) => sum + size(name), 0), 4_000_000);
});

Deno.test("testdata/ names media content-codec-trait", () => {
  const name = /^(cues|flash|frag|ladder|multi|pair|test|tone)-[a-z0-9]+-[a-z0-9]+\.[a-z0-9]+$/;
  for (const file of files) assertMatch(file, name);
});

Deno.test("testdata/make.sh and derive.ts create each media file except subtitle files", () => {
  const scripts = ["make.sh", "derive.ts"].map((name) =>
    Deno.readTextFileSync(new URL(name, DIRECTORY))
  ).join("");
  const expanded = scripts
    .replaceAll("ladder-avc-${height%:*}p", "ladder-avc-240p ladder-avc-360p ladder-avc-720p")
    .replace(
      /tone-heaac(v2)?-\$\{how\}/g,
      (_, v2 = "") =>
        ["explicit", "compatible", "implicit"].map((how) => `tone-heaac${v2}-${how}`).join(" "),
    );
  const names = new Set(expanded.match(/[a-z]+-[a-z0-9]+-[a-z0-9]+/g));
  const missing = files.filter((file) => !SUBTITLES.test(file) && !names.has(file.split(".")[0]!));
  assertEquals(missing, []);
});
