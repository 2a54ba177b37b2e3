import { assertEquals } from "@std/assert";
import { readPrograms, toPageName } from "../../packaging/commands.ts";
import { BINARIES } from "../../compile.ts";
import { readFiles } from "../source_tree.ts";

Deno.test("readPrograms() returns the programs of deno task compile, each with its own command first", async () => {
  const programs = await readPrograms();
  assertEquals([...programs.keys()], Object.keys(BINARIES));
  for (const [name, [first]] of programs) assertEquals(first!.name, name);
});

Deno.test("readPrograms() returns every command table of lib/", async () => {
  const files = await readFiles(/^lib\/.*\.ts$/);
  const tables = [...files.values()].flatMap((
    text,
  ) => [...text.matchAll(/\} as const satisfies Command;/g)]);
  const commands = [...(await readPrograms()).values()].flat();
  assertEquals(commands.length, tables.length);
});

Deno.test("toPageName() joins the words of a command", async () => {
  const names = (await readPrograms()).get("amspackager")!.map(toPageName);
  assertEquals(names, [
    "amspackager",
    "amspackager-capture",
    "amspackager-channel",
    "amspackager-seal",
    "amspackager-verify",
  ]);
});
