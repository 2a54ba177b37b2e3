/** Rules of CONTRIBUTING.md on structure. Each test also checks that its rule finds a sample violation. */

import { assertEquals } from "@std/assert";
import {
  type Files,
  getExports,
  getImports,
  readFiles,
  resolveImport,
  stripComments,
} from "./source_tree.ts";
import { WITHOUT_TEST } from "./files_without_test.ts";

/** Rows of directories, bottom to top: a directory imports from rows below its own, never from a neighbour. `lib` itself is the base row. */
const ROWS = [
  ["lib"],
  ["url", "storage", "cli", "ip"],
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
  ["http", "ui", "archive", "access", "metrics"],
  ["library", "live", "log", "keys"],
  ["server", "admin"],
  ["ams"],
  ["origins"],
  ["verify"],
  ["packager"],
];

/** `http` knows no media: of lib it imports the base row, and these files. */
const HTTP_IMPORTS = /^lib\/(http\/.*|[^/]+|storage\/(read_plan|load_ahead)\.ts)$/;

/** Code that a browser runs, and the table of it, which imports all of it as bytes. */
const BROWSER = /^lib\/ui\//;
const ASSETS = "lib/ui/assets.ts";

/** Files that may have more than 300 lines, each with its reason. */
const LONG_FILES: Record<string, string> = {};

const FORBIDDEN_NAMES =
  /^_?(utils?|helpers?|common|misc|types?|constants?|managers?|index)\.[a-z]+$/;

/** Hosts of registries: a lock file or a script that names one ties every contributor to it. */
const REGISTRY_HOSTS =
  /npmjs[.](org|com)|yarnpkg[.]com|npmmirror[.]com|jsr[.]io|deb[.]debian[.]org/i;

