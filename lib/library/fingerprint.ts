/** File status as a validator of caches: what was derived from a file is valid while its fingerprint is unchanged. */

import { MediaError, RequestError } from "../errors.ts";
import type { DocumentRoot, ResolvedFile } from "./document_root.ts";

export interface Fingerprint {
  readonly value: string;
  /** Computes the current value; returns a promise on slow storage. */
  readonly compute: () => string | Promise<string>;
}

/** Resolves a file; returns a promise on slow storage. */
export type ResolveFile = () => ResolvedFile | Promise<ResolvedFile>;

export async function takeFingerprint(resolve: ResolveFile): Promise<Fingerprint> {
  const compute = () => computeFingerprint(resolve);
  return { value: await compute(), compute };
}

/** Timestamps of files are coarse: a directory that changed less than this ago may change again unnoticed. In milliseconds. */
const MIN_DIRECTORY_AGE_MS = 2000;

/** Takes the fingerprint of a directory; that of one that has just changed never validates. */
export async function takeDirectoryFingerprint(
  root: DocumentRoot,
  directory: string,
): Promise<Fingerprint> {
  const { value, compute } = await takeFingerprint(() => root.resolve(directory));
  const { info: { mtime } } = await root.resolve(directory);
  const settled = mtime !== null && Date.now() - mtime.getTime() > MIN_DIRECTORY_AGE_MS;
  return { value: settled ? value : "changing", compute };
}

/** Returns whether all files have their fingerprints still; a promise on slow storage. */
export function isUnchanged(fingerprints: readonly Fingerprint[]): boolean | Promise<boolean> {
  for (const [i, { value, compute }] of fingerprints.entries()) {
    const current = compute();
    if (current instanceof Promise) {
      const rest = fingerprints.slice(i + 1).map((fingerprint) => isUnchanged([fingerprint]));
      return Promise.all([current.then((current) => current === value), ...rest])
        .then((unchanged) => unchanged.every(Boolean));
    }
    if (current !== value) return false;
  }
  return true;
}

/** Changes when the file is replaced, edited or removed, or when a link in its path is redirected. */
function computeFingerprint(resolve: ResolveFile): string | Promise<string> {
  try {
    const file = resolve();
    return file instanceof Promise ? file.then(formatStatus, formatFailure) : formatStatus(file);
  } catch (error) {
    return formatFailure(error);
  }
}

function formatStatus({ path, info }: ResolvedFile): string {
  const { dev, ino, size, mtime, ctime } = info;
  return [path, dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
}

function formatFailure(error: unknown): string {
  if (error instanceof MediaError || error instanceof RequestError) return error.message;
  throw error;
}
