/** A file at the path of a package that must not be overwritten. */

import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import { getDocumentKind } from "../package/document_kind.ts";
import { MAX_PACKAGE_SIZE } from "../package/package.ts";
import { readBytes, type Source } from "../storage/source.ts";
import { isPackage } from "../url/path.ts";

/** Enough to recognize JSON. */
const START_SIZE = 64;

/**
 * A mistyped command line must not overwrite media, a channel, or what another program has stored as JSON.
 *
 * @param output as it was typed
 * @throws UsageError
 */
export async function refuseForeignFile(path: string, output: string): Promise<void> {
  const hasName = isPackage(path);
  const text = await readStart(path, hasName ? MAX_PACKAGE_SIZE + 1 : START_SIZE);
  if (text !== undefined) refuseForeignText(text, { hasName, output });
}

/**
 * Reads the object that a package would replace, as `refuseForeignFile()`.
 *
 * @param open opens it
 * @param output its URL
 * @throws UsageError; MediaError of the origin
 */
export async function refuseForeignObject(
  open: () => Promise<Source>,
  output: string,
): Promise<void> {
  const hasName = isPackage(output);
  try {
    const source = await open();
    const size = Math.min(source.size, hasName ? MAX_PACKAGE_SIZE + 1 : START_SIZE);
    const text = new TextDecoder().decode(await readBytes(source, 0, size));
    refuseForeignText(text, { hasName, output });
  } catch (error) {
    if (!(error instanceof MediaError && error.code === "MEDIA_MISSING")) throw error;
  }
}

function refuseForeignText(
  text: string,
  { hasName, output }: { readonly hasName: boolean; readonly output: string },
): void {
  const isForeign = hasName ? isForeignDocument(text) : !/^\s*(\{|$)/.test(text);
  if (!isForeign) return;
  const expected = hasName ? "" : ", expected a name that ends in .json";
  throw new UsageError(
    `Cannot use -o ${quoteArgument(output)}: this file exists and is no package${expected}`,
  );
}

/**
 * What is no JSON, as an interrupted write leaves it, may be replaced.
 *
 * @param text the start of a file that is larger than any package
 */
function isForeignDocument(text: string): boolean {
  if (text.length > MAX_PACKAGE_SIZE) return /^\s*[[{]/.test(text);
  const kind = getDocumentKind(text);
  return kind === "channel" || kind === "other" && isJson(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns at most `size` bytes of a file as text; undefined for what is not a regular file, and a text that is no package if it
 * cannot be read.
 */
async function readStart(path: string, size: number): Promise<string | undefined> {
  try {
    if (!(await Deno.stat(path)).isFile) return undefined;
    using file = await Deno.open(path);
    const bytes = new Uint8Array(size);
    return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : "unreadable";
  }
}
