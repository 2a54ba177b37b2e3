/** Gets the keys of a protected package from a key file, as ams does. */

import { loadKeys } from "../keys/key_sources.ts";
import type { KeyAccess } from "../presentation/protection.ts";

/**
 * Reads the key file. Playlists of `aes-128` name keys at the server itself, unless the file has another URL.
 *
 * @param file of the package
 * @throws KeyFileError
 */
export function openKeyAccess(keyFile: string, file: string): KeyAccess {
  return { file, getKeys: loadKeys(keyFile).getKeys, servesKeys: true };
}
