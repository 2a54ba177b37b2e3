import type { KeyIds } from "../drm/asset_keys.ts";
import type { EncryptionScheme } from "../drm/encryption_scheme.ts";

/** How the audio and video of a package are encrypted. */
export interface PackageProtection {
  readonly scheme: EncryptionScheme;
  /** Name of a source in the key file of `ams`. */
  readonly source: string;
  /** Asset at the key server. */
  readonly content: string;
  /** Absent if the document of the source decides which key encrypts which rendition. */
  readonly kids?: KeyIds;
}
