/** The page's files: all there are, whole, and everything that they name among them. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type AssetLoad, UI_ASSETS, UI_PAGES } from "../../lib/ui/assets.ts";

const FOLDER = fromFileUrl(new URL("../../lib/ui/", import.meta.url));

const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => /\.(js|css|svg|html)$/.test(name));

Deno.test("ASSETS and PAGES have every file of lib/ui/, as it is", async () => {
  assert(FILES.length > 3);
  const named: Record<string, AssetLoad> = {
    ...UI_ASSETS,
    "directory.html": UI_PAGES.directory,
    "asset.html": UI_PAGES.asset,
  };
  assertEquals(FILES.filter((name) => !Object.hasOwn(named, name)), []);
  for (const name of FILES) {
    const { default: bytes } = await named[name]!();
    assertEquals([name, bytes], [name, Deno.readFileSync(FOLDER + name)]);
  }
});

Deno.test("ASSETS gives the built files of packages", async () => {
  for (const name of Object.keys(UI_ASSETS).filter((name) => !FILES.includes(name))) {
    const text = new TextDecoder().decode((await UI_ASSETS[name]!()).default);
    assert(text.length > 500, name);
    assert(!text.startsWith('export default "'), name); // as it was published, not as a module of bytes
  }
});

/** What files ask for by name. */
const REFERENCES: Record<string, RegExp> = {
  html: /(?:src|href)="\/\.ams\/([^"]+)"/g,
  js:
    /\bfrom "\.\/([^"]+)"|\bimport\("\.\/([^"]+)"\)|^import "\.\/([^"]+)";|\bloadStyle\("([^"]+)"\)/gm,
  css: /url\("?(?!data:)([^")]+)"?\)/g,
  svg: /(?:href|src)="([^"#]+)"/g,
};

Deno.test("the page's files name no file that is not among them", () => {
  let count = 0;
  for (const name of FILES) {
    const text = Deno.readTextFileSync(FOLDER + name).replace(/\/\*[^]*?\*\//g, "");
    for (const match of text.matchAll(REFERENCES[name.split(".").at(-1)!]!)) {
      const asked = match.slice(1).find(Boolean)!;
      assert(Object.hasOwn(UI_ASSETS, asked), `${name} asks for ${asked}`);
      count++;
    }
  }
  assert(count > 3);
});

Deno.test("the page's HTML runs nothing that its policy forbids", async () => {
  for (const [name, load] of Object.entries(UI_PAGES)) {
    const html = new TextDecoder().decode((await load()).default);
    assertEquals([name, html.match(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?:/i)], [
      name,
      null,
    ]);
  }
});

/** Modules that a module imports at once, and those that these import. */
function importsOf(name: string, found = new Set<string>()): Set<string> {
  const text = Deno.readTextFileSync(FOLDER + name).replace(/\/\*[^]*?\*\//g, "");
  for (const [, imported] of text.matchAll(/\bfrom "\.\/([^"]+)"/g)) {
    if (!found.has(imported!)) importsOf(imported!, found.add(imported!));
  }
  return found;
}

for (const name of ["directory", "asset"]) {
  Deno.test(`${name}.html asks for all of its modules at once, and for no library`, () => {
    const html = Deno.readTextFileSync(`${FOLDER}${name}.html`);
    const asked = html.matchAll(/<link rel="modulepreload" href="\/\.ams\/([^"]+)"/g);
    assertEquals([...asked].map((match) => match[1]!).sort(), [...importsOf(`${name}.js`)].sort());
  });
}
