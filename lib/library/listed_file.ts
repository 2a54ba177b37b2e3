/** Files of a directory listing (docs/about.md). */

import type { StoredFile } from "../storage/storage.ts";
import { isMediaFile, isPackage } from "../url/path.ts";
import type { AssetSummary } from "./asset_summary.ts";

export interface ListedFile extends AssetSummary {
  readonly name: string;
  readonly kind: "package" | "bare" | "other";
  /** When the file was written, in UTC; absent if the storage does not tell. */
  readonly modified?: string;
}

/** Returns what the name of a file promises. */
export function getListedKind(name: string): ListedFile["kind"] {
  return isPackage(name) ? "package" : isMediaFile(name) ? "bare" : "other";
}

/** @param resolved absent if clients may not access the file */
export function describeListedFile(
  name: string,
  resolved: StoredFile | undefined,
  summary: AssetSummary,
): ListedFile {
  const kind = summary.served === false ? "other" : getListedKind(name);
  const { size, modifiedAtMs } = resolved ?? {};
  return {
    name,
    kind,
    ...kind !== "package" && size !== undefined && { bytes: size },
    ...modifiedAtMs !== undefined && { modified: new Date(modifiedAtMs).toISOString() },
    ...summary,
  };
}
