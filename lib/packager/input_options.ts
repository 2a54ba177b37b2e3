/** Options for one input, which follow it. */

import {
  type CommandOption,
  type OptionTable,
  type OptionUse,
  readValue,
} from "../cli/option_table.ts";
import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import { choiceType } from "../cli/value_types.ts";
import type { InputOptions } from "../input/apply_options.ts";
import {
  CHANNEL_NAME,
  type ClosedCaptions,
  findRepeatedChannel,
} from "../package/closed_captions.ts";
import { parseLanguage } from "../language.ts";
import { parseRole, ROLES } from "../package/role.ts";
import { LABEL_TEXT } from "../package/schema.ts";

export const INPUT_OPTIONS = {
  language: {
    follows: "input",
    short: "l",
    placeholder: "TAG",
    defaultHelp: "of the file or in its name, else und",
    help: "Language: a BCP 47 tag such as fr or pt-BR, or three letters such as fra",
    expected: "a BCP 47 tag such as fr, pt-BR or zh-Hant, or three letters of ISO 639-2",
    parse: parseInputLanguage,
  },
  label: {
    follows: "input",
    placeholder: "TEXT",
    help: "Name that players show in their menus",
    expected: "text on one line",
    parse: (text: string) => LABEL_TEXT.test(text) ? text : undefined,
  },
  role: {
    follows: "input",
    placeholder: "ROLE",
    help: `Purpose of the track: ${ROLES.join(", ")}`,
    ...choiceType(ROLES),
    parse: parseRole,
  },
  default: {
    follows: "input",
    default: false,
    help: "Select the first audio track, else the first subtitle track, by default",
  },
  captions: {
    follows: "input",
    placeholder: "LIST",
    help: "Closed captions inside the video: CC1=eng,CC3=spa,SERVICE1=eng",
    expected: "CC1=eng,SERVICE1=spa: each of CC1 to CC4 and SERVICE1 to SERVICE63 at most once",
    parse: parseCaptions,
  },
} as const satisfies OptionTable;

type InputOptionName = keyof typeof INPUT_OPTIONS;

export function isInputOption(name: string): name is InputOptionName {
  return Object.hasOwn(INPUT_OPTIONS, name);
}

/** @throws UsageError if there is no input before the option, or the input has it already */
export function addInputOption(
  input: InputOptions | undefined,
  name: InputOptionName,
  use: OptionUse,
): InputOptions {
  const subject = use.value === true ? use.flag : `${use.flag} ${quoteArgument(String(use.value))}`;
  if (!input) throw new UsageError(`Cannot use ${subject}: expected an input file before it`);
  if (input[name] !== undefined) {
    throw new UsageError(`Cannot use ${subject}: expected once per input file`);
  }
  const option: CommandOption = INPUT_OPTIONS[name];
  const value = option.placeholder === undefined ? use.value : readValue(option, use);
  return { ...input, [name]: value };
}

/** Three letters remain, since they mean any region or script that the file declares. */
function parseInputLanguage(text: string): string | undefined {
  const tag = parseLanguage(text);
  return tag !== undefined && /^[a-z]{3}$/i.test(text) ? text.toLowerCase() : tag;
}

function parseCaptions(list: string): ClosedCaptions[] | undefined {
  const captions = list.split(",").map((entry) => {
    const [channel = "", language = ""] = entry.split("=");
    return { channel, language: parseLanguage(language) ?? "" };
  });
  const isValid = list.split(",").every((entry) => entry.split("=").length === 2) &&
    captions.every(({ channel, language }) => CHANNEL_NAME.test(channel) && language !== "");
  return isValid && findRepeatedChannel(captions) < 0 ? captions : undefined;
}
