/** Common Encryption (ISO/IEC 23001-7 §10), and full segment encryption of HLS (RFC 8216 §4.3.2.4). */
export const PROTECTION_SCHEMES = ["cbcs", "cenc", "aes-128"] as const;

export type ProtectionScheme = typeof PROTECTION_SCHEMES[number];

/** Schemes with a `tenc` box. */
export type CommonEncryptionScheme = Exclude<ProtectionScheme, "aes-128">;

const HLS_METHODS: Readonly<Record<ProtectionScheme, string>> = {
  cbcs: "SAMPLE-AES",
  cenc: "SAMPLE-AES-CTR",
  "aes-128": "AES-128",
};

/** Returns METHOD of EXT-X-KEY (RFC 8216bis §4.4.4.4). */
export function getHlsMethod(scheme: ProtectionScheme): string {
  return HLS_METHODS[scheme];
}
