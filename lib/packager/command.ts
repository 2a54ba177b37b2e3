/** The command amspackager. */

import { KeyFileError } from "../drm/key_file.ts";
import { KeysError, MediaError } from "../errors.ts";
import type { Console } from "../cli/console.ts";
import { replaceControls } from "../cli/control_characters.ts";
import { EXIT_CODE, exitCodeForError, exitCodeForSignal } from "../cli/exit_code.ts";
import { formatInternalError } from "../cli/internal_error.ts";
import { UsageError } from "../cli/usage_error.ts";
import { captureCommand } from "./capture_command.ts";
import { channelCommand } from "./channel_command.ts";
import { listUnusedPermissions } from "./permissions.ts";
import { createPackage } from "./create.ts";
import { packageEach } from "./each.ts";
import { sealCommand } from "./seal_command.ts";
import { PACKAGER_HELP, parsePackagerOptions } from "./options.ts";
import { usesOrigins } from "./resolve_remote.ts";
import { OutputError } from "./atomic_write.ts";

export interface Program {
  readonly version: string;
  /** Gives up the permission to connect, before media is read; default: does nothing. */
  readonly revokeNetwork?: () => void;
  /** Gives up the permissions by which credentials of buckets are found; default: does nothing. */
  readonly revokeCredentialSources?: () => void;
  /**
   * Returns what a signal to stop aborts, with its name as the reason, so that temporary files are removed; default: signals end the
   * process at once.
   */
  readonly watchSignals?: () => AbortSignal;
}

/** @returns the exit code; 0 only if the package was written, or the verification found no difference */
export async function amspackager(
  args: readonly string[],
  out: Console,
  { watchSignals, ...program }: Program,
): Promise<number> {
  let stopped: AbortSignal | undefined;
  const watched = watchSignals && { watchSignals: () => stopped = watchSignals() };
  const code = await run(args, out, { ...program, ...watched });
  return code === EXIT_CODE.failure && stopped?.aborted ? exitCodeForSignal(stopped.reason) : code;
}

async function run(args: readonly string[], out: Console, all: Program): Promise<number> {
  try {
    const program = revokeUnused(args, all);
    const { version, revokeNetwork } = program;
    if (args[0] === "verify") return await runVerify(args.slice(1), out, program);
    if (args[0] === "seal") {
      await sealCommand(args.slice(1), out, program);
      return EXIT_CODE.success;
    }
    if (args[0] === "channel") {
      revokeNetwork?.();
      await channelCommand(args.slice(1), out, { version });
      return EXIT_CODE.success;
    }
    if (args[0] === "capture") {
      revokeNetwork?.();
      await captureCommand(args.slice(1), out, program);
      return EXIT_CODE.success;
    }
    return await runPackager(args, out, program);
  } catch (error) {
    out.progress?.clear();
    out.warn(replaceControls(`amspackager: ${formatError(error)}`));
    return exitCodeForError(error);
  }
}

/** Returns the program with what can still be given up. */
function revokeUnused(
  args: readonly string[],
  { revokeNetwork, revokeCredentialSources, ...program }: Program,
): Program {
  const unused = listUnusedPermissions(args);
  if (unused.includes("credentials")) revokeCredentialSources?.();
  if (!unused.includes("net")) return { ...program, ...revokeNetwork && { revokeNetwork } };
  revokeNetwork?.();
  return program;
}

async function runPackager(
  args: readonly string[],
  out: Console,
  { version, watchSignals, revokeNetwork }: Program,
): Promise<number> {
  const options = parsePackagerOptions(args);
  if (typeof options === "string" || "each" in options || !usesOrigins(options)) revokeNetwork?.();
  if (options === "help") out.line(PACKAGER_HELP);
  else if (options === "version") out.line(`amspackager ${version}`);
  else if ("each" in options) {
    const isWhole = await packageEach(options, out, watchSignals?.());
    return isWhole ? EXIT_CODE.success : EXIT_CODE.failure;
  } else await createPackage(options, out, { signal: watchSignals?.() });
  return EXIT_CODE.success;
}

/** Imports the verifier on demand, which takes a seventh of the time of packaging a movie. */
async function runVerify(
  args: readonly string[],
  out: Console,
  program: Program,
): Promise<number> {
  const { verifyCommand } = await import("../verify/command.ts");
  return await verifyCommand(args, out, program) ? EXIT_CODE.success : EXIT_CODE.failure;
}

function formatError(error: unknown): string {
  const isExpected = error instanceof MediaError || error instanceof OutputError ||
    error instanceof UsageError || error instanceof KeyFileError || error instanceof KeysError;
  return isExpected ? error.message : formatInternalError(error);
}
