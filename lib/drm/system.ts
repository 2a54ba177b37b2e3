/** What manifests of each protocol declare about a key, for each DRM system. */

import type { CommonEncryptionScheme } from "../mp4/protection.ts";
import type { XmlElement } from "../xml.ts";
import type { ContentKey } from "./content_key.ts";
import type { DrmSystemName } from "./system_id.ts";
import type { VendorSignalling } from "./vendor_signalling.ts";

/** A key for which a system gives players licenses. */
export interface SignalledKey {
  readonly scheme: CommonEncryptionScheme;
  readonly key: ContentKey;
  /** URL or URI of licenses, where manifests declare one. */
  readonly licence?: string | undefined;
  /** Signalling of the key server, which takes precedence over that of AMS. */
  readonly vendor?: VendorSignalling | undefined;
}

/** A member that is absent, or returns undefined: the protocol has no signalling of the system. */
export interface DrmSystem {
  readonly name: DrmSystemName;
  /** Attributes and children of ContentProtection (23009-1 §5.8.4.1). */
  dash?(key: SignalledKey): XmlElement | undefined;
  /** Attribute lists of EXT-X-KEY and EXT-X-SESSION-KEY (RFC 8216bis §4.4.4.4), without the tag. */
  hls?(key: SignalledKey): HlsKeyAttributes | undefined;
  /** Text of ProtectionHeader ([MS-SSTR] 2.2.2.4), in base64. */
  smooth?(key: SignalledKey): string | undefined;
}

/** Usually one list each, which is the same. */
export interface HlsKeyAttributes {
  readonly media: readonly string[];
  readonly session: readonly string[];
}
