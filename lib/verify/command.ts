/** The command `amspackager verify`. */

import { type Console, createMessageConsole } from "../cli/console.ts";
import { GENERATORS, type Generators } from "./generators.ts";
import { parseVerifyOptions, VERIFY_HELP } from "./options.ts";
import { isDirectory } from "./targets.ts";
import { verifySingle } from "./verify_target.ts";
import { verifySeveral } from "./verify_several.ts";

export interface VerifyProgram {
  readonly version: string;
  readonly generators?: Generators;
  /** Gives up the permission to connect, before media is read; default: does nothing. */
  readonly revokeNetwork?: () => void;
}

/**
 * @returns false if there are differences, or one of several files cannot be verified
 * @throws UsageError; for a single file MediaError, KeyFileError, KeysError
 */
export async function verifyCommand(
  args: readonly string[],
  out: Console,
  { version, generators = GENERATORS, revokeNetwork }: VerifyProgram,
): Promise<boolean> {
  const options = parseVerifyOptions(args);
  if (options === "help") {
    out.line(VERIFY_HELP);
    return true;
  }
  if (options === "version") {
    out.line(`amspackager ${version}`);
    return true;
  }
  const { files, json, sidecars, keys: keyFile } = options;
  const messages = json ? out : createMessageConsole(out);
  const context = { out: messages, generators, json, sidecars, keyFile, revokeNetwork };
  const [first, second] = files;
  return second === undefined && !await isDirectory(first!)
    ? await verifySingle(first!, context)
    : await verifySeveral(files, context);
}
