import { assertEquals, assertThrows } from "@std/assert";
import { parseCommandLine } from "../../lib/cli/command_line.ts";
import { readOptions } from "../../lib/cli/option_table.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { COMMAND, OPTIONS } from "./serve_command.ts";

const DEFAULTS = {
  root: ".",
  port: undefined,
  names: [],
  quiet: false,
  pages: true,
  help: false,
  version: false,
};

const lines: [line: string, values: object, operands?: string[]][] = [
  ["", {}],
  ["-r a -p 5", { root: "a", port: 5 }],
  ["-p5 --root=b=c", { root: "b=c", port: 5 }],
  ["--names a,b --names c", { names: ["a", "b", "c"] }],
  ["--names", { names: [""] }],
  ["-q a --no-pages b", { quiet: true, pages: false }, ["a", "b"]],
  ["--quiet=true --pages=false", { quiet: true, pages: false }],
  ["--quiet true --pages false a", { quiet: true, pages: false }, ["a"]],
  ["a -- -q -p", {}, ["a", "-q", "-p"]],
  ["7 --label x", {}, ["7"]],
  ["--label x --label y", {}],
];

for (const [line, values, operands = []] of lines) {
  Deno.test(`readOptions() reads '${line}'`, () => {
    const parsed = parseCommandLine(COMMAND, line.split(" ").filter(Boolean));
    if (typeof parsed === "string") throw new Error(parsed);
    assertEquals(readOptions(OPTIONS, parsed.uses), { ...DEFAULTS, ...values });
    assertEquals(parsed.operands, operands);
  });
}

Deno.test("readOptions() names the flag and what its option expects", () => {
  const uses = [{ name: "port", flag: "-p", value: "10" }];
  const error = assertThrows(() => readOptions(OPTIONS, uses), UsageError);
  assertEquals(error.message, 'Cannot use -p "10": expected a number from 1 to 9');
});
