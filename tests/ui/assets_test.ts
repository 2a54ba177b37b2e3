/** The files of the page: complete, unmodified, and without references to other files. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type AssetLoad, UI_ASSETS, UI_PAGES } from "../../lib/ui/assets.ts";

const DIRECTORY = fromFileUrl(new URL("../../lib/ui/", import.meta.url));

const FILES = [...Deno.readDirSync(DIRECTORY)].map(({ name }) => name)
  .filter((name) => /\.(js|css|ico|svg|html|txt)$/.test(name));

const PRELOADS = /^ *(<link rel="modulepreload"[^>]*>|<!-- modulepreload -->)\n/gm;

async function loadText(load: AssetLoad): Promise<string> {
  return new TextDecoder().decode((await load()).default);
}

Deno.test("UI_ASSETS and UI_PAGES contain every file of lib/ui/, unmodified but for modulepreload links", async () => {
  assert(FILES.length > 3);
  const loads: Record<string, AssetLoad> = {
    ...UI_ASSETS,
    "directory.html": UI_PAGES.directory,
    "asset.html": UI_PAGES.asset,
    "embed.html": UI_PAGES.embed,
    "error.html": UI_PAGES.error,
  };
  assertEquals(FILES.filter((name) => !Object.hasOwn(loads, name)), []);
  for (const name of FILES) {
    if (name.endsWith(".html")) {
      const [served, source] = [
        await loadText(loads[name]!),
        Deno.readTextFileSync(DIRECTORY + name),
      ];
      assertEquals([name, served.replace(PRELOADS, "")], [name, source.replace(PRELOADS, "")]);
    } else {
      const { default: bytes } = await loads[name]!();
      assertEquals([name, bytes], [name, Deno.readFileSync(DIRECTORY + name)]);
    }
  }
});

Deno.test("UI_ASSETS contains the built files of packages", async () => {
  for (const name of Object.keys(UI_ASSETS).filter((name) => !FILES.includes(name))) {
    const text = await loadText(UI_ASSETS[name]!);
    assert(text.length > 500, name);
    assert(!text.startsWith('export default "'), name); // as published, not as a module of bytes
  }
});

/** References to other files, by extension. */
const REFERENCES: Record<string, RegExp> = {
  html: /(?:src|href)="\/\.ams\/([^"]+)"/g,
  js:
    /\bfrom "\.\/([^"]+)"|\bimport\("\.\/([^"]+)"\)|^import "\.\/([^"]+)";|\bloadStyle\("([^"]+)"\)/gm,
  css: /url\("?(?!data:)([^")]+)"?\)/g,
  svg: /(?:href|src)="([^"#]+)"/g,
};

const NONE = /(?!)/g;

Deno.test("the files of lib/ui/ reference only files in UI_ASSETS", () => {
  let count = 0;
  for (const name of FILES) {
    const text = Deno.readTextFileSync(DIRECTORY + name).replace(/\/\*[^]*?\*\//g, "");
    for (const match of text.matchAll(REFERENCES[name.split(".").at(-1)!] ?? NONE)) {
      const referenced = match.slice(1).find(Boolean)!;
      assert(Object.hasOwn(UI_ASSETS, referenced), `${name} references ${referenced}`);
      count++;
    }
  }
  assert(count > 3);
});

Deno.test("UI_PAGES contains nothing that the content security policy forbids", async () => {
  for (const [name, load] of Object.entries(UI_PAGES)) {
    const html = await loadText(load);
    assertEquals([name, html.match(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?:/i)], [
      name,
      null,
    ]);
  }
});

/** Modules that a module imports statically, directly or through others. */
function findImports(name: string, found = new Set<string>()): Set<string> {
  const text = Deno.readTextFileSync(DIRECTORY + name).replace(/\/\*[^]*?\*\//g, "");
  for (const [, imported] of text.matchAll(/\bfrom "\.\/([^"]+)"/g)) {
    if (!found.has(imported!)) findImports(imported!, found.add(imported!));
  }
  return found;
}

for (const name of ["directory", "asset", "error"] as const) {
  Deno.test(`UI_PAGES.${name} preloads all of its modules and no library`, async () => {
    const html = await loadText(UI_PAGES[name]);
    const preloaded = html.matchAll(/<link rel="modulepreload" href="\/\.ams\/([^"]+)"/g);
    const names = [...preloaded].map((match) => match[1]!);
    assert(names.length > 3);
    assertEquals(names.sort(), [...findImports(`${name}.js`)].sort());
  });
}
