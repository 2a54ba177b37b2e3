/** Only `lib/storage/local/` knows the file system. */

import { assertEquals } from "@std/assert";
import { type Files, getImports, readFiles, resolveImport, stripComments } from "../source_tree.ts";

const LOCAL = /^lib\/storage\/local\//;

function findLocalAccess(files: Files): string[] {
  return [...files].flatMap(([path, text]) => {
    const imports = getImports(text).filter((specifier) =>
      specifier?.startsWith(".") && LOCAL.test(resolveImport(path, specifier))
    );
    return [...imports, ...stripComments(text).match(/\bDeno\.\w+|\bnode:fs\b/g) ?? []]
      .map((found) => `${path}: ${found}`);
  });
}

Deno.test("library and server know only the interface of the storage", async () => {
  const files = await readFiles(/^lib\/(library|server|presentation|input)\/.*\.ts$/);
  assertEquals(files.size > 20, true);
  assertEquals(findLocalAccess(files), []);
  const breach = `import { x } from "../storage/local/file.ts"; // Deno.stat\nDeno.statSync("/");`;
  assertEquals(findLocalAccess(new Map([["lib/server/a.ts", breach]])), [
    "lib/server/a.ts: ../storage/local/file.ts",
    "lib/server/a.ts: Deno.statSync",
  ]);
});

Deno.test("only maybe_async.ts distinguishes promises from values", async () => {
  const found = [...await readFiles(/^lib\/.*\.ts$/)]
    .filter(([, text]) => /instanceof Promise\b/.test(stripComments(text)))
    .map(([path]) => path);
  assertEquals(found, ["lib/maybe_async.ts"]);
});
