/**
 * The first run fetches few packages: deno.json maps what the programs import, tests/deno.json what unit tests add.
 * Packages of end-to-end tests are in no import map and not in deno.lock, since `deno task` fetches all of these.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import product from "../deno.json" with { type: "json" };
import tests from "./deno.json" with { type: "json" };

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Files and directories of the product, relative to the root. */
const PRODUCT = ["lib/", "main.ts", "packager.ts", "compile.ts", "packaging/", "testdata/"];

/** Scripts that only `deno task test:e2e` and `deno task bench` load. */
const END_TO_END = /^tests\/e2e\//;

/** Tests that contain imports in strings. */
const EXAMPLES = /^tests\/(architecture|packages)_test\.ts$/;

interface Lock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** Text of each script below `path`, by its path relative to the root. */
function readScripts(path: string, found = new Map<string, string>()): Map<string, string> {
  if (/\.[cm]?[jt]s$/.test(path)) found.set(path, Deno.readTextFileSync(ROOT + path));
  if (!path.endsWith("/")) return found;
  for (const { name, isDirectory } of Deno.readDirSync(ROOT + path)) {
    readScripts(`${path}${name}${isDirectory ? "/" : ""}`, found);
  }
  return found;
}

/** Finds specifiers of packages that a script imports, including types: neither relative nor part of Deno. */
function findPackages(code: string): string[] {
  const imports =
    /^(?:import|export)\s(?:[\w$*{},\s]*?\bfrom\s+)?["']([^"'$\n]+)["']|\bimport\(\s*["']([^"'$\n]+)["']/gm;
  return [...code.matchAll(imports)].map(([, named, dynamic]) => named ?? dynamic!)
    .filter((specifier) => !/^(\.|node:)/.test(specifier));
}

function listImports(scripts: ReadonlyMap<string, string>): string[] {
  return [...new Set([...scripts.values()].flatMap(findPackages))].sort();
}

/** `npm:@a/b@1.0.0` of `npm:@a/b@1.0.0/c.js`. */
const getPackage = (specifier: string) => /^npm:(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "";

const getPackages = (imports: Record<string, string>) => Object.values(imports).map(getPackage);

const unique = (names: string[]) => [...new Set(names)].sort();

function readLock(path: string): Lock {
  return JSON.parse(Deno.readTextFileSync(ROOT + path));
}

const ownScripts = new Map(PRODUCT.flatMap((path) => [...readScripts(path)]));
const testScripts = new Map([...readScripts("tests/")].filter(([path]) => !EXAMPLES.test(path)));
const endToEnd = new Map([...testScripts].filter(([path]) => END_TO_END.test(path)));
const unitTests = new Map([...testScripts].filter(([path]) => !END_TO_END.test(path)));

/** Specifiers in the import map of the players' page, tests/e2e/page/index.html. */
const PAGE_IMPORTS = ["dashjs", "dashjs/mss", "hls.js"];

Deno.test("deno.json maps exactly what the product imports", () => {
  assert(ownScripts.size > 200);
  assertEquals(Object.keys(product.imports).sort(), listImports(ownScripts));
});

Deno.test("tests/deno.json maps exactly what tests import beyond that", () => {
  const imported = listImports(testScripts).filter((name) =>
    !name.startsWith("npm:") && !PAGE_IMPORTS.includes(name) &&
    !Object.hasOwn(product.imports, name)
  );
  assertEquals(Object.keys(tests.imports).sort(), imported);
});

Deno.test("only end-to-end tests import packages by name and version", () => {
  const inline = listImports(unitTests).filter((name) => name.startsWith("npm:"));
  assertEquals(inline, []);
});

Deno.test("deno.lock contains exactly the packages of both import maps", () => {
  const mapped = [...getPackages(product.imports), ...getPackages(tests.imports)];
  const { specifiers, npm } = readLock("deno.lock");
  assertEquals(
    Object.keys(specifiers).sort(),
    unique(mapped),
    "end-to-end tests need --lock=tests/e2e/deno.lock",
  );
  assertEquals(Object.values(npm).filter(({ integrity }) => !integrity), []);
});

Deno.test("tests/e2e/deno.lock contains the same versions, and the packages of end-to-end tests", () => {
  const light = readLock("deno.lock");
  const whole = readLock("tests/e2e/deno.lock");
  const inline = listImports(endToEnd).filter((name) => name.startsWith("npm:")).map(getPackage);
  assert(inline.length > 3);
  assertEquals(
    Object.keys(whole.specifiers).sort(),
    unique([...Object.keys(light.specifiers), ...inline]),
  );
  for (const [specifier, version] of Object.entries(light.specifiers)) {
    assertEquals(whole.specifiers[specifier], version);
  }
  for (const [name, { integrity }] of Object.entries(light.npm)) { // dependencies may be named with a version
    assertEquals(whole.npm[name]?.integrity, integrity, name);
  }
});

Deno.test("findPackages() finds the packages of every kind of import", () => {
  const code = `
import "a";
import type { B } from "b";
import {
  c,
} from 'c/d';
import text from "npm:e@1.0.0/f.js" with { type: "text" };
export { g } from "g";
import { join } from "node:path";
import { x } from "./x.ts";
/** @typedef {import("h").H} H */
const load = () => import("i/css", { with: { type: "bytes" } });
// import "j";
export const k = "k";`;
  assertEquals(findPackages(code), ["a", "b", "c/d", "npm:e@1.0.0/f.js", "g", "h", "i/css"]);
});
