/** What a command line says of one input: the flags behind its `-i`. */

import { CHANNEL, type ClosedCaptions, repeatedChannel } from "../package/closed_captions.ts";
import { parseRole, ROLES } from "../package/role.ts";
import { LABEL, LANGUAGE } from "../package/schema.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { quote, UsageError } from "../cli/usage_error.ts";

/** The file as it was typed, and what is said of it. */
export type InputOption = InputOptions;

const FLAGS = ["language", "label", "role", "default", "captions"] as const;

export type TrackFlag = typeof FLAGS[number];

export function isTrackFlag(flag: string): flag is TrackFlag {
  return FLAGS.some((one) => one === flag);
}

/** A flag as it was typed, with its value. */
export interface FlagValue {
  readonly flag: TrackFlag;
  readonly typed: string;
  /** "" of the flag that has none. */
  readonly value: string;
}

/**
 * The input with one thing more.
 *
 * @param input the last before the flag
 * @throws UsageError
 */
export function applyFlag(input: InputOption | undefined, wish: FlagValue): InputOption {
  const { flag, typed, value } = wish;
  const said = flag === "default" ? typed : `${typed} ${quote(value)}`;
  if (!input) throw new UsageError(`Cannot use ${said}: no -i stands before it`);
  if (input[flag] !== undefined) throw new UsageError(`Cannot use ${said}: its -i has one`);
  return { ...input, [flag]: VALUES[flag](value) };
}

const VALUES: { [F in TrackFlag]: (value: string) => NonNullable<InputOption[F]> } = {
  language: parseLanguage,
  label(value) {
    if (LABEL.test(value)) return value;
    throw new UsageError(`Cannot use label ${quote(value)}: text on one line is wanted`);
  },
  role(value) {
    const role = parseRole(value);
    if (role) return role;
    throw new UsageError(`Cannot use role ${quote(value)}: one of ${ROLES.join(", ")} is wanted`);
  },
  default: () => true,
  captions: parseCaptions,
};

function parseLanguage(code: string): string {
  if (LANGUAGE.test(code)) return code;
  throw new UsageError(
    `Cannot use language ${quote(code)}: three letters of ISO 639-2 are wanted`,
  );
}

/** `CC1=eng,SERVICE1=eng`. */
function parseCaptions(list: string): ClosedCaptions[] {
  const captions = list.split(",").map((one) => {
    const [channel = "", language = "", ...more] = one.split("=");
    if (CHANNEL.test(channel) && LANGUAGE.test(language) && more.length === 0) {
      return { channel, language };
    }
    throw new UsageError(
      `Cannot use captions ${
        quote(one)
      }: CC1=eng is wanted, with CC1 to CC4 or SERVICE1 to SERVICE63`,
    );
  });
  const again = captions[repeatedChannel(captions)];
  if (again) {
    throw new UsageError(`Cannot use captions ${quote(list)}: ${again.channel} is there twice`);
  }
  return captions;
}
