/** Options of mounts, and of sources that are no directories. */

import type { OptionTable, OptionValues } from "../cli/option_table.ts";
import { UsageError } from "../cli/usage_error.ts";
import { integerType, sizeType } from "../cli/value_types.ts";
import type { GetVariable } from "../cli/environment.ts";
import { MIN_DISK_BYTES } from "../storage/remote/disk_blocks.ts";
import {
  type DirectorySource,
  MountSourceError,
  parseAllowedSource,
  type ParsedMount,
  parseMount,
  parseMountSource,
} from "../storage/remote/mount_source.ts";
import type { RemoteOrigin, S3Origin } from "../storage/remote/origin.ts";

export interface DiskCache {
  readonly directory: string;
  readonly maxBytes: number;
}

const DISK_SIZE = sizeType({ min: MIN_DISK_BYTES, expected: "" });

const DEFAULT_DISK_SIZE = "10G";

export const SOURCE_OPTIONS = {
  mount: {
    placeholder: "PATH=SOURCE",
    help: "Serve a directory, http(s)://… or s3://BUCKET/PREFIX below a path; may be repeated",
    repeats: true,
    expected: "a path and a source, such as /vod=s3://media/films",
    parse: (text: string): string[] | undefined => /^\/[^=]+=./.test(text) ? [text] : undefined,
  },
  "source-cache": {
    placeholder: "SIZE",
    default: "256M",
    help: "Memory for parts of files of http(s):// and s3:// sources",
    ...sizeType({ min: 2 ** 20, expected: "a size of at least 1M, such as 256M or 2G" }),
  },
  "source-disk": {
    placeholder: "DIRECTORY",
    help:
      `Keep parts of such files on disk as well; DIRECTORY:SIZE, by default ${DEFAULT_DISK_SIZE}`,
    expected: "a directory, and perhaps a size of at least 128M, such as /var/cache/ams:10G",
    parse: parseDiskCache,
  },
  "source-fresh": {
    placeholder: "SECONDS",
    default: "5",
    help: "How long a source is not asked again whether a file has changed",
    ...integerType({ min: 1, max: 3600 }),
  },
  "source-timeout": {
    placeholder: "SECONDS",
    default: "8",
    help: "How long a request for a source is tried",
    ...integerType({ min: 1, max: 300 }),
  },
  "allow-source": {
    placeholder: "URL",
    help: "Let packages name files below this URL (http(s):// or s3://); may be repeated",
    repeats: true,
    expected: "a URL such as https://origin.example/films/ or s3://media/films",
    parse: (text: string): string[] | undefined =>
      /^[a-z][a-z0-9+.-]*:\/\/[^,/?]+([/?]|$)/i.test(text) ? [text] : undefined,
  },
} as const satisfies OptionTable;

export interface SourceOptions {
  /** The first one is the document root, if that is a remote one. */
  readonly mounts: readonly ParsedMount[];
  readonly allowed: readonly RemoteOrigin[];
  readonly cacheBytes: number;
  /** Absent: nothing is kept on disk. */
  readonly disk?: DiskCache;
  readonly freshSeconds: number;
  readonly timeoutSeconds: number;
}

/** Values of the options that describe sources. */
export type SourceValues = OptionValues<typeof SOURCE_OPTIONS> & { readonly docroot: string };

/**
 * Reads sources. A directory as document root is no mount.
 *
 * @throws UsageError, without what a URL may contain besides its host
 */
export function readSourceOptions(values: SourceValues, getVariable: GetVariable): SourceOptions {
  const root = readSource("-d", () => parseMountSource(values.docroot, getVariable));
  const mounts = values.mount.map((text) =>
    readSource(`--mount ${text.replace(/=.*/s, "")}`, () => parseMount(text, getVariable))
  );
  requireDifferentPaths(mounts);
  const disk = values["source-disk"];
  return {
    mounts: [...root.kind === "directory" ? [] : [{ path: "", source: root }], ...mounts],
    allowed: values["allow-source"].map((text) =>
      readSource("--allow-source", () => parseAllowedSource(text, getVariable))
    ),
    cacheBytes: values["source-cache"],
    ...disk && { disk },
    freshSeconds: values["source-fresh"],
    timeoutSeconds: values["source-timeout"],
  };
}

/** Returns all origins that a process with these options connects to. */
export function listOrigins({ mounts, allowed }: SourceOptions): RemoteOrigin[] {
  const sources = mounts.map(({ source }) => source);
  return [...sources.filter((source) => source.kind !== "directory"), ...allowed];
}

/** Returns whether requests for an origin need credentials of S3. */
export function signsRequests(origin: RemoteOrigin): origin is S3Origin {
  return origin.kind === "s3" && !origin.anonymous;
}

/** Returns whether the document root is on other machines. */
export function hasRemoteRoot({ mounts }: SourceOptions): boolean {
  return mounts.some(({ path }) => path === "");
}

/** Returns what a mount shows, without its options. */
export function formatSource(source: DirectorySource | RemoteOrigin): string {
  if (source.kind === "directory") return source.path;
  return source.kind === "s3" ? `s3://${source.bucket}/${source.prefix}` : source.url;
}

/**
 * Requires that recordings are written to the directory of the document root.
 *
 * @throws UsageError
 */
export function requireLocalChannels(channels: string, sources: SourceOptions): void {
  const mount = sources.mounts.find(({ path }) =>
    path === "" || channels === path || channels.startsWith(`${path}/`)
  );
  if (!mount) return;
  throw new UsageError(
    `Cannot publish to --channels ${channels}, which is on the mount of /${mount.path}: expected ` +
      "a directory of the document root",
  );
}

function readSource<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MountSourceError)) throw error;
    throw new UsageError(error.message.replace(/this (source|mount)/, flag));
  }
}

function requireDifferentPaths(mounts: readonly ParsedMount[]): void {
  const paths = mounts.map(({ path }) => path);
  const repeated = paths.find((path, i) => paths.indexOf(path) !== i);
  if (repeated !== undefined) {
    throw new UsageError(`Cannot use --mount /${repeated} twice: expected one source for a path`);
  }
}

function parseDiskCache(text: string): DiskCache | undefined {
  const [, directory = text, size = DEFAULT_DISK_SIZE] = /^(.+):([0-9]+[A-Za-z]*)$/s.exec(text) ??
    [];
  const maxBytes = DISK_SIZE.parse(size);
  return directory === "" || maxBytes === undefined ? undefined : { directory, maxBytes };
}
