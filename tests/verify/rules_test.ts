import { assertEquals } from "@std/assert";
import { RULES } from "../../lib/verify/rules.ts";
import { codeSpans, section, tableRows } from "../documents.ts";

Deno.test("docs/verify.md has every rule of verify, and no others", () => {
  const rows = tableRows(section("docs/verify.md", "## Rules"));
  const documented = rows.flatMap(([, cell]) => codeSpans(cell!));
  assertEquals(documented.sort(), [...RULES].sort());
});

Deno.test("every rule has a test that breaks it", async () => {
  const here = new URL(".", import.meta.url);
  let tests = "";
  for (const directory of ["./", "./archive/", "./checks/", "./manifests/"]) {
    for await (const { name } of Deno.readDir(new URL(directory, here))) {
      if (/(_test|^mutated_fragments|_faults)\.ts$/.test(name)) {
        tests += await Deno.readTextFile(new URL(directory + name, here));
      }
    }
  }
  const named = (rule: string) =>
    [`"${rule}"`, `"${rule}: `, `: ${rule}: `].some((text) => tests.includes(text));
  assertEquals(RULES.filter((rule) => !named(rule)), []);
});
