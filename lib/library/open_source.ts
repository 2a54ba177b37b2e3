import type { OpenSource } from "../presentation/open.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { DocumentRoot } from "./document_root.ts";
import { type Fingerprint, takeFingerprint } from "./fingerprint.ts";

/** Creates a function that opens files by name, and adds the fingerprint of each. */
export function createOpenSource(
  root: DocumentRoot,
  fingerprints: Fingerprint[],
  resolve: (name: string) => StoredFile | Promise<StoredFile>,
): OpenSource {
  return async (name) => {
    fingerprints.push(await takeFingerprint(() => resolve(name)));
    const { path } = await resolve(name);
    return await root.storage.open(path, name);
  };
}
