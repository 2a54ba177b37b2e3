import { assertEquals } from "@std/assert";
import { addLayers, CONFIG_OPTION, formatLayers } from "../../lib/cli/option_layers.ts";
import { HELP_OPTION, type OptionTable, type OptionUse } from "../../lib/cli/option_table.ts";
import { TEXT } from "../../lib/cli/value_types.ts";

const OPTIONS: OptionTable = {
  root: { placeholder: "DIRECTORY", default: ".", help: "", ...TEXT },
  host: { placeholder: "ADDRESS", help: "", ...TEXT },
  names: { placeholder: "LIST", help: "", repeats: true, ...TEXT },
  pages: { default: true, help: "" },
  config: CONFIG_OPTION,
  help: HELP_OPTION,
};

const FILES: Record<string, string> = {
  "a.json": '{"root": "/file", "host": "file", "names": ["f1", "f2"], "pages": false}',
  "b.json": '{"host": "other"}',
};

function layer(flags: OptionUse[], variables: Record<string, string> = {}): OptionUse[] {
  return addLayers("serve", OPTIONS, flags, {
    getVariable: (name) => variables[name],
    readTextFile: (path) => FILES[path]!,
  });
}

const use = (name: string, value: string | boolean) => ({ name, flag: `--${name}`, value });

/** Returns the values that count, without that of `--config`. */
function values(uses: readonly OptionUse[]): Record<string, (string | boolean)[]> {
  const groups = Object.groupBy(uses.filter(({ name }) => name !== "config"), ({ name }) => name);
  return Object.fromEntries(
    Object.entries(groups).map(([name, found]) => [name, found!.map(({ value }) => value)]),
  );
}

Deno.test("addLayers() lets flags precede the environment, and that the file", () => {
  const flags = [use("root", "/flag"), use("config", "a.json")];
  assertEquals(values(layer(flags, { SERVE_ROOT: "/variable", SERVE_HOST: "variable" })), {
    root: ["/flag"],
    host: ["variable"],
    names: ["f1", "f2"],
    pages: [false],
  });
});

Deno.test("addLayers() replaces a list as a whole", () => {
  const variables = { SERVE_NAMES: "v1,v2", SERVE_CONFIG: "a.json" };
  assertEquals(values(layer([], variables)).names, ["v1", "v2"]);
  assertEquals(values(layer([use("names", "x")], variables)).names, ["x"]);
});

Deno.test("addLayers() reads the file that the flag names, not the variable", () => {
  assertEquals(values(layer([use("config", "b.json")], { SERVE_CONFIG: "a.json" })), {
    host: ["other"],
  });
});

Deno.test("formatLayers() prints each value with what sets it", () => {
  const flags = [use("root", "/a"), { name: "root", flag: "-r", value: "/a b" }];
  assertEquals(formatLayers(OPTIONS, layer(flags, { SERVE_CONFIG: "a.json", SERVE_HOST: "h" })), [
    'root    "/a b"  -r',
    "host    h       SERVE_HOST",
    "names   f1,f2   a.json",
    "pages   false   a.json",
    "config  a.json  SERVE_CONFIG",
  ]);
  assertEquals(formatLayers(OPTIONS, [use("names", "x"), use("names", "")]), [
    "root    .     default",
    "host    none  default",
    'names   x,""  --names',
    "pages   true  default",
    "config  none  default",
  ]);
});
