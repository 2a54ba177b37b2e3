import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildDocuments, MANUALS } from "../../packaging/docs.ts";

function readTree(directory: string): [path: string, text: string][] {
  return [...Deno.readDirSync(join(MANUALS, directory))].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    return isDirectory ? readTree(path) : [[path, Deno.readTextFileSync(join(MANUALS, path))]];
  });
}

Deno.test("docs/man has the manual pages and completions of all commands; `deno task docs` writes it", async () => {
  const expected = await buildDocuments();
  const found = new Map(readTree(""));
  assertEquals([...found.keys()].sort(), [...expected.keys()].sort());
  const outdated = [...expected].filter(([path, text]) => found.get(path) !== text);
  assertEquals(outdated.map(([path]) => path), []);
});
