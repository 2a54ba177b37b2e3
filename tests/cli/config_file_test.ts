import { assertEquals, assertThrows } from "@std/assert";
import { buildConfigSchema, parseConfigFile } from "../../lib/cli/config_file.ts";
import { HELP_OPTION, type OptionTable, readOptions } from "../../lib/cli/option_table.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { choiceType, integerType, secondsType, sizeType, TEXT } from "../../lib/cli/value_types.ts";

const names = { expected: "names", parse: (list: string) => list.split(",") };

const OPTIONS = {
  port: { placeholder: "NUMBER", help: "Port", ...integerType({ min: 1, max: 9 }) },
  wait: { placeholder: "SECONDS", help: "Wait", ...secondsType({ min: 0, max: 5 }) },
  cache: { placeholder: "SIZE", help: "Cache", ...sizeType({ min: 1024, expected: "a size" }) },
  root: { placeholder: "DIRECTORY", help: "Root", ...TEXT },
  log: { placeholder: "FORMAT", help: "Log", ...choiceType(["text", "json"]) },
  names: { placeholder: "LIST", help: "Names", repeats: true, ...names },
  paths: { placeholder: "LIST", help: "Paths", list: true, ...names },
  origins: { placeholder: "LIST", help: "Origins", list: true, allowEmpty: true, ...names },
  pages: { default: true, help: "No pages" },
  quiet: { default: false, help: "Quiet" },
  config: { placeholder: "FILE", help: "File", layers: ["flag", "environment"], ...TEXT },
  help: HELP_OPTION,
} as const satisfies OptionTable;

const read = (text: string) => parseConfigFile(OPTIONS, "a.json", text);

Deno.test("parseConfigFile() names the file and the key of each value", () => {
  const file = "a.json";
  assertEquals(read('{"$schema": "s", "port": 80, "names": ["a", "b"], "pages": false}'), [
    { name: "port", flag: "port", file, value: "80" },
    { name: "names", flag: "names", file, value: "a" },
    { name: "names", flag: "names", file, value: "b" },
    { name: "pages", flag: "pages", file, value: false },
  ]);
});

const cases: [text: string, key: keyof typeof OPTIONS, value: unknown][] = [
  ['{"port": 9}', "port", 9],
  ['{"wait": 1.5}', "wait", 1.5],
  ['{"cache": 2048}', "cache", 2048],
  ['{"cache": "2K"}', "cache", 2048],
  ['{"root": "/srv"}', "root", "/srv"],
  ['{"log": "json"}', "log", "json"],
  ['{"names": ["a", "b,c"]}', "names", ["a", "b", "c"]],
  ['{"names": []}', "names", []],
  ['{"origins": ["a", "b"]}', "origins", ["a", "b"]],
  ['{"origins": []}', "origins", [""]],
  ['{"pages": false}', "pages", false],
  ['{"quiet": true}', "quiet", true],
];

for (const [text, key, value] of cases) {
  Deno.test(`parseConfigFile() reads ${text}`, () => {
    assertEquals(readOptions(OPTIONS, read(text))[key as never], value);
  });
}

const refused: [text: string, message: string][] = [
  ['{"prot": 80}', 'Cannot use "prot": unknown key, did you mean "port"?'],
  ['{"no-pages": true}', 'Cannot use "no-pages": unknown key'],
  ['{"config": "b.json"}', 'Cannot use "config": unknown key'],
  ['{"help": true}', 'Cannot use "help": unknown key'],
  ['{"a\\n": 1}', 'Cannot use "a\\n": unknown key'],
  ['{"__proto__": 1}', 'Cannot use "__proto__": unknown key'],
  ['{"port": 10}', 'Cannot use port "10": expected a number from 1 to 9'],
  ['{"port": 1.5}', 'Cannot use port "1.5": expected a number from 1 to 9'],
  ['{"port": "8"}', 'Cannot use port "8": expected a number from 1 to 9'],
  ['{"port": null}', "Cannot use port null: expected a number from 1 to 9"],
  ['{"root": 5}', "Cannot use root 5: expected text"],
  ['{"root": ""}', 'Cannot use root "": expected text'],
  ['{"log": "xml"}', 'Cannot use log "xml": expected one of text, json'],
  ['{"names": "a"}', 'Cannot use names "a": expected an array of strings'],
  ['{"names": ["a", 1]}', 'Cannot use names ["a",1]: expected an array of strings'],
  ['{"names": [""]}', 'Cannot use names [""]: expected an array of strings'],
  ['{"paths": []}', "Cannot use paths []: expected names"],
  ['{"pages": "false"}', 'Cannot use pages "false": expected true or false'],
  ["[]", "Cannot use []: expected an object"],
  ["null", "Cannot use null: expected an object"],
  ['{"port": }', 'Cannot read line 1, column 10: unexpected "}"'],
  ["", "Cannot read line 1, column 1: unexpected end of JSON"],
  [
    `{"port": "${"x".repeat(200)}"}`,
    `Cannot use port "${"x".repeat(99)}...: expected a number from 1 to 9`,
  ],
];

for (const [text, message] of refused) {
  Deno.test(`parseConfigFile() refuses ${text.slice(0, 40)}`, () => {
    const error = assertThrows(() => readOptions(OPTIONS, read(text)), UsageError);
    assertEquals(error.message, `a.json: ${message}`);
  });
}

Deno.test("buildConfigSchema() describes each key", () => {
  const strings = { type: "array", items: { type: "string" } };
  assertEquals(buildConfigSchema("Title", OPTIONS), {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Title",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      port: { description: "Port", type: "integer", minimum: 1, maximum: 9 },
      wait: { description: "Wait", type: "number", minimum: 0, maximum: 5 },
      cache: {
        description: "Cache",
        type: ["integer", "string"],
        minimum: 1024,
        pattern: "^[0-9]{1,12}([KMGkmg]([Ii]?[Bb])?)?$",
      },
      root: { description: "Root", type: "string" },
      log: { description: "Log", type: "string", enum: ["text", "json"] },
      names: { description: "Names", ...strings },
      paths: { description: "Paths", ...strings },
      origins: { description: "Origins", ...strings },
      pages: { description: "false: No pages", type: "boolean", default: true },
      quiet: { description: "Quiet", type: "boolean", default: false },
    },
  });
});
