/** The command `amspackager seal`. */

import { type Console, createMessageConsole } from "../cli/console.ts";
import { MediaError } from "../errors.ts";
import { formatPackage } from "../package/package.ts";
import { readPackage } from "../package/read_package.ts";
import { openFile } from "../storage/local/file.ts";
import type { Source } from "../storage/source.ts";
import { replaceFile } from "./atomic_write.ts";
import {
  type ConnectOrigin,
  connectOrigin,
  type OriginConnection,
} from "../origins/origin_connection.ts";
import { openRemoteFile } from "../origins/remote_file.ts";
import { replaceRemoteFile } from "./replace_remote.ts";
import { parseSealOptions, SEAL_HELP, type SealOptions } from "./seal_options.ts";
import { sealPackage } from "./seal_package.ts";

export interface SealProgram {
  readonly version: string;
  readonly watchSignals?: () => AbortSignal;
  /** Connects to an origin; default: over the network. */
  readonly connect?: ConnectOrigin;
}

/** @throws UsageError, OutputError, MediaError */
export async function sealCommand(
  args: readonly string[],
  out: Console,
  { version, watchSignals, connect = connectOrigin }: SealProgram,
): Promise<void> {
  const options = parseSealOptions(args);
  if (options === "help") out.line(SEAL_HELP);
  else if (options === "version") out.line(`amspackager ${version}`);
  else {
    const signal = watchSignals?.() ?? new AbortController().signal;
    await seal(options, createMessageConsole(out), { connect, signal });
  }
}

interface PackageAccess {
  readonly connect: ConnectOrigin;
  readonly signal: AbortSignal;
}

/** A package that is read, and may be replaced. */
interface PackageFile extends Disposable {
  readonly source: Source;
  /** Connects to the directory of a remote package. */
  readonly connection?: OriginConnection;
  replace(text: string): Promise<void>;
}

async function seal(options: SealOptions, out: Console, access: PackageAccess): Promise<void> {
  const { file, dryRun } = options;
  const { connect, signal } = access;
  try {
    using target = await openTarget(options, access);
    using given = options.from && connect(options.from);
    const { reader } = (given ?? target.connection)!;
    const pack = await sealPackage(await readPackage(target.source), reader, signal);
    if (!dryRun) await target.replace(formatPackage(pack));
    const count = pack.sources!.length;
    const files = count === 1 ? "1 file" : `${count} files`;
    out.line(`${dryRun ? "Would seal" : "Sealed"} ${file}: ${files}`);
  } catch (error) {
    if (signal.aborted) throw new MediaError("Cannot seal this package: it was interrupted");
    throw error;
  }
}

async function openTarget(
  { file, remote }: SealOptions,
  { connect, signal }: PackageAccess,
): Promise<PackageFile> {
  if (!remote) {
    const source = openFile(file, file);
    const replace = async (text: string) =>
      await replaceFile(await Deno.realPath(file), file, text);
    return { source, replace, [Symbol.dispose]: () => source.close() };
  }
  const connection = connect(remote.origin);
  const close = () => connection[Symbol.dispose]();
  const access = { path: remote.name, file, signal };
  try {
    const source = await openRemoteFile(connection.reader, access);
    const replace = (text: string) => replaceRemoteFile(connection, { ...access, text });
    return { source, connection, replace, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}
