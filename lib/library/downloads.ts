/** Files of an asset that clients can download as they are. */

import type { Download } from "../info/info.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { isHidden } from "../url/path.ts";

interface DownloadOptions {
  /** Path of the asset, relative to the document root. */
  readonly asset: string;
  /** Real paths of opened files, relative to the document root, by name. */
  readonly paths: ReadonlyMap<string, string>;
  /** Returns whether a file, relative to the document root, is served without a token. */
  readonly isOpen: (file: string) => boolean;
}

/** Lists the files that a presentation plays, by their real paths, at which they are served unless a name in them starts with a dot. */
export function listDownloads(
  { renditions }: Pick<Presentation, "renditions">,
  { asset, paths, isOpen }: DownloadOptions,
): Download[] {
  const up = "../".repeat(asset.split("/").length);
  const files = new Set([...renditions.values()].map(({ file }) => file));
  return [...files].flatMap((file) => {
    const path = paths.get(file);
    if (path === undefined || isHidden(path) || /[\\\0]/.test(path)) return []; // no URL leads to them
    if (path !== asset && !isOpen(path)) return [];
    return { file, url: up + path.split("/").map(encodeURIComponent).join("/") };
  });
}
