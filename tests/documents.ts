/** What README.md, CONTRIBUTING.md and CHANGELOG.md say, for tests to hold it against the code. */

import { assert } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

export const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Text of a file of the repository. */
export const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));

export const README = read("README.md");

export const DOCUMENTS: Record<string, string> = {
  "README.md": README,
  "CONTRIBUTING.md": read("CONTRIBUTING.md"),
  "CHANGELOG.md": read("CHANGELOG.md"),
};

/** The text below a heading of README.md, up to the next of the same level or above. */
export function section(heading: string): string {
  const [marks] = heading.split(" ", 1);
  const start = README.indexOf(`\n${heading}\n`);
  assert(start >= 0, `README.md has no heading "${heading}"`);
  const rest = README.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`\n#{1,${marks!.length}} `));
  return end < 0 ? rest : rest.slice(0, end);
}

/** Cells of the tables of a section, without their heads. */
export function tableRows(text: string): string[][] {
  const lines = text.split("\n");
  const rows = lines.filter((line, i) =>
    line.startsWith("|") && !isRule(line) && !isRule(lines[i + 1] ?? "")
  );
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The line between the head of a table and its body. */
function isRule(line: string): boolean {
  return /^\|[-| ]+\|$/.test(line);
}

/** What stands in backticks. */
export function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}
