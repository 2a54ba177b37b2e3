/** Whether the files of a package are those that it describes. */

import type { Package, PackageSource } from "../package/package.ts";
import { digestFile } from "../presentation/file_digest.ts";
import { digestContent } from "../storage/content_digest.ts";
import type { Source } from "../storage/source.ts";

/** The content is another one; or it is the same, and the entity tag of a remote file is not that of the package. */
export type FileChange = "content" | {
  readonly sealed: string;
  /** Undefined: the origin sends no strong one. */
  readonly found: string | undefined;
};

export function describeFileChange(file: string, change: FileChange): string {
  if (change === "content") {
    return `the content of '${file}' is not that of the package: package it again`;
  }
  const found = change.found === undefined ? "no strong ETag" : `the ETag ${change.found}`;
  return `the origin sends ${found} of '${file}', and the package has ${change.sealed}: seal or package it again`;
}

export interface PackageOpener {
  readonly open: (file: string) => Source | Promise<Source>;
  readonly isRemote: (file: string) => boolean;
}

/** Compares size, digest and entity tag, and the whole content where the package has a digest of it. */
export async function findFileChanges(
  { sources = [], tracks }: Package,
  { open, isRemote }: PackageOpener,
): Promise<Map<string, FileChange>> {
  const changes = new Map<string, FileChange>();
  const files = new Set(tracks.map(({ file }) => file));
  for (const declared of sources) {
    const { file } = declared;
    if (!files.has(file)) continue;
    const source = await open(file);
    try {
      const change = await findChange(source, declared, isRemote(file));
      if (change) changes.set(file, change);
    } finally {
      source.close();
    }
  }
  return changes;
}

async function findChange(
  source: Source,
  { file, size = source.size, digest, content, etag: sealed }: PackageSource,
  isRemote: boolean,
): Promise<FileChange | undefined> {
  if (size !== source.size) return "content";
  if (digest !== undefined && await digestFile(file, source) !== digest) return "content";
  if (content !== undefined && await digestContent(source) !== content) return "content";
  if (!isRemote || sealed === undefined || sealed === source.etag) return undefined;
  return { sealed, found: source.etag };
}
