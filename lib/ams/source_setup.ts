/** Reads for the storage worker what it may not read, before it starts. */

import { isInside } from "../keys/read_key_file.ts";
import { prepareDisk } from "./disk_cache_setup.ts";
import { resolveRoot } from "./root_directory.ts";
import { readTextFile, SetupError } from "./setup.ts";
import { type DiskCache, formatSource, type SourceOptions } from "./source_options.ts";
import type { ConfiguredOrigin } from "./storage_worker_messages.ts";
import type { WorkerMount } from "./worker_messages.ts";

export interface SourceSetup {
  /** Mounts besides a directory that is the document root. */
  readonly mounts: readonly WorkerMount[];
  /** Origins that packages may name. */
  readonly allowed: readonly WorkerMount[];
  /** Absent: nothing is read from origins. */
  readonly remote?: {
    readonly origins: readonly ConfiguredOrigin[];
    readonly disk?: DiskCache;
  };
}

/**
 * Makes the directory of the disk cache if it is missing.
 *
 * @param root document root, free of symbolic links; absent: it is on other machines
 * @throws SetupError for a directory or a file that cannot be used
 */
export function checkSources(
  { mounts, allowed, disk }: SourceOptions,
  root?: string,
): SourceSetup {
  const mounted = mounts.map(({ path, source }): WorkerMount => ({
    path,
    source: source.kind === "directory"
      ? { kind: "directory", path: resolveRoot(source.path) }
      : source,
  }));
  const named = allowed.map((source, i) => ({ path: `allowed ${i}`, source }));
  const local = { mounts: mounted, allowed: named };
  const origins = configureOrigins(local, root);
  return {
    ...local,
    ...origins.length > 0 && {
      remote: {
        origins,
        ...disk && { disk: prepareDiskOutside(disk, listServed(mounted, root)) },
      },
    },
  };
}

/**
 * Reads the files that origins name.
 *
 * @param root as in `checkSources()`
 * @throws SetupError for a file that cannot be used
 */
export function configureOrigins(
  { mounts, allowed }: Pick<SourceSetup, "mounts" | "allowed">,
  root?: string,
): ConfiguredOrigin[] {
  const served = listServed(mounts, root);
  return [
    ...mounts.flatMap((it) => configure(it, { served, isAllowed: false })),
    ...allowed.flatMap((it) => configure(it, { served, isAllowed: true })),
  ];
}

function listServed(mounts: readonly WorkerMount[], root: string | undefined): string[] {
  const directories = mounts.flatMap(({ source }) =>
    source.kind === "directory" ? [source.path] : []
  );
  return root === undefined ? directories : [root, ...directories];
}

function prepareDiskOutside(disk: DiskCache, served: readonly string[]): DiskCache {
  const prepared = prepareDisk(disk);
  if (served.every((root) => !isInside(root, prepared.directory))) return prepared;
  throw new SetupError(`Cannot use --source-disk '${disk.directory}': its files would be served`);
}

interface OriginContext {
  /** Directories whose files clients can read. */
  readonly served: readonly string[];
  readonly isAllowed: boolean;
}

function configure(
  { path, source }: WorkerMount,
  { served, isAllowed }: OriginContext,
): ConfiguredOrigin[] {
  if (source.kind === "directory") return [];
  const label = isAllowed ? `--allow-source ${formatSource(source)}` : `/${path}`;
  const use = <T>(file: string, read: () => T) => readFor(`${label}: '${file}'`, read);
  const { caFile } = source;
  const authorizationFile = source.kind === "http" ? source.authorizationFile : undefined;
  const secretFile = source.kind === "http" ? authorizationFile : source.credentialsFile;
  if (secretFile !== undefined) use(secretFile, () => requireNotServed(secretFile, served));
  if (source.kind === "s3" && secretFile !== undefined) {
    use(secretFile, () => requireCredentials(secretFile));
  }
  return [{
    name: path,
    label,
    origin: source,
    isAllowed,
    ...authorizationFile !== undefined && {
      authorization: use(authorizationFile, () => readAuthorization(authorizationFile)),
    },
    ...caFile !== undefined && { caCert: use(caFile, () => readCertificates(caFile)) },
  }];
}

function readFor<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`Cannot use the source of ${what}: ${(error as Error).message}`);
  }
}

function requireNotServed(file: string, served: readonly string[]): void {
  readTextFile(file); // which explains why it cannot be read
  const path = Deno.realPathSync(file);
  if (served.some((root) => isInside(root, path))) {
    throw new Error("expected a file outside of the directories that are served");
  }
}

function readAuthorization(file: string): string {
  const value = readTextFile(file).trim();
  if (!/^[\x20-\x7e]+$/.test(value)) throw new Error("expected one line, the value of a header");
  return value;
}

/** Without it, credentials would be those of the machine, which are not meant. */
function requireCredentials(file: string): void {
  const keys = /^[ \t]*(aws_access_key_id|role_arn|web_identity_token_file|sso_\w+)[ \t]*=/m;
  if (!keys.test(readTextFile(file))) {
    throw new Error("expected aws_access_key_id in it, as in ~/.aws/credentials");
  }
}

function readCertificates(file: string): string {
  const text = readTextFile(file);
  if (!/^-----BEGIN CERTIFICATE-----/m.test(text)) throw new Error("it contains no certificate");
  Deno.createHttpClient({ caCerts: [text] }).close();
  return text;
}
