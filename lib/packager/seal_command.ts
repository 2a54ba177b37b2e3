/** The command `amspackager seal`. */

import { type Console, createMessageConsole } from "../cli/console.ts";
import { UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import { formatPackage } from "../package/package.ts";
import { readPackage } from "../package/read_package.ts";
import { openFile } from "../storage/local/file.ts";
import { listHosts } from "../storage/remote/object_url.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import type { RangeReader } from "../storage/remote/range_reader.ts";
import { createRemoteReader } from "../storage/remote/remote_reader.ts";
import { replaceFile } from "./atomic_write.ts";
import { parseSealOptions, SEAL_HELP, type SealOptions } from "./seal_options.ts";
import { sealPackage } from "./seal_package.ts";

export interface SealProgram {
  readonly version: string;
  readonly watchSignals?: () => AbortSignal;
  /** Reads an origin; default: over the network. */
  readonly connect?: (origin: RemoteOrigin) => { readonly reader: RangeReader } & Disposable;
}

/** @throws UsageError, OutputError, MediaError */
export async function sealCommand(
  args: readonly string[],
  out: Console,
  { version, watchSignals, connect = connectTo }: SealProgram,
): Promise<void> {
  const options = parseSealOptions(args);
  if (options === "help") out.line(SEAL_HELP);
  else if (options === "version") out.line(`amspackager ${version}`);
  else {
    using origin = connect(options.from);
    const signal = watchSignals?.() ?? new AbortController().signal;
    await seal(options, createMessageConsole(out), { reader: origin.reader, signal });
  }
}

async function seal(
  { file, dryRun }: SealOptions,
  out: Console,
  { reader, signal }: { readonly reader: RangeReader; readonly signal: AbortSignal },
): Promise<void> {
  const source = openFile(file, file);
  try {
    const pack = await sealPackage(await readPackage(source), reader, signal);
    if (!dryRun) await replaceFile(await Deno.realPath(file), file, formatPackage(pack));
    const count = pack.sources!.length;
    const files = count === 1 ? "1 file" : `${count} files`;
    out.line(`${dryRun ? "Would seal" : "Sealed"} ${file}: ${files}`);
  } catch (error) {
    if (signal.aborted) throw new MediaError("Cannot seal this package: it was interrupted");
    throw error;
  } finally {
    source.close();
  }
}

function connectTo(origin: RemoteOrigin): ReturnType<typeof createRemoteReader> {
  const { authorizationFile, caFile } = { authorizationFile: undefined, ...origin };
  const read = (file: string | undefined) => file === undefined ? undefined : readSecret(file);
  const [authorization, caCert] = [read(authorizationFile), read(caFile)];
  return createRemoteReader(origin, {
    hosts: new Set(listHosts(origin)),
    ...authorization !== undefined && { authorization: authorization.trim() },
    ...caCert !== undefined && { caCert },
  });
}

function readSecret(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw new UsageError(`Cannot read '${file}': ${(error as Error).message}`);
  }
}
