import { Asset } from "../lib/library/asset.ts";
import type { Library } from "../lib/library/library.ts";

/** Opens an asset, of which the caller must dispose. @throws for a channel */
export async function openAsset(
  library: Pick<Library, "open">,
  file: string,
  version?: string,
): Promise<Asset> {
  const opened = await library.open(file, version);
  if (opened instanceof Asset) return opened;
  throw new Error(`expected an asset, ${file} is a channel`);
}
