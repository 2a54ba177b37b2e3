/** The command line of amspackager seal. */

import { parseCommandLine } from "../cli/command_line.ts";
import { formatHelp } from "../cli/help.ts";
import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  readOptions,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import { removeQuery } from "../storage/remote/allowed_source.ts";
import type { ReadVariable } from "../storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import { isPackage } from "../url/path.ts";
import { parseRemoteDirectory, parseRemotePath, type RemotePath } from "../origins/remote_path.ts";

export interface SealOptions {
  /** Path of the package, or its URL without the query. */
  readonly file: string;
  /** Absent for a local package. */
  readonly remote?: RemotePath;
  /** Absent: the files are where the package is. */
  readonly from?: RemoteOrigin;
  /** Compares, and writes nothing. */
  readonly dryRun: boolean;
}

const OPTIONS = {
  from: {
    placeholder: "SOURCE",
    help: "Directory of the package where ams reads its files, as mounts have it: http(s)://… or " +
      "s3://… (default for a package in a bucket: its directory)",
    expected: "an address that starts with http://, https:// or s3://",
    parse: (source: string) => source,
  },
  "dry-run": { default: false, help: "Compare the files, but write nothing" },
  help: HELP_OPTION,
  version: VERSION_OPTION,
} as const satisfies OptionTable;

export const SEAL_COMMAND = {
  name: "amspackager seal",
  summary: "add to a package the entity tags of its files at an origin",
  usage: ["--from SOURCE [--dry-run] FILE", "[--from SOURCE] [--dry-run] s3://BUCKET/FILE"],
  example: "--from https://media.example/films/ video.json",
  description: [
    "Compares the files of the package FILE at an origin with what amspackager found when it made " +
    "the package, in size, sample tables and slices of the media, and writes their ETags to it. " +
    "ams then makes manifests without reading the files.",
    "The package stays as it is if a file differs. Upload it after that, or name it where it is in a " +
    "bucket: it is replaced there by one request.",
  ],
  options: OPTIONS,
} as const satisfies Command;

export const SEAL_HELP = formatHelp(SEAL_COMMAND);

/**
 * @param readVariable reads the environment; default: that of the process
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parseSealOptions(
  args: readonly string[],
  readVariable?: ReadVariable,
): SealOptions | "help" | "version" {
  const line = parseCommandLine(SEAL_COMMAND, args);
  if (typeof line === "string") return line;
  const [typed, ...others] = line.operands;
  if (typed === undefined || others.length > 0) {
    throw new UsageError("Cannot seal without FILE, one package");
  }
  const remote = parseRemotePath(typed, readVariable);
  const file = remote ? removeQuery(typed) : typed;
  if (!isPackage(file)) {
    throw new UsageError(`Cannot seal ${quoteArgument(file)}: expected a name that ends in .json`);
  }
  const { from, "dry-run": dryRun } = readOptions(OPTIONS, line.uses);
  if (remote && remote.origin.kind !== "s3" && !dryRun) {
    throw new UsageError(`Cannot write ${quoteArgument(file)}: expected a path or s3://`);
  }
  if (from !== undefined) {
    const origin = parseFrom(from, readVariable);
    return { file, ...remote && { remote }, from: origin, dryRun };
  }
  if (remote) return { file, remote, dryRun };
  throw new UsageError("Cannot seal without --from, where the files are");
}

function parseFrom(from: string, readVariable: ReadVariable | undefined): RemoteOrigin {
  const origin = parseRemoteDirectory(from, readVariable);
  if (origin) return origin;
  throw new UsageError(
    "Cannot use --from: expected an address that starts with http://, https:// or s3://",
  );
}
