import { assertEquals, assertThrows } from "@std/assert";
import { type CommandLine, parseCommandLine } from "../../lib/cli/command_line.ts";
import type { Command } from "../../lib/cli/option_table.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { COMMAND } from "./serve_command.ts";

const CLOSED = { ...COMMAND, noOperands: "use -r" };

function parse(line: string, command: Command = COMMAND) {
  return parseCommandLine(command, line.split(" ").filter(Boolean));
}

Deno.test("parseCommandLine() takes operands as values of an option, in order with what follows them", () => {
  const command = { ...COMMAND, operandsOf: "names" };
  const { uses, operands } = parse("a --label x --names b -q c -- -d", command) as CommandLine;
  assertEquals(operands, []);
  assertEquals(uses.map(({ name, value }) => `${name} ${value}`), [
    ...["names a", "label x", "names b", "quiet true", "names c", "names -d"],
  ]);
});

Deno.test("parseCommandLine() returns options in order, with flags as typed", () => {
  assertEquals(parse("--names a --label x -q -p 99"), {
    uses: [
      { name: "names", flag: "--names", value: "a" },
      { name: "label", flag: "--label", value: "x" },
      { name: "quiet", flag: "-q", value: true },
      { name: "port", flag: "-p", value: "99" },
    ],
    operands: [],
  });
});

for (const line of ["-h", "a --help", "-x --help b", "--version -p x -h"]) {
  Deno.test(`parseCommandLine() returns help for '${line}'`, () => {
    assertEquals([parse(line), parse(line, CLOSED)], ["help", "help"]);
  });
}

const hint = (flag: string) => `; write ${flag}=VALUE if the value begins with "-"`;

const refused: [line: string, message: string][] = [
  ["--no-quiet", 'Cannot use "--no-quiet": unknown, did you mean --quiet?'],
  ["--rot\n=a", 'Cannot use "--rot\\n": unknown, did you mean --root?'],
  ["-qx", 'Cannot use "-x": unknown, see serve --help'],
  ["-r", "Cannot use -r without a value: expected text"],
  ["--root=", "Cannot use --root without a value: expected text"],
  ["--root -q", "Cannot use --root without a value: expected text"],
  ["-p -5", `Cannot use -p without a value: expected a number from 1 to 9${hint("-p")}`],
  ["--root -x.y", `Cannot use --root without a value: expected text${hint("--root")}`],
  ["--help=false", 'Cannot use --help with "false": expected no value'],
  ["--version=", 'Cannot use --version with "": expected no value'],
  ["-q a", 'Cannot use -q with "a": expected no value'],
  ["a", 'Cannot use "a": use -r'],
  ["--rot a", 'Cannot use "--rot": unknown, did you mean --root?'],
  ["--page", 'Cannot use "--page": unknown, did you mean --pages?'],
  ["--root a --root b", "Cannot use --root twice"],
  ["-r a --root b", "Cannot use --root twice: -r is the same option"],
  ["-q -q", "Cannot use -q twice"],
  ["--no-pages --pages", "Cannot use --pages twice: --no-pages is the same option"],
];

for (const [line, message] of refused) {
  Deno.test(`parseCommandLine() refuses ${JSON.stringify(line)}`, () => {
    assertEquals(assertThrows(() => parse(line, CLOSED), UsageError).message, message);
  });
}
