/** Opens the asset to verify. */

import { basename, dirname, join } from "@std/path";
import { MediaError } from "../errors.ts";
import { readPackage } from "../package/read_package.ts";
import { DEFAULT_SEGMENT_SECONDS, isMediaFile } from "../url/path.ts";
import { type OpenedPresentation, openInputs, openPackage } from "../presentation/open.ts";
import type { OperatorMetadata } from "./checks/metadata.ts";
import { openFile } from "../storage/local/file.ts";

export interface AssetToVerify extends OpenedPresentation {
  /** What the package sets, by rendition; empty for a plain media file. */
  readonly operator: ReadonlyMap<string, OperatorMetadata>;
}

/** Opens a package or a plain media file. @throws MediaError that names the file */
export async function openPresentation(file: string): Promise<AssetToVerify> {
  const path = await realPath(file);
  const open = (name: string) => openFile(join(dirname(path), name), name);
  if (!isMediaFile(file)) {
    const pack = await readPackageFile(path, file);
    const operator = new Map(pack.tracks.map((track) => [track.name, track]));
    return { ...await openPackage(pack, open), operator };
  }
  const options = { segmentDuration: DEFAULT_SEGMENT_SECONDS, open };
  const opened = await openInputs([{ file: basename(path) }], options);
  return { ...opened, operator: new Map() };
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
