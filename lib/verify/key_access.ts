/** Gets the keys of a protected package from a key file, as ams does. */

import { loadKeys } from "../keys/key_sources.ts";
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
  const { getKeys } = loadKeys(keyFile);
  const keys = await getKeys({ file, source, content, scheme, ...kids && { kids } });
  return { file, getKeys: () => Promise.resolve(keys), servesKeys: true };
}
