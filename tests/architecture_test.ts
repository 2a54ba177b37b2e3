/** The house rules of CONTRIBUTING.md as tests. Each rule is shown to find a planted breach, too. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Bottom to top. A folder imports from those below it, never from its neighbours in a row. `lib` itself is
 * the ground. */
const FLOORS = [
  ["lib"],
  ["url", "storage", "cli"],
  ["mp4", "mpegts"],
  ["subtitles"],
  ["codecs"],
  ["drm"],
  ["package"],
  ["input"],
  ["presentation"],
  ["selection"],
  ["cmaf"],
  ["dash", "hls", "smooth"],
  ["info"],
  ["http", "ui", "archive", "auth", "metrics"],
  ["library", "live"],
  ["server"],
  ["ams", "verify"],
  ["packager"],
];

/** What a browser runs, and the table of it, which imports all of it as bytes. */
const BROWSER = /^lib\/ui\//;
const ASSETS = "lib/ui/assets.ts";

/** Files that may pass 300 lines, each with its reason. */
const LONG_FILES: Record<string, string> = {};

const FORBIDDEN_NAMES =
  /^_?(utils?|helpers?|common|misc|types?|constants?|managers?|index)\.[a-z]+$/;

/** Machines of registries: a lock file or a script that names one binds everybody to it. */
const REGISTRY_HOSTS =
  /npmjs[.](org|com)|yarnpkg[.]com|npmmirror[.]com|jsr[.]io|deb[.]debian[.]org/i;

/** What a pure builder never touches: clock, chance, files, network. */
const IMPURE = /\b(Deno\.|Date\b|performance\.|Math\.random|crypto\.|fetch\(|setTimeout|node:)/;

/** Path from the root, with `/` → text. */
type Files = ReadonlyMap<string, string>;

async function readFiles(pattern: RegExp, folder = ""): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    const path = folder + name;
    if (isDirectory) {
      if (/^(\.git|node_modules|dist|out|\.coverage)$/.test(name)) continue;
      for (const [inner, text] of await readFiles(pattern, `${path}/`)) files.set(inner, text);
    } else if (pattern.test(path)) {
      files.set(path, await Deno.readTextFile(ROOT + path));
    }
  }
  return files;
}

