import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import type { InputOptions } from "../../lib/input/apply_options.ts";
import { ROLES } from "../../lib/package/role.ts";
import { addInputOption, isInputOption } from "../../lib/packager/input_options.ts";

type Name = Parameters<typeof addInputOption>[1];

const INPUT: InputOptions = { file: "a.mp4" };

/** Adds an option with the flag `--name`. */
function add(name: Name, value: string | true, input: InputOptions | undefined = INPUT) {
  return addInputOption(input, name, { name, flag: `--${name}`, value });
}

const options: [name: Name, value: string | true, expected: Partial<InputOptions>][] = [
  ["language", "fra", { language: "fra" }],
  ["language", "FRE", { language: "fre" }],
  ["language", "fr", { language: "fr" }],
  ["language", "pt-br", { language: "pt-BR" }],
  ["language", "pt_BR", { language: "pt-BR" }],
  ["language", "zh-Hant", { language: "zh-Hant" }],
  ["language", "es-419", { language: "es-419" }],
  ["language", "yue", { language: "yue" }],
  ["language", "und", { language: "und" }],
  ["label", "Director's cut, 2nd", { label: "Director's cut, 2nd" }],
  ["role", "dub", { role: "dub" }],
  ["role", "forced-subtitle", { role: "forced" }],
  ["default", true, { default: true }],
  ["captions", "CC1=eng,SERVICE63=spa", {
    captions: [{ channel: "CC1", language: "en" }, { channel: "SERVICE63", language: "es" }],
  }],
];

for (const [name, value, expected] of options) {
  Deno.test(`addInputOption() adds --${name} ${value}`, () => {
    assertEquals(add(name, value), { ...INPUT, ...expected });
    const input = { ...INPUT, ...expected };
    assertThrows(() => add(name, value, input), UsageError, ": expected once per input file");
  });
}

const LANGUAGE =
  "expected a BCP 47 tag such as fr, pt-BR or zh-Hant, or three letters of ISO 639-2";

const CHANNELS =
  "expected CC1=eng,SERVICE1=spa: each of CC1 to CC4 and SERVICE1 to SERVICE63 at most once";

const refused: [name: Name, value: string, expected: string][] = [
  ["language", "xyz", LANGUAGE],
  ["language", "xx", LANGUAGE],
  ["language", "French", LANGUAGE],
  ["language", "en-UK", LANGUAGE],
  ["language", "zh-Hnat", LANGUAGE],
  ["language", "pt-", LANGUAGE],
  ["language", "", LANGUAGE],
  ["language", "x\ny", LANGUAGE],
  ["label", "x\ny", "expected text on one line"],
  ["role", "x", `expected one of ${ROLES.join(", ")}`],
  ["role", "toString", `expected one of ${ROLES.join(", ")}`],
  ["captions", "CC5=eng", CHANNELS],
  ["captions", "SERVICE64=eng", CHANNELS],
  ["captions", "CC1", CHANNELS],
  ["captions", "CC1=eng,", CHANNELS],
  ["captions", "CC1=eng=x", CHANNELS],
  ["captions", "CC1=xyz", CHANNELS],
  ["captions", "CC1=eng,CC1=fra", CHANNELS],
];

for (const [name, value, expected] of refused) {
  Deno.test(`addInputOption() refuses --${name} ${JSON.stringify(value)}`, () => {
    const error = assertThrows(() => add(name, value), UsageError);
    assertEquals(error.message, `Cannot use --${name} ${JSON.stringify(value)}: ${expected}`);
  });
}

Deno.test("addInputOption() refuses an option before any input", () => {
  const use = { name: "default", flag: "--default", value: true };
  const message = "Cannot use --default: expected an input file before it";
  assertThrows(() => addInputOption(undefined, "default", use), UsageError, message);
});

Deno.test("isInputOption() knows own names only", () => {
  const known = ["language", "captions", "output", "toString"].map(isInputOption);
  assertEquals(known, [true, true, false, false]);
});
