/** What a source of keys returns for an asset. */

import { createHash } from "node:crypto";
import { computeKeyFingerprint, type ContentKey } from "./content_key.ts";
import type { EncryptionScheme } from "./encryption_scheme.ts";
import type { Licences } from "./key_file.ts";
import type { KeyLabel } from "./key_label.ts";
import type { DrmSystemName } from "./system_id.ts";
import type { UsageRule } from "./usage_rules.ts";
import type { VendorSignalling } from "./vendor_signalling.ts";

export interface AssetKeyRequest {
  /** Path of the package from the document root, for messages. */
  readonly file: string;
  /** Name of the source in the key file. */
  readonly source: string;
  readonly content: string;
  readonly scheme: EncryptionScheme;
  /** By label; absent if the document of the source decides which key encrypts which rendition. */
  readonly kids?: KeyIds;
}

/** KIDs by the labels of one `--key-per`. */
export type KeyIds = Readonly<Partial<Record<KeyLabel, string>>>;

export interface AssetKeys {
  /** By KID: all that the request names, else all of the document. */
  readonly keys: ReadonlyMap<string, ContentKey>;
  /** Systems that manifests declare. */
  readonly systems: readonly DrmSystemName[];
  /** Templates with `{content}`, `{kid}` and `{package}`. */
  readonly licences: Licences;
  /** Signalling of the key server, by KID, then by system. */
  readonly signalling: ReadonlyMap<string, ReadonlyMap<DrmSystemName, VendorSignalling>>;
  /** Empty if the request names KIDs. */
  readonly rules: readonly UsageRule[];
}

/**
 * Requests the keys of an asset.
 *
 * @throws KeysError
 */
export type GetAssetKeys = (request: AssetKeyRequest) => Promise<AssetKeys>;

/** Returns a digest of keys and everything else that a presentation uses. It does not reveal the keys. */
export function digestAssetKeys({ keys, ...others }: AssetKeys): string {
  const fingerprints = Array.from(
    keys.values(),
    (key) => [key.kid, key.iv, computeKeyFingerprint(key)],
  );
  return createHash("sha256").update(JSON.stringify([fingerprints, others], toPlain)).digest("hex");
}

/** Makes values comparable that JSON omits. */
function toPlain(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  return value instanceof Map ? [...value] : value;
}
