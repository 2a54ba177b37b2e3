/** JSON of other programs, next to media. */

import { MediaError } from "../errors.ts";
import { getDocumentKind } from "../package/document_kind.ts";
import { readPackageText } from "../package/read_package.ts";
import type { DocumentRoot } from "./document_root.ts";

/**
 * Returns whether a file that cannot be opened as a package does not claim to be one.
 *
 * @param error why it cannot be opened
 * @throws RequestError, MediaError if the file cannot be read again
 */
export async function isForeignJson(
  root: DocumentRoot,
  file: string,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof MediaError) || error.code !== "PACKAGE_INVALID") return false;
  const { path } = await root.resolve(file);
  const source = await root.storage.open(path, file);
  try {
    return getDocumentKind(await readPackageText(source)) === "other";
  } finally {
    source.close();
  }
}
