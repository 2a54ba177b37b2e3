import type { OpenSource } from "../presentation/open.ts";
import type { StatOptions, StoredFile } from "../storage/storage.ts";
import type { DocumentRoot } from "./document_root.ts";
import { type Fingerprint, takeFingerprint } from "./fingerprint.ts";

/** What is learned of files while they are opened. */
export interface OpenedFiles {
  /** One for each file, or more. */
  readonly fingerprints: Fingerprint[];
  /** Real paths, relative to the document root, by name. */
  readonly paths: Map<string, string>;
}

/** Creates a function that opens files by name, and adds the fingerprint and path of each. */
export function createOpenSource(
  root: DocumentRoot,
  { fingerprints, paths }: OpenedFiles,
  resolve: (name: string, options?: StatOptions) => StoredFile | Promise<StoredFile>,
): OpenSource {
  return async (name) => {
    fingerprints.push(await takeFingerprint((options) => resolve(name, options)));
    const { path } = await resolve(name);
    paths.set(name, path);
    return await root.storage.open(path, name);
  };
}
