/** Encryption of a presentation and its renditions. */

import type { SampleProtection } from "../codecs/codec.ts";
import type { KeyIds } from "../drm/asset_keys.ts";
import type { ContentKey } from "../drm/content_key.ts";
import type { EncryptionScheme } from "../drm/encryption_scheme.ts";
import type { Licences } from "../drm/key_file.ts";
import type { DrmSystemName } from "../drm/system_id.ts";
import type { VendorSignalling } from "../drm/vendor_signalling.ts";
import type { EncryptionPattern } from "../mp4/protection.ts";

/** Protection of a presentation: of its audio and video, in one scheme. */
export interface Protection {
  readonly scheme: EncryptionScheme;
  /** Asset at the key server. */
  readonly content: string;
  /** By label; absent if the document of the source decides. */
  readonly kids?: KeyIds;
  /** Systems that manifests declare, in the order of manifests. */
  readonly systems: readonly DrmSystemName[];
  /** Keys of the renditions by KID, which ascend. */
  readonly keys: ReadonlyMap<string, ProtectionKey>;
}

export interface ProtectionKey {
  readonly key: ContentKey;
  /** URLs or URIs of licenses, or of the key for `aes-128`, where manifests declare one. */
  readonly licences: Licences;
  /** Signalling of the key server, which takes precedence. */
  readonly signalling: ReadonlyMap<DrmSystemName, VendorSignalling>;
}

/** Encryption of a rendition's samples (Common Encryption), or of its whole segments (`aes-128`). */
export type RenditionEncryption = CencEncryption | CbcsEncryption | SegmentEncryption;

export interface EncryptionBase {
  readonly key: ContentKey;
  /** All KIDs of the presentation, ascending. */
  readonly kids: readonly string[];
  /** Bytes that are added to a key frame at most, as far as the first segment shows; for bandwidths. */
  readonly keyFrameExcess?: number;
}

export interface CencEncryption extends EncryptionBase {
  readonly scheme: "cenc";
  readonly protection: SampleProtection;
  /** IV of the first sample of the track in its file. */
  readonly firstIv: bigint;
}

export interface CbcsEncryption extends EncryptionBase {
  readonly scheme: "cbcs";
  readonly protection: SampleProtection;
  /** The constant IV, 16 bytes. */
  readonly iv: Uint8Array;
  readonly pattern: EncryptionPattern;
}

export interface SegmentEncryption extends EncryptionBase {
  readonly scheme: "aes-128";
}
