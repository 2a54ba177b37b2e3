import { MediaError } from "../errors.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import { MAX_PACKAGE_SIZE, type Package, parsePackage } from "./package.ts";

/**
 * Reads a package.
 *
 * @throws MediaError, with the file name, of the source or as `parsePackage()`
 */
export async function readPackage(source: Source): Promise<Package> {
  try {
    return parsePackage(await readPackageText(source));
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(source.name) : error;
  }
}

/** @throws MediaError of the source, or `PACKAGE_INVALID` for what is not UTF-8 or too large */
export async function readPackageText(source: Source): Promise<string> {
  if (source.size > MAX_PACKAGE_SIZE) {
    const why = `Cannot read a package of more than ${MAX_PACKAGE_SIZE} bytes`;
    throw new MediaError(why, "PACKAGE_INVALID");
  }
  const bytes = await readBytes(source, 0, source.size);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new MediaError("Cannot read text that is not UTF-8", "PACKAGE_INVALID");
  }
}
