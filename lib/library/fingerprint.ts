/** File status as a validator of caches. */

import { MediaError, RequestError } from "../errors.ts";
import { andThen, isPending, orElse } from "../maybe_async.ts";
import type { StatOptions, StoredFile } from "../storage/storage.ts";
import type { DocumentRoot } from "./document_root.ts";

export interface Fingerprint {
  readonly value: string;
  readonly compute: (options?: StatOptions) => string | Promise<string>;
  /** Returns true if `compute()` is reading what has changed, so that its result is worth waiting for. */
  readonly isOutdated?: () => boolean;
}

export type ResolveFile = (options?: StatOptions) => StoredFile | Promise<StoredFile>;

export async function takeFingerprint(resolve: ResolveFile): Promise<Fingerprint> {
  const compute = (options?: StatOptions) => computeFingerprint(() => resolve(options));
  return { value: await compute(), compute };
}

/** Timestamps are coarse: a directory that has just changed may change again unnoticed. */
export const MIN_DIRECTORY_AGE_MS = 2000;

/** The fingerprint of a directory that has just changed never validates. */
export async function takeDirectoryFingerprint(
  root: DocumentRoot,
  directory: string,
): Promise<Fingerprint> {
  const { value, compute } = await takeFingerprint((options) => root.resolve(directory, options));
  if (root.storage.getTraits?.(directory).remote) return { value, compute }; // of what is in it
  const { modifiedAtMs } = await root.resolve(directory);
  const settled = modifiedAtMs !== undefined &&
    Date.now() - modifiedAtMs > MIN_DIRECTORY_AGE_MS;
  return { value: settled ? value : "changing", compute };
}

export function isUnchanged(
  fingerprints: readonly Fingerprint[],
  options?: StatOptions,
): boolean | Promise<boolean> {
  for (const [i, { value, compute }] of fingerprints.entries()) {
    const current = compute(options);
    if (isPending(current)) {
      const rest = fingerprints.slice(i + 1).map((fingerprint) =>
        isUnchanged([fingerprint], options)
      );
      return Promise.all([current.then((current) => current === value), ...rest])
        .then((unchanged) => unchanged.every(Boolean));
    }
    if (current !== value) return false;
  }
  return true;
}

/** Changes when the file is replaced, edited or removed, or a link in its path is redirected. */
function computeFingerprint(
  resolve: () => StoredFile | Promise<StoredFile>,
): string | Promise<string> {
  return orElse(() => andThen(resolve(), ({ fingerprint }) => fingerprint), formatFailure);
}

/** Formats an expected error as the value of a fingerprint. @throws other errors */
export function formatFailure(error: unknown): string {
  if (error instanceof MediaError || error instanceof RequestError) return error.message;
  throw error;
}
