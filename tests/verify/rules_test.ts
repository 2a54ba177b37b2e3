import { assertEquals } from "@std/assert";
import { RULES } from "../../lib/verify/rules.ts";
import { codes, section, tableRows } from "../documents.ts";

Deno.test("README.md has every rule of verify, and no others", () => {
  const rows = tableRows(section("### `amspackager verify`"));
  const documented = rows.slice(-6).flatMap(([, cell]) => codes(cell!)); // the table of rules is the last one
  assertEquals(documented.sort(), [...RULES].sort());
});

Deno.test("every rule has a test that breaks it", async () => {
  const folder = new URL(".", import.meta.url);
  let tests = "";
  for (const room of ["./", "./checks/", "./manifests/"]) {
    for await (const { name } of Deno.readDir(new URL(room, folder))) {
      if (/_test\.ts$/.test(name)) tests += await Deno.readTextFile(new URL(room + name, folder));
    }
  }
  const named = (rule: string) => tests.includes(`"${rule}"`) || tests.includes(`"${rule}: `);
  assertEquals(RULES.filter((rule) => !named(rule)), []);
});