/** The code without its comments. Good enough for a house whose strings hold no `//` but after a colon. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
}

/** What a file imports, however it says so; undefined for a dynamic import that names no literal. */
function importsOf(code: string): (string | undefined)[] {
  const text = withoutComments(code);
  const named = /\b(?:import|export)\b[^;"'`()]*?\bfrom\s*["']([^"']+)["']/g;
  const bare = /\bimport\s*["']([^"']+)["']/g;
  const dynamic = /\bimport\s*\(\s*(?:(["'`])([^"'`$]+)\1)?/g;
  const assets = /\bnew\s+URL\(\s*["'`](\.[^"'`]*)["'`]\s*,\s*import\.meta\.url/g;
  return [
    ...[...text.matchAll(named)].map((match) => match[1]),
    ...[...text.matchAll(bare)].map((match) => match[1]),
    ...[...text.matchAll(dynamic)].map((match) => match[2]),
    ...[...text.matchAll(assets)].map((match) => match[1]),
  ];
}

/** The path that a file's relative import means. */
function resolveImport(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

/** `lib` for the ground, the folder's name in it, "" for what is outside. */
function roomOf(path: string): string {
  const [top, folder, ...rest] = path.split("/");
  if (top !== "lib") return "";
  return folder !== undefined && rest.length ? folder : "lib";
}

const floorOf = (room: string) => FLOORS.findIndex((row) => row.includes(room));

function breach(path: string, specifier: string | undefined): string | undefined {
  const from = roomOf(path);
  if (specifier === undefined) return `${path} imports what only runs can tell`;
  if (BROWSER.test(path)) return browserBreach(path, specifier);
  if (/^(npm|jsr|https?):/.test(specifier)) return `${path} goes past deno.json to ${specifier}`;
  if (!specifier.startsWith(".")) return undefined;
  const to = roomOf(resolveImport(path, specifier));
  if (from === to) return undefined;
  return floorOf(to) >= 0 && floorOf(to) < floorOf(from)
    ? undefined
    : `${path} imports ${specifier}`;
}

/** The server gives browsers nothing but that folder, without an import map. */
function browserBreach(path: string, specifier: string): string | undefined {
  const own = specifier.startsWith(".") && BROWSER.test(resolveImport(path, specifier));
  const embedded = path === ASSETS && !/^(\.|npm:|jsr:|https?:)/.test(specifier);
  return own || embedded ? undefined : `${path} imports ${specifier}`;
}

function importBreaches(files: Files): string[] {
  const unknown = [...files.keys()].filter((path) => floorOf(roomOf(path)) < 0);
  const wrong = [...files].flatMap(([path, text]) =>
    importsOf(text).map((specifier) => breach(path, specifier))
  );
  return [
    ...unknown.map((path) => `${path} has no floor`),
    ...wrong.filter((it) => it !== undefined),
  ];
}

Deno.test("lib/ imports downwards only", async () => {
  const files = await readFiles(/^lib\/.*\.(?:[cm]?[jt]sx?)$/);
  assertEquals(files.size > 20, true);
  assertEquals(importBreaches(files), []);
});

const planted: [path: string, code: string, breaches: number][] = [
  [
    "lib/mp4/a.ts",
    `import { x } from "../bytes.ts";\nimport type { S } from "../storage/source.ts";`,
    0,
  ],
  ["lib/mp4/a.ts", `import { mp4 } from "./box.ts"; import { open } from "node:fs";`, 0],
  ["lib/mp4/a.ts", `// import { x } from "../server/a.ts"`, 0],
  ["lib/mp4/a.ts", `import { x } from "../server/handler.ts";`, 1],
  ["lib/mp4/a.ts", `import {\n  x,\n  y,\n} from '../codecs/mod.ts';`, 1],
  ["lib/mp4/a.ts", `import "../subtitles/cue.ts";`, 1],
  ["lib/mp4/a.ts", `export * from "../presentation/open.ts";`, 1],
  ["lib/mp4/a.ts", `export type { P } from "../presentation/presentation.ts";`, 1],
  ["lib/mp4/a.ts", `const x = await import("../codecs/mod.ts");`, 1],
  ["lib/mp4/a.ts", "const x = await import(`../codecs/mod.ts`);", 1],
  ["lib/mp4/a.ts", "const x = await import(`../${name}/mod.ts`);", 1],
  ["lib/mp4/a.ts", `new Worker(new URL("../ams/worker.ts", import.meta.url));`, 1],
  ["lib/mp4/deep/a.ts", `import { x } from "../../dash/mpd.ts";`, 1],
  ["lib/mp4/deep/a.ts", `import { x } from "../box.ts";`, 0],
  ["lib/dash/a.ts", `import { x } from "../hls/m3u8.ts";`, 1],
  ["lib/server/a.ts", `import { x } from "../packager/create.ts";`, 1],
  ["lib/server/a.ts", `import { x } from "../../main.ts";`, 1],
  ["lib/server/a.ts", `import { x } from "../../testdata/derive.ts";`, 1],
  ["lib/server/a.ts", `import { x } from "npm:left-pad";`, 1],
  ["lib/bytes.ts", `import { MediaError } from "./errors.ts";`, 0],
  ["lib/bytes.ts", `import { Source } from "./storage/source.ts";`, 1],
  ["lib/ui/page.js", `import x from "shaka-player";`, 1],
  ["lib/ui/page.js", `import x from "./dom.js";`, 0],
  ["lib/ui/page.js", `import x from "../bytes.ts";`, 1],
  ["lib/ui/assets.ts", `const x = () => import("shaka-player");`, 0],
  ["lib/ui/assets.ts", `const x = () => import("npm:shaka-player");`, 1],
  ["lib/ui/assets.ts", `import x from "../bytes.ts";`, 1],
  ["lib/server/ui_assets.ts", `import x from "../ui/assets.ts";`, 0],
  ["lib/dash/a.ts", `import x from "../ui/assets.ts";`, 1],
  ["lib/attic/a.ts", ``, 1],
];

for (const [path, code, breaches] of planted) {
  Deno.test(`lib/ imports downwards only: ${breaches ? "refuses" : "allows"} ${path} ${code}`, () => {
    assertEquals(importBreaches(new Map([[path, code]])).length, breaches);
  });
}

function impureBuilders(files: Files): string[] {
  return [...files].flatMap(([path, text]) => {
    const found = withoutComments(text).match(IMPURE);
    return found ? [`${path} uses ${found[0]}`] : [];
  });
}

Deno.test("protocol folders use no clock, file or network", async () => {
  assertEquals(impureBuilders(await readFiles(/^lib\/(cmaf|dash|hls|smooth|info)\/.*\.ts$/)), []);
  for (const code of ["Date.now()", "await fetch(url)", 'import { readSync } from "node:fs";']) {
    assertEquals(impureBuilders(new Map([["lib/hls/a.ts", code]])).length, 1, code);
  }
});

function longFiles(files: Files): string[] {
  return [...files].filter(([path, text]) => !(path in LONG_FILES) && text.split("\n").length > 301)
    .map(([path]) => path);
}

Deno.test("no file passes 300 lines without a reason", async () => {
  const files = await readFiles(/\.(ts|js|html|sh)$/);
  assertEquals(longFiles(files), []);
  assertEquals(
    Object.keys(LONG_FILES).filter((path) =>
      !longFiles(new Map([["", files.get(path) ?? ""]])).length
    ),
    [],
  );
  assertEquals(
    longFiles(new Map([["lib/a.ts", "\n".repeat(300)], ["lib/b.ts", "\n".repeat(301)]])),
    ["lib/b.ts"],
  );
});

function emptyNames(paths: Iterable<string>): string[] {
  return [...paths].filter((path) => FORBIDDEN_NAMES.test(path.split("/").at(-1)!));
}

Deno.test("every file is named by what it holds", async () => {
  assertEquals(emptyNames((await readFiles(/\.(ts|js)$/)).keys()), []);
  assertEquals(emptyNames(["lib/mp4/utils.ts", "lib/types.ts", "lib/mp4/box.ts"]).length, 2);
});

function filesWithHosts(files: Files): string[] {
  return [...files].filter(([, text]) => REGISTRY_HOSTS.test(text)).map(([path]) => path);
}

Deno.test("no file names a registry's host", async () => {
  const files = await readFiles(/\.(ts|js|json|lock|md|sh|yml|html)$|^\.ci\/run$/);
  assertEquals(files.has("deno.lock") && files.has(".ci/run"), true);
  assertEquals(filesWithHosts(files), []);
  assertEquals(
    filesWithHosts(new Map([["a.lock", `"resolved": "https://registry.npmjs${"."}org/a"`]])),
    ["a.lock"],
  );
});

Deno.test("only the two commands use the console", async () => {
  const silenced = [...await readFiles(/\.(ts|js)$/)]
    .filter(([, text]) => /^\s*\/\/ deno-lint-ignore(-file)?.*\bno-console\b/m.test(text))
    .map(([path]) => path);
  assertEquals(silenced.sort(), ["main.ts", "packager.ts"]);
});