/** What a protocol never uses: clock, randomness, files, network, caches. */
const IMPURE = /\b(Deno\.|Date\b|performance|Math\.random|crypto\.|fetch\(|setTimeout|Weak|node:)/;

/** Calls that change files. */
const WRITES =
  /\bDeno\.(write\w*|rename|remove|mkdir|create|truncate|link|symlink|copyFile|makeTemp\w*)(Sync)?\(/;

/** Returns `lib` for its own files, else the name of the directory in it; "" outside of lib. */
function getDirectory(path: string): string {
  const [top, directory, ...rest] = path.split("/");
  if (top !== "lib") return "";
  return directory !== undefined && rest.length ? directory : "lib";
}

const getRow = (directory: string) => ROWS.findIndex((row) => row.includes(directory));

function findViolation(path: string, specifier: string | undefined): string | undefined {
  const from = getDirectory(path);
  if (specifier === undefined) return `${path} imports a computed name`;
  if (BROWSER.test(path)) return findBrowserViolation(path, specifier);
  if (/^(npm|jsr|https?):/.test(specifier)) return `${path} bypasses deno.json for ${specifier}`;
  if (!specifier.startsWith(".")) return undefined;
  const target = resolveImport(path, specifier);
  const to = getDirectory(target);
  const isBelow = getRow(to) >= 0 && getRow(to) < getRow(from);
  const isAllowed = from === to || isBelow && (from !== "http" || HTTP_IMPORTS.test(target));
  return isAllowed ? undefined : `${path} imports ${specifier}`;
}

/** The server serves browsers that directory alone, without an import map. */
function findBrowserViolation(path: string, specifier: string): string | undefined {
  const own = specifier.startsWith(".") && BROWSER.test(resolveImport(path, specifier));
  const embedded = path === ASSETS && !/^(\.|npm:|jsr:|https?:)/.test(specifier);
  return own || embedded ? undefined : `${path} imports ${specifier}`;
}

function findImportViolations(files: Files): string[] {
  const unknown = [...files.keys()].filter((path) => getRow(getDirectory(path)) < 0);
  const wrong = [...files].flatMap(([path, text]) =>
    getImports(text).map((specifier) => findViolation(path, specifier))
  );
  return [
    ...unknown.map((path) => `${path} is in no row`),
    ...wrong.filter((it) => it !== undefined),
  ];
}

const CODE = /^lib\/.*\.(?:[cm]?[jt]sx?)$/;

Deno.test("lib/ imports downwards only", async () => {
  const files = await readFiles(CODE);
  assertEquals(files.size > 20, true);
  assertEquals(findImportViolations(files), []);
});

const samples: [path: string, code: string, violations: number][] = [
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
  ["lib/dash/a.ts", `import { x } from "../cmaf/segment.ts";`, 0],
  ["lib/http/a.ts", `import { x } from "../errors.ts"; import "../storage/read_plan.ts";`, 0],
  ["lib/http/a.ts", `import type { X } from "../presentation/presentation.ts";`, 1],
  ["lib/http/a.ts", `import type { X } from "../storage/source.ts";`, 1],
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

for (const [path, code, violations] of samples) {
  Deno.test(`lib/ imports downwards only: ${violations ? "rejects" : "allows"} ${path} ${code}`, () => {
    assertEquals(findImportViolations(new Map([[path, code]])).length, violations);
  });
}

/** Returns import cycles, each as the sequence of its files. */
function findImportCycles(files: Files): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, above: readonly string[]) => {
    if (above.includes(path)) found.push([...above.slice(above.indexOf(path)), path].join(" → "));
    if (done.has(path) || !files.has(path)) return;
    done.add(path);
    for (const specifier of getImports(files.get(path)!)) {
      if (specifier?.startsWith(".")) visit(resolveImport(path, specifier), [...above, path]);
    }
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

Deno.test("lib/ has no import cycle", async () => {
  assertEquals(findImportCycles(await readFiles(CODE)), []);
  const cycle = new Map([
    ["lib/a.ts", `import type { B } from "./b.ts";`],
    ["lib/b.ts", `import { c } from "./c.ts";`],
    ["lib/c.ts", `export * from "./a.ts"; import "./d.ts";`],
    ["lib/d.ts", ``],
  ]);
  assertEquals(findImportCycles(cycle), ["lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts"]);
});

/** Names that more than one file exports. */
function findRepeatedNames(files: Files): string[] {
  const exporters = new Map<string, string[]>();
  for (const [path, text] of files) {
    for (const name of new Set(getExports(text))) {
      exporters.set(name, [...exporters.get(name) ?? [], path]);
    }
  }
  return [...exporters].filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name}: ${paths.join(", ")}`);
}

Deno.test("an exported name is unique in lib/", async () => {
  assertEquals(findRepeatedNames(await readFiles(CODE)), []);
  const twice = new Map([
    ["lib/a.ts", "export interface Span {}\nexport const X = 1;"],
    ["lib/b.ts", "export type Span = 1;\nexport async function x() {}"],
  ]);
  assertEquals(findRepeatedNames(twice), ["Span: lib/a.ts, lib/b.ts"]);
});

function findMatches(files: Files, pattern: RegExp): string[] {
  return [...files].flatMap(([path, text]) => {
    const found = stripComments(text).match(pattern);
    return found ? [`${path} uses ${found[0]}`] : [];
  });
}

Deno.test("protocol directories use no clock, file or network", async () => {
  const files = await readFiles(/^lib\/(cmaf|dash|hls|smooth|info)\/.*\.ts$/);
  assertEquals(findMatches(files, IMPURE), []);
  assertEquals(findMatches(files, /\bawait\b/), []);
  for (const code of ["Date.now()", "new WeakMap()", 'import { readSync } from "node:fs";']) {
    assertEquals(findMatches(new Map([["lib/hls/a.ts", code]]), IMPURE).length, 1, code);
  }
});

Deno.test("only the packager, the recorder, the listener on a socket, the disk cache and temporary copies write files", async () => {
  const files = await readFiles(/^lib\/(?!packager|live|http\/socket|.*\/(disk|temporary)_).*ts$/);
  assertEquals(findMatches(files, WRITES), []);
  assertEquals(findMatches(new Map([["", "await Deno.writeTextFile(a, b)"]]), WRITES).length, 1);
});

/** Files of lib/ whose mirrored test is missing without a reason, and reasons for files that have one. */
function findMissingTests(paths: ReadonlySet<string>, reasons: Readonly<Record<string, string>>) {
  const getMirror = (path: string) =>
    path.replace(/^lib\//, "tests/").replace(/\.[jt]s$/, "_test.ts");
  const files = [...paths].filter((path) =>
    /^lib\/.*\.[jt]s$/.test(path) && !/\.d\.ts$/.test(path)
  );
  const untested = files.filter((path) => !paths.has(getMirror(path)));
  return {
    missing: untested.filter((path) => !(path in reasons)),
    needless: Object.keys(reasons).filter((path) => !untested.includes(path)),
  };
}

Deno.test("every file of lib/ has its mirrored test, or a reason", async () => {
  const paths = new Set((await readFiles(/^(lib|tests)\/.*\.[jt]s$/)).keys());
  assertEquals(findMissingTests(paths, WITHOUT_TEST), { missing: [], needless: [] });
  const some = new Set(["lib/mp4/a.ts", "tests/mp4/a_test.ts", "lib/b.ts", "lib/ui/c.js"]);
  assertEquals(findMissingTests(some, { "lib/mp4/a.ts": "", "lib/b.ts": "" }), {
    missing: ["lib/ui/c.js"],
    needless: ["lib/mp4/a.ts"],
  });
});

function findLongFiles(files: Files): string[] {
  return [...files].filter(([path, text]) => !(path in LONG_FILES) && text.split("\n").length > 301)
    .map(([path]) => path);
}

Deno.test("no file has more than 300 lines without a reason", async () => {
  const files = await readFiles(/\.(ts|js|html|sh)$/);
  assertEquals(findLongFiles(files), []);
  assertEquals(
    Object.keys(LONG_FILES).filter((path) =>
      !findLongFiles(new Map([["", files.get(path) ?? ""]])).length
    ),
    [],
  );
  assertEquals(
    findLongFiles(new Map([["lib/a.ts", "\n".repeat(300)], ["lib/b.ts", "\n".repeat(301)]])),
    ["lib/b.ts"],
  );
});

function findEmptyNames(paths: Iterable<string>): string[] {
  return [...paths].filter((path) => FORBIDDEN_NAMES.test(path.split("/").at(-1)!));
}

Deno.test("every file is named after its content", async () => {
  assertEquals(findEmptyNames((await readFiles(/\.(ts|js)$/)).keys()), []);
  assertEquals(findEmptyNames(["lib/mp4/utils.ts", "lib/types.ts", "lib/mp4/box.ts"]).length, 2);
});

function findFilesWithHosts(files: Files): string[] {
  return [...files].filter(([, text]) => REGISTRY_HOSTS.test(text)).map(([path]) => path);
}

Deno.test("no file names a registry's host", async () => {
  const files = await readFiles(/\.(ts|js|json|lock|md|sh|yml|html)$|^\.ci\/run$/);
  assertEquals(files.has("deno.lock") && files.has(".ci/run"), true);
  assertEquals(findFilesWithHosts(files), []);
  assertEquals(
    findFilesWithHosts(new Map([["a.lock", `"resolved": "https://registry.npmjs${"."}org/a"`]])),
    ["a.lock"],
  );
});

Deno.test("only the two commands use the console", async () => {
  const silenced = [...await readFiles(/\.(ts|js)$/)]
    .filter(([, text]) => /^\s*\/\/ deno-lint-ignore(-file)?.*\bno-console\b/m.test(text))
    .map(([path]) => path);
  assertEquals(silenced.sort(), ["main.ts", "packager.ts"]);
});
