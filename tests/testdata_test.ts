import { assertEquals, assertLess, assertMatch } from "@std/assert";

const FOLDER = new URL("../testdata/", import.meta.url);
const MEDIA = /\.(mp4|m4a|mov|ismv|vtt)$/;

const files = [...Deno.readDirSync(FOLDER)]
  .map(({ name }) => name)
  .filter((name) => MEDIA.test(name))
  .sort();

function size(name: string): number {
  return Deno.statSync(new URL(name, FOLDER)).size;
}

Deno.test("testdata/README.md has one row for each media file, and for nothing else", () => {
  const readme = Deno.readTextFileSync(new URL("README.md", FOLDER));
  const rows = Array.from(readme.matchAll(/^\| (\S+\.\w+) +\|/gm), ([, name]) => name!).sort();
  assertEquals(rows, files);
});

Deno.test("testdata/ stays under 4 MB, a file of it under 200 kB", () => {
  for (const name of files) assertLess(size(name), 200_000, name);
  assertLess(files.reduce((sum, name) => sum + size(name), 0), 4_000_000);
});

Deno.test("testdata/ names its media content-codec-trait", () => {
  const name = /^(flash|frag|ladder|multi|pair|test|tone)-[a-z0-9]+-[a-z0-9]+\.[a-z0-9]+$/;
  for (const file of files) assertMatch(file, name);
});

Deno.test("testdata/make.sh and derive.ts say how each media file but the VTTs came about", () => {
  const makers = ["make.sh", "derive.ts"].map((name) =>
    Deno.readTextFileSync(new URL(name, FOLDER))
  ).join("");
  const spelled = makers
    .replaceAll("ladder-avc-${height%:*}p", "ladder-avc-240p ladder-avc-360p ladder-avc-720p")
    .replace(
      /tone-heaac(v2)?-\$\{how\}/g,
      (_, v2 = "") =>
        ["explicit", "compatible", "implicit"].map((how) => `tone-heaac${v2}-${how}`).join(" "),
    );
  const names = new Set(spelled.match(/[a-z]+-[a-z0-9]+-[a-z0-9]+/g));
  const unmade = files.filter((file) => !file.endsWith(".vtt") && !names.has(file.split(".")[0]!));
  assertEquals(unmade, []);
});
