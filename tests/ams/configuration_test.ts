/** Every option as a flag, as an environment variable and in a configuration file; and the schema of that file. */

import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { AMS_COMMAND } from "../../lib/ams/ams_command.ts";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import { buildConfigSchema } from "../../lib/cli/config_file.ts";
import { toVariableName } from "../../lib/cli/environment.ts";
import { type CommandOption, isSetIn, type OptionTable } from "../../lib/cli/option_table.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const OPTIONS: OptionTable = AMS_COMMAND.options;

const LAYERS = ["flag", "environment", "file"] as const;

type Layer = (typeof LAYERS)[number];

/** Of these, an option takes those that it accepts. */
const SAMPLES = [
  ...[
    "2",
    "3",
    "16M",
    "64M",
    "128M",
    "json",
    "none",
    "name,other",
    "https://a.example,*",
    "10.0.0.0/8,::1",
  ],
  ...["127.0.0.1:9000", "[::1]:9001", "https://b.example", "file.txt", "192.0.2.0/24"],
  ...["access", "open", "/a=s3://b", "/c=/srv/c", "s3://media/films"],
];

/** Flags without which an option is rejected. */
const PARTNERS: Record<string, string[]> = {
  cert: ["--key", "k.pem"],
  key: ["--cert", "c.pem"],
  "ingest-tls": ["--cert", "c.pem", "--key", "k.pem"],
};

/** Options that count in all layers. `config` is not one of them. */
const TABLE = Object.entries(OPTIONS).filter(([, option]) =>
  LAYERS.every((layer) => isSetIn(layer, option))
);

function getSamples(option: CommandOption): (string | boolean)[] {
  if (option.placeholder === undefined) return [!option.default, option.default];
  const { parse } = option;
  const accepted = SAMPLES.filter((text) => parse(text) !== undefined && text !== option.default);
  return accepted.slice(0, 2);
}

/** Returns the value as JSON has it. */
function toJson(option: CommandOption, value: string | boolean): unknown {
  if (option.placeholder === undefined) return value;
  if (option.repeats || option.list) return String(value).split(",");
  const types: readonly string[] = [option.schema?.type ?? "string"].flat();
  return types.includes("string") ? value : Number(value);
}

/** Sets an option in each of these layers. */
function read(name: string, values: { readonly [L in Layer]?: string | boolean }) {
  const { flag, environment, file } = values;
  const flags = typeof flag === "boolean" ? [`--${name}=${flag}`] : flag && [`--${name}`, flag];
  const config = JSON.stringify({
    [name]: file === undefined ? file : toJson(OPTIONS[name]!, file),
  });
  const variable = toVariableName("ams", name);
  return parseAmsOptions([...(flags || []), ...(PARTNERS[name] ?? []), "--config", "ams.json"], {
    getVariable: (name) =>
      name === variable && environment !== undefined ? String(environment) : undefined,
    readTextFile: () => config,
  });
}

for (const [name, option] of TABLE) {
  const [first, second] = getSamples(option);

  Deno.test(`ams reads ${name} from a flag, the environment and a file`, () => {
    assert(first !== undefined && second !== undefined, `SAMPLES has no two values of --${name}`);
    const [a, b] = [read(name, { flag: first }), read(name, { flag: second })];
    assertNotEquals(a, b);
    for (const layer of LAYERS) assertEquals(read(name, { [layer]: first }), a, layer);
    for (const layer of LAYERS) assertEquals(read(name, { [layer]: second }), b, layer);
  });

  Deno.test(`ams lets a flag for ${name} precede the environment, and that a file`, () => {
    const expected = read(name, { flag: first! });
    const lower = second!;
    assertEquals(read(name, { flag: first!, environment: lower, file: lower }), expected);
    assertEquals(read(name, { environment: first!, file: lower }), expected);
  });

  Deno.test(`ams --print-config names what sets ${name}`, () => {
    const sources = { flag: `--${name}`, environment: toVariableName("ams", name), file: "a.json" };
    for (const layer of LAYERS) {
      const getVariable = (name: string) =>
        layer === "environment" && name === sources.environment ? String(first) : undefined;
      const text = layer === "file" ? JSON.stringify({ [name]: toJson(option, first!) }) : "{}";
      const flag = layer === "flag" ? [`--${name}=${first}`] : [];
      const args = [...flag, ...(PARTNERS[name] ?? []), "--config=a.json", "--print-config"];
      const options = parseAmsOptions(args, { getVariable, readTextFile: () => text });
      assert(typeof options !== "string");
      const [line] = options.printedConfig!.filter((line) => line.startsWith(`${name} `));
      assertEquals(line!.split(/ {2,}/).slice(1), [String(first), sources[layer]]);
    }
  });
}

Deno.test("ams has no options that are only in some layers, except those of the command line", () => {
  const names = Object.keys(OPTIONS).filter((name) => !TABLE.some(([other]) => other === name));
  assertEquals(names, ["config", "print-config", "help", "version"]);
});

Deno.test("ams reads PORT unless AMS_PORT is set", () => {
  const getPort = (variables: Record<string, string>, text = "{}") => {
    const sources = { getVariable: (name: string) => variables[name], readTextFile: () => text };
    const options = parseAmsOptions(["--config", "a.json"], sources);
    return typeof options === "string" ? options : options.port;
  };
  assertEquals(getPort({ PORT: "81" }, '{"port": 82}'), 81);
  assertEquals(getPort({ PORT: "81", AMS_PORT: "80" }), 80);
  assertEquals(getPort({ PORT: "81", AMS_PORT: "tcp://10.96.0.7:80" }), 81);
});

Deno.test("ams refuses an unknown key of the file by its name", () => {
  const sources = { getVariable: () => undefined, readTextFile: () => '{"docrot": "/srv"}' };
  const parse = () => parseAmsOptions(["--config", "/etc/ams.json"], sources);
  const message = '/etc/ams.json: Cannot use "docrot": unknown key, did you mean "docroot"?';
  assertEquals(assertThrows(parse, UsageError).message, message);
});

const SCHEMA_FILE = fromFileUrl(new URL("../../lib/ams/config.schema.json", import.meta.url));

Deno.test("lib/ams/config.schema.json has every option; `deno task test:update` writes it", () => {
  const schema = buildConfigSchema("Configuration of ams", OPTIONS);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (Deno.args.includes("--update")) Deno.writeTextFileSync(SCHEMA_FILE, text);
  assertEquals(JSON.parse(Deno.readTextFileSync(SCHEMA_FILE)), JSON.parse(text));
});
