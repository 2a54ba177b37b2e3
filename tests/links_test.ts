/** Every relative link of the documents leads to a file, and every anchor to a heading. */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { DOCUMENTS, ROOT } from "./documents.ts";
import { headingAnchors, linkTargets } from "./markdown.ts";

/** Links to other hosts, which tests don't follow. */
const ABSOLUTE = /^(https?|mailto):/;

/** Why a link leads nowhere; undefined for one that does not. */
function brokenLink(
  documents: Readonly<Record<string, string>>,
  document: string,
  target: string,
): string | undefined {
  if (ABSOLUTE.test(target)) return undefined;
  const [path = "", anchor] = target.split("#", 2).map(decodeURIComponent);
  const file = path === "" ? document : join(dirname(document), path).replaceAll("\\", "/");
  if (path.startsWith("/") || file.startsWith("..")) return `${target} leaves the repository`;
  if (!exists(file)) return `${target} does not exist`;
  if (anchor === undefined) return undefined;
  return headingAnchors(documents[file] ?? "").includes(anchor)
    ? undefined
    : `${target} names no heading`;
}

/** Compares names letter by letter, on every file system. */
function exists(file: string): boolean {
  const names = file.split("/").filter((name) => name !== "" && name !== ".");
  return names.every((name, i) => {
    const directory = join(ROOT, ...names.slice(0, i));
    return Deno.statSync(directory).isDirectory &&
      [...Deno.readDirSync(directory)].some((entry) => entry.name === name);
  });
}

for (const [document, text] of Object.entries(DOCUMENTS)) {
  Deno.test(`every relative link of ${document} leads somewhere`, () => {
    const broken = linkTargets(text).map((target) => brokenLink(DOCUMENTS, document, target));
    assertEquals(broken.filter((reason) => reason !== undefined), []);
  });
}

Deno.test("there are documents with links", () => {
  assert(Object.keys(DOCUMENTS).length > 10);
  assert(linkTargets(DOCUMENTS["README.md"]!).length > 3);
});

const LINKS: [target: string, leads: boolean][] = [
  ["https://example.com/none.md#none", true],
  ["../README.md", true],
  ["../deploy/", true],
  ["urls.md#a-heading", true],
  ["#a-heading", true],
  ["#none", false],
  ["urls.md#none", false],
  ["none.md", false],
  ["../readme.md", false],
  ["../main.ts#L1", false],
  ["../main.ts/none", false],
  ["../../README.md", false],
  ["/README.md", false],
];

for (const [target, leads] of LINKS) {
  Deno.test(`brokenLink() takes ${target} for ${leads ? "intact" : "broken"}`, () => {
    const documents = { "docs/urls.md": "# A heading\n" };
    assertEquals(brokenLink(documents, "docs/urls.md", target) === undefined, leads);
  });
}
