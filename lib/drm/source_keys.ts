/** What a source has without a request, and what it needs for one. */

import { KeysError } from "../errors.ts";
import type { ContentKey } from "./content_key.ts";
import { deriveSeededKey } from "./content_key.ts";
import type { EncryptionScheme } from "./encryption_scheme.ts";
import type { KeySource, ListSource, SeedSource } from "./key_file.ts";
import { invalidKeys } from "./keys_error.ts";

/**
 * Checks that a source serves a package.
 *
 * @param hasKids false if the document of the source decides which key encrypts which rendition
 * @throws KeysError `KEYS_INVALID`
 */
export function checkKeySource(
  source: KeySource,
  { scheme, hasKids }: { readonly scheme: EncryptionScheme; readonly hasKids: boolean },
): void {
  if (source.kind === "speke" && scheme === "aes-128") {
    throw invalidKeys("Cannot use a source with speke for aes-128: expected seed, keys or cpix");
  }
  if (hasKids) return;
  if (source.kind !== "cpix") {
    throw invalidKeys(
      `Cannot use a source with ${source.kind} for a package without protection.kids: expected cpix`,
    );
  }
  if (source.document.reveal().includes("{kid}")) {
    throw invalidKeys(
      "Cannot use a source with {kid} in cpix for a package without protection.kids",
    );
  }
}

/**
 * Returns the keys of a seed or a list by KID.
 *
 * @throws KeysError `KEYS_MISSING`
 */
export function getLocalKeys(
  source: SeedSource | ListSource,
  kids: Iterable<string>,
): Map<string, ContentKey> {
  const getKey = (kid: string) =>
    source.kind === "seed" ? deriveSeededKey(source.seed, kid) : source.keys.get(kid);
  const keys = new Map<string, ContentKey>();
  for (const kid of kids) {
    const key = getKey(kid);
    if (!key) throw new KeysError("KEYS_MISSING", `Cannot find the key of KID ${kid}`);
    keys.set(kid, key);
  }
  return keys;
}

/** Returns `host:port` for the permission to connect; undefined for a source of this machine. */
export function getSourceHost(source: KeySource): string | undefined {
  if (source.kind === "seed" || source.kind === "keys") return undefined;
  const address = source.kind === "speke" ? source.url : source.document;
  const url = URL.parse(address.reveal());
  if (!url) return undefined; // a path
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
}
