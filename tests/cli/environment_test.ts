import { assertEquals, assertThrows } from "@std/assert";
import { readEnvironment, toVariableName } from "../../lib/cli/environment.ts";
import { HELP_OPTION, type OptionTable } from "../../lib/cli/option_table.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { integerType, TEXT } from "../../lib/cli/value_types.ts";

const names = { expected: "names", parse: (list: string) => list.split(",") };

const OPTIONS: OptionTable = {
  "tcp-port": {
    placeholder: "NUMBER",
    help: "",
    fallbackVariable: "PORT",
    ...integerType({ min: 1, max: 9 }),
  },
  root: { placeholder: "DIRECTORY", help: "", ...TEXT },
  names: { placeholder: "LIST", help: "", repeats: true, ...names },
  origins: { placeholder: "LIST", help: "", list: true, allowEmpty: true, ...names },
  pages: { default: true, help: "" },
  help: HELP_OPTION,
};

function read(variables: Record<string, string>) {
  const uses = readEnvironment("serve", OPTIONS, (name) => variables[name]);
  return uses.map(({ name, flag, value }) => [name, flag, value]);
}

Deno.test("toVariableName() separates words by underscores", () => {
  assertEquals(toVariableName("ams", "send-timeout"), "AMS_SEND_TIMEOUT");
});

const cases: [variables: Record<string, string>, uses: [string, string, string | boolean][]][] = [
  [{}, []],
  [{ SERVE_TCP_PORT: "3", PORT: "4" }, [["tcp-port", "SERVE_TCP_PORT", "3"]]],
  [{ PORT: "4" }, [["tcp-port", "PORT", "4"]]],
  [{ SERVE_TCP_PORT: "tcp://10.0.0.1:80" }, []],
  [{ SERVE_TCP_PORT: "tcp://10.0.0.1:80", PORT: "4" }, [["tcp-port", "PORT", "4"]]],
  [{ SERVE_ROOT: "a,b" }, [["root", "SERVE_ROOT", "a,b"]]],
  [{ SERVE_NAMES: "a, b" }, [["names", "SERVE_NAMES", "a"], ["names", "SERVE_NAMES", "b"]]],
  [{ SERVE_ORIGINS: "a,b" }, [["origins", "SERVE_ORIGINS", "a,b"]]],
  [{ SERVE_ORIGINS: "" }, [["origins", "SERVE_ORIGINS", ""]]],
  [{ SERVE_PAGES: "false" }, [["pages", "SERVE_PAGES", false]]],
  [{ SERVE_PAGES: "true" }, [["pages", "SERVE_PAGES", true]]],
  [{ SERVE_HELP: "true", SERVE_NO_PAGES: "true", ROOT: "a" }, []],
];

for (const [variables, uses] of cases) {
  Deno.test(`readEnvironment() reads ${JSON.stringify(variables)}`, () => {
    assertEquals(read(variables), uses);
  });
}

const refused: [variables: Record<string, string>, message: string][] = [
  [
    { SERVE_TCP_PORT: "" },
    "Cannot use SERVE_TCP_PORT without a value: expected a number from 1 to 9",
  ],
  [{ PORT: "" }, "Cannot use PORT without a value: expected a number from 1 to 9"],
  [{ SERVE_ROOT: "" }, "Cannot use SERVE_ROOT without a value: expected text"],
  [{ SERVE_PAGES: "no" }, 'Cannot use SERVE_PAGES "no": expected true or false'],
  [{ SERVE_PAGES: "" }, 'Cannot use SERVE_PAGES "": expected true or false'],
];

for (const [variables, message] of refused) {
  Deno.test(`readEnvironment() refuses ${JSON.stringify(variables)}`, () => {
    assertEquals(assertThrows(() => read(variables), UsageError).message, message);
  });
}
