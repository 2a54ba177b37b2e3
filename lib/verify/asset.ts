/** Opens the asset to verify. */

import { basename, dirname, join } from "@std/path";
import { MediaError } from "../errors.ts";
import { readPackage } from "../package/read_package.ts";
import { DEFAULT_SEGMENT_SECONDS, isMediaFile } from "../url/path.ts";
import { type OpenedPresentation, openInputs, openPackage } from "../presentation/open.ts";
import { openFile } from "../storage/local/file.ts";

/** Opens a package or a plain media file. @throws MediaError that names the file */
export async function openPresentation(file: string): Promise<OpenedPresentation> {
  const path = await realPath(file);
  const open = (name: string) => openFile(join(dirname(path), name), name);
  if (!isMediaFile(file)) return await openPackage(await readPackageFile(path, file), open);
  const name = basename(path);
  return await openInputs([{ file: name }], { segmentDuration: DEFAULT_SEGMENT_SECONDS, open });
}

async function readPackageFile(path: string, file: string) {
  const source = openFile(path, file);
  try {
    return await readPackage(source);
  } finally {
    source.close();
  }
}

async function realPath(file: string): Promise<string> {
  try {
    return await Deno.realPath(file);
  } catch {
    throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(file);
  }
}
