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
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import { MountSourceError, parseMountSource } from "../storage/remote/mount_source.ts";
import { isPackage } from "../url/path.ts";

export interface SealOptions {
  /** Path of the package. */
  readonly file: string;
  readonly from: RemoteOrigin;
  /** Compares, and writes nothing. */
  readonly dryRun: boolean;
}

const OPTIONS = {
  from: {
    placeholder: "SOURCE",
    help: "Directory of the package where ams reads its files, as mounts have it: http(s)://… or " +
      "s3://…?credentials=anonymous",
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
  usage: ["--from SOURCE [--dry-run] FILE"],
  example: "--from https://media.example/films/ video.json",
  description: [
    "Compares the files of the package FILE at an origin with what amspackager found when it made " +
    "the package, in size, sample tables and slices of the media, and writes their ETags to it. " +
    "ams then makes manifests without reading the files.",
    "The package stays as it is if a file differs. Upload it after that.",
  ],
  options: OPTIONS,
} as const satisfies Command;

export const SEAL_HELP = formatHelp(SEAL_COMMAND);

/**
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parseSealOptions(args: readonly string[]): SealOptions | "help" | "version" {
  const line = parseCommandLine(SEAL_COMMAND, args);
  if (typeof line === "string") return line;
  const [file, ...others] = line.operands;
  if (file === undefined || others.length > 0) {
    throw new UsageError("Cannot seal without FILE, one package");
  }
  if (!isPackage(file)) {
    throw new UsageError(`Cannot seal ${quoteArgument(file)}: expected a name that ends in .json`);
  }
  const { from, "dry-run": dryRun } = readOptions(OPTIONS, line.uses);
  if (from === undefined) throw new UsageError("Cannot seal without --from, where the files are");
  return { file, from: parseOrigin(from), dryRun };
}

/** Requests to buckets are not signed: amspackager does not read credentials. */
function parseOrigin(from: string): RemoteOrigin {
  try {
    const source = parseMountSource(from, () => undefined);
    if (source.kind === "directory") throw new UsageError(NO_ORIGIN);
    if (source.kind === "s3" && !source.anonymous) {
      throw new UsageError("Cannot use --from: expected credentials=anonymous in an s3:// address");
    }
    return source;
  } catch (error) {
    if (!(error instanceof MountSourceError)) throw error;
    throw new UsageError(error.message);
  }
}

const NO_ORIGIN =
  "Cannot use --from: expected an address that starts with http://, https:// or s3://";
