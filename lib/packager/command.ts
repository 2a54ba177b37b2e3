/** amspackager: a command line in, lines and an exit code out. */

import { MediaError } from "../errors.ts";
import type { Console } from "../cli/console.ts";
import { createPackage } from "./create.ts";
import { EXIT_CODE, exitCodeForError } from "../cli/exit_code.ts";
import { UsageError } from "../cli/usage_error.ts";
import { PACKAGER_HELP, parsePackagerOptions } from "./options.ts";
import { OutputError } from "./atomic_write.ts";

/**
 * Never throws: what goes wrong is a line.
 *
 * @param version of AMS
 * @returns the exit code: 0 only when all that was asked for is done, and what was verified is as it should be
 */
export async function amspackager(
  args: readonly string[],
  out: Console,
  version: string,
): Promise<number> {
  try {
    if (args[0] === "verify") return await verify(args.slice(1), out, version);
    const options = parsePackagerOptions(args);
    if (options === "help") out.line(PACKAGER_HELP);
    else if (options === "version") out.line(`amspackager ${version}`);
    else await createPackage(options, out);
    return EXIT_CODE.success;
  } catch (error) {
    out.progress?.clear();
    out.warn(`amspackager: ${sentence(error)}`);
    return exitCodeForError(error);
  }
}

/** Loaded when it is wanted: that takes a seventh of the time of packaging a film. */
async function verify(
  args: readonly string[],
  out: Console,
  version: string,
): Promise<number> {
  const { verifyCommand } = await import("../verify/command.ts");
  return await verifyCommand(args, out, { version }) ? EXIT_CODE.success : EXIT_CODE.failure;
}

function sentence(error: unknown): string {
  const known = error instanceof MediaError || error instanceof OutputError ||
    error instanceof UsageError;
  if (known) return error.message;
  const [line] = String(error).split("\n");
  return `Cannot go on because of a defect in AMS, please report it: ${line}`;
}
