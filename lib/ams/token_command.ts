/** The command `ams token`: prints an access token for tests and scripts. */

import { formatAkamaiToken } from "../access/akamai_token.ts";
import { type AuthFile, AuthFileError, parseAuthFile } from "../access/auth_file.ts";
import { EXIT_CODE } from "../cli/exit_code.ts";
import { formatHelp } from "../cli/help.ts";
import {
  type Command,
  HELP_OPTION,
  parseCommandLine,
  readOptions,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import { integerType, TEXT } from "../cli/value_types.ts";
import { parseNetwork } from "../ip/address.ts";
import { readTextFile, SetupError } from "./setup.ts";

const YEAR_SECONDS = 366 * 86400;

export const TOKEN_COMMAND = {
  name: "ams token",
  summary: "print an access token of Akamai Token Auth 2.0",
  usage: ["--auth FILE --key NAME --acl PATTERN --seconds NUMBER [--ip ADDRESS]"],
  example: '--auth /etc/ams/auth.json --key 2026-11 --acl "/films/*" --seconds 3600',
  options: {
    auth: { placeholder: "FILE", help: "Auth file with the key", ...TEXT },
    key: { placeholder: "NAME", help: "Key with hmac that signs the token", ...TEXT },
    acl: {
      placeholder: "PATTERN",
      help:
        "Decoded paths that the token opens; * is any text, ? any character, ! separates patterns",
      expected: 'a pattern without "~" that begins with "/" or "*"',
      parse: (text: string) => /^[/*][^~]*$/.test(text) ? text : undefined,
    },
    seconds: {
      placeholder: "NUMBER",
      help: "How long the token is valid",
      ...integerType({ min: 1, max: YEAR_SECONDS }),
    },
    ip: {
      placeholder: "ADDRESS",
      help: "Address or network of the only clients that may use the token",
      expected: "an IP address, or a network such as 192.0.2.0/24",
      parse: (text: string) => parseNetwork(text) ? text : undefined,
    },
    help: HELP_OPTION,
    version: VERSION_OPTION,
  },
  noOperands: "expected an option before the value",
  refuseRepeats: true,
} as const satisfies Command;

interface TokenContext {
  readonly version: string;
  readonly nowMs?: number;
}

/**
 * Writes a token on a line.
 *
 * @returns the exit code
 * @throws UsageError, SetupError
 */
export async function printToken(
  args: readonly string[],
  out: { write(text: string): Promise<void> },
  { version, nowMs = Date.now() }: TokenContext,
): Promise<number> {
  const line = parseCommandLine(TOKEN_COMMAND, args);
  if (line === "help") await out.write(`${formatHelp(TOKEN_COMMAND)}\n`);
  else if (line === "version") await out.write(`ams ${version}\n`);
  else await out.write(`${signToken(readOptions(TOKEN_COMMAND.options, line.uses), nowMs)}\n`);
  return EXIT_CODE.success;
}

function signToken(
  { auth, key, acl, seconds, ip }: ReturnType<typeof readOptions<typeof TOKEN_COMMAND.options>>,
  nowMs: number,
): string {
  for (const [name, value] of Object.entries({ auth, key, acl, seconds })) {
    if (value === undefined) throw new UsageError(`Cannot sign a token without --${name}`);
  }
  const found = readAuthFile(auth!).keys[key!];
  if (!found || !("hmac" in found)) {
    throw new UsageError(`Cannot use --key ${quoteArgument(key!)}: expected a key with "hmac"`);
  }
  const expires = Math.floor(nowMs / 1000) + seconds!;
  return formatAkamaiToken({ ip, expires, acl: acl! }, Uint8Array.fromHex(found.hmac));
}

function readAuthFile(path: string): AuthFile {
  try {
    return parseAuthFile(readTextFile(path));
  } catch (error) {
    if (!(error instanceof AuthFileError)) throw error;
    throw new SetupError(`Cannot use --auth '${path}': ${error.message}`);
  }
}
