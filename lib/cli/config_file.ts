/** Options as keys of a JSON file: `"port": 80` for `--port 80`. */

import { formatJsonError } from "../json_error.ts";
import { type CommandOption, isSetIn, type OptionTable, type OptionUse } from "./option_table.ts";
import { findNearestWord } from "./nearest_word.ts";
import { UsageError } from "./usage_error.ts";
import type { ValueSchema } from "./value_types.ts";

/** Names the schema for editors. */
const SCHEMA_KEY = "$schema";

/** Characters of an invalid value in an error message. */
const MAX_QUOTED_CHARS = 100;

const ANY_STRING: ValueSchema = { type: "string" };

/** Returns the options that a configuration file can contain, by key. */
function selectOptions(options: OptionTable): [key: string, option: CommandOption][] {
  return Object.entries(options).filter(([, option]) => isSetIn("file", option));
}

/**
 * Reads a configuration file. A switch is a boolean; an option that is a list is an array.
 *
 * @param file name in error messages
 * @throws UsageError for what is no JSON object, an unknown key, or a value of another type
 */
export function parseConfigFile(options: OptionTable, file: string, text: string): OptionUse[] {
  const known = new Map(selectOptions(options));
  return Object.entries(parseObject(file, text)).flatMap(([key, value]) => {
    if (key === SCHEMA_KEY) return [];
    const option = known.get(key);
    if (!option) throw createUnknownKeyError(file, key, known.keys());
    return toUses(option, { file, key, value }).map((use) => ({
      name: key,
      flag: key,
      file,
      ...use,
    }));
  });
}

function createUnknownKeyError(file: string, key: string, known: Iterable<string>): UsageError {
  const nearest = findNearestWord(key, known);
  const hint = nearest === undefined ? "" : `, did you mean ${quote(nearest)}?`;
  return new UsageError(`${file}: Cannot use ${quote(key)}: unknown key${hint}`);
}

function parseObject(file: string, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${file}: ${formatJsonError(text, error)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new UsageError(`${file}: Cannot use ${quote(value)}: expected an object`);
}

interface Member {
  readonly file: string;
  readonly key: string;
  readonly value: unknown;
}

function toUses(option: CommandOption, member: Member): Pick<OptionUse, "value">[] {
  const { value } = member;
  if (option.placeholder === undefined) {
    if (typeof value === "boolean") return [{ value }];
    throw createTypeError(member, "true or false");
  }
  const { repeats, list, allowEmpty, expected, schema = ANY_STRING } = option;
  if (!repeats && !list) {
    if (isOfType(schema, value) && (value !== "" || allowEmpty)) return [{ value: String(value) }];
    throw createTypeError(member, expected);
  }
  if (!isListOfStrings(value)) throw createTypeError(member, "an array of strings");
  if (repeats) return value.map((item) => ({ value: item }));
  if (value.length === 0 && !allowEmpty) throw createTypeError(member, expected);
  return [{ value: value.join(",") }];
}

function isListOfStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}

/** Compares the type alone: the option itself checks limits. */
function isOfType({ type }: ValueSchema, value: unknown): value is string | number {
  const types: readonly string[] = typeof type === "string" ? [type] : type;
  return typeof value === "string" && types.includes("string") ||
    typeof value === "number" && (types.includes("number") || types.includes("integer"));
}

function createTypeError({ file, key, value }: Member, expected: string): UsageError {
  return new UsageError(`${file}: Cannot use ${key} ${quote(value)}: expected ${expected}`);
}

function quote(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}...` : text;
}

/** Builds the JSON Schema of configuration files. */
export function buildConfigSchema(title: string, options: OptionTable): object {
  const properties = selectOptions(options).map(([key, option]) => [key, describeOption(option)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries([[SCHEMA_KEY, { type: "string" }], ...properties]),
  };
}

function describeOption(option: CommandOption): object {
  if (option.placeholder === undefined) {
    const description = option.default ? `false: ${option.help}` : option.help;
    return { description, type: "boolean", default: option.default };
  }
  const { help: description, schema = ANY_STRING } = option;
  const isList = option.repeats || option.list;
  return { description, ...(isList ? { type: "array", items: ANY_STRING } : schema) };
}
