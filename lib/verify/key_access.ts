/** Gets the keys of a protected package from a key file, as ams does. */

import { KeyFileError } from "../drm/key_file.ts";
import { type LoadedKeys, loadKeys } from "../keys/key_sources.ts";
import type { PackageProtection } from "../package/protection.ts";
import type { KeyAccess } from "../presentation/protection.ts";

/**
 * Reads the key file and requests the keys, so that nothing connects later. Playlists of `aes-128` name keys at the server itself,
 * unless the file has another URL.
 *
 * @param options paths of the key file, and of the package
 * @throws KeyFileError, KeysError
 */
export async function openKeyAccess(
  { source, content, scheme, kids }: PackageProtection,
  { keyFile, file }: { readonly keyFile: string; readonly file: string },
): Promise<KeyAccess> {
  const { getKeys } = load(keyFile);
  const keys = await getKeys({ file, source, content, scheme, ...kids && { kids } });
  return { file, getKeys: () => Promise.resolve(keys), servesKeys: true };
}

/** @throws KeyFileError that names the file */
function load(keyFile: string): LoadedKeys {
  try {
    return loadKeys(keyFile);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new KeyFileError(`Cannot use --keys '${keyFile}': ${error.message}`);
  }
}
