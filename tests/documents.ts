/** The Markdown documents of the repository, for tests that compare them with the code. */

import { assert } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { sectionOf } from "./markdown.ts";

export { codeBlocks, codeSpans, tableRows } from "./markdown.ts";

export const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Text of a file of the repository. */
export const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));

const SKIPPED_DIRECTORIES = /^(\.git|node_modules|dist|out|\.coverage)$/;

/** Every Markdown file: path from the root, with `/`, and text. */
export const DOCUMENTS: Readonly<Record<string, string>> = Object.fromEntries(
  markdownFiles("").sort().map((path) => [path, read(path)]),
);

function markdownFiles(directory: string): string[] {
  return [...Deno.readDirSync(join(ROOT, directory))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) {
      return SKIPPED_DIRECTORIES.test(name) ? [] : markdownFiles(`${directory}${name}/`);
    }
    return name.endsWith(".md") ? [directory + name] : [];
  });
}

/** @throws AssertionError without such a document */
export function documentText(path: string): string {
  const text = DOCUMENTS[path];
  assert(text !== undefined, `There is no document ${path}`);
  return text;
}

/**
 * The text below a heading of a document, up to the next one of the same level or above.
 *
 * @throws AssertionError without such a heading
 */
export function section(path: string, heading: string): string {
  const text = sectionOf(documentText(path), heading);
  assert(text !== undefined, `${path} has no heading "${heading}"`);
  return text;
}
