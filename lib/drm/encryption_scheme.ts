import type { CommonEncryptionScheme } from "../mp4/protection.ts";

/** Common Encryption (ISO/IEC 23001-7 §10), and full segment encryption of HLS (RFC 8216 §4.3.2.4). */
export type EncryptionScheme = CommonEncryptionScheme | "aes-128";

export const ENCRYPTION_SCHEMES: readonly EncryptionScheme[] = ["cbcs", "cenc", "aes-128"];

const HLS_METHODS: Readonly<Record<EncryptionScheme, string>> = {
  cbcs: "SAMPLE-AES",
  cenc: "SAMPLE-AES-CTR",
  "aes-128": "AES-128",
};

/** Returns METHOD of EXT-X-KEY (RFC 8216bis §4.4.4.4). */
export function getHlsMethod(scheme: EncryptionScheme): string {
  return HLS_METHODS[scheme];
}
