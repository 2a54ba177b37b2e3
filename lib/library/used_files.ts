/** Files of a directory that an asset in it plays, so that a listing can show them with the asset. */

import type { Rendition } from "../presentation/presentation.ts";
import type { Asset } from "./asset.ts";

export interface UsedFiles {
  /** Names of other files in the directory of the asset; absent if there are none. */
  readonly uses?: readonly string[];
}

/** More than the tracks of almost all packages. */
const MAX_USED = 200;

/** @param name of the file of the asset */
export function listUsedFiles(
  { presentation: { renditions }, poster }: Pick<Asset, "presentation" | "poster">,
  name: string,
): UsedFiles {
  const files = new Set([...renditions.values()].map(({ file }) => toName(file)));
  if (poster) files.add(toName(poster.name));
  files.delete(name);
  const uses = [...files].filter((file) => !file.includes("/")).slice(0, MAX_USED);
  return uses.length > 0 ? { uses } : {};
}

/** Adds the sizes of the media and subtitle files that an asset plays, in bytes. */
export function sumFileSizes(
  { presentation: { renditions } }: Pick<Asset, "presentation">,
): number {
  const sizes = new Map([...renditions.values()].map((it) => [it.file, getFileSize(it)]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function getFileSize(rendition: Rendition): number {
  return rendition.type === "text" ? rendition.webvttBytes.length : rendition.source.size;
}

function toName(file: string): string {
  return file.replace(/^(?:\.\/)+/, "");
}
