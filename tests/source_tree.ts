/** The files of the repository and what they import and export, for tests of its structure. */

import { fromFileUrl } from "@std/path";

export const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Path from the root, with `/` → text. */
export type Files = ReadonlyMap<string, string>;

/** Directories that are generated or installed. */
const SKIPPED = /^(\.git|node_modules|dist|out|\.coverage)$/;

/** Reads the files whose path from the root matches `pattern`. */
export async function readFiles(pattern: RegExp, directory = ""): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(ROOT + directory)) {
    const path = directory + name;
    if (isDirectory) {
      if (SKIPPED.test(name)) continue;
      for (const [inner, text] of await readFiles(pattern, `${path}/`)) files.set(inner, text);
    } else if (pattern.test(path)) {
      files.set(path, await Deno.readTextFile(ROOT + path));
    }
  }
  return files;
}

/** Removes comments. Sufficient for code whose strings contain no `//` except after a colon. */
export function stripComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
}

/** Specifiers of all imports, type imports included; undefined for a dynamic import of a computed name. */
export function getImports(code: string): (string | undefined)[] {
  const text = stripComments(code);
  const named = /\b(?:import|export)\b[^;"'`()]*?\bfrom\s*["']([^"']+)["']/g;
  const bare = /\bimport\s*["']([^"']+)["']/g;
  const dynamic = /\bimport\s*\(\s*(?:(["'`])([^"'`$]+)\1)?/g;
  const urls = /\bnew\s+URL\(\s*["'`](\.[^"'`]*)["'`]\s*,\s*import\.meta\.url/g;
  return [
    ...[...text.matchAll(named)].map((match) => match[1]),
    ...[...text.matchAll(bare)].map((match) => match[1]),
    ...[...text.matchAll(dynamic)].map((match) => match[2]),
    ...[...text.matchAll(urls)].map((match) => match[1]),
  ];
}

/** Resolves a relative specifier to a path from the root. */
export function resolveImport(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

/** Names that a file declares and exports. A re-export declares nothing. */
export function getExports(code: string): string[] {
  const text = stripComments(code);
  const declared =
    /^export (?:default )?(?:async |abstract |declare )*(?:function\*?|class|const|let|interface|type|enum) (\w+)/gm;
  return [...text.matchAll(declared)].map((match) => match[1]!);
}
