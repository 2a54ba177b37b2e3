/** Content keys: AES-128, one for each KID. */

import { createHash, createHmac } from "node:crypto";
import { toGuidBytes, toKidBytes } from "./key_id.ts";
import { Secret } from "./secret.ts";

/** Bytes of a key, and of an initialization vector of AES. */
export const AES_BLOCK_SIZE = 16;

export interface ContentKey {
  readonly kid: string;
  /** 16 bytes. */
  readonly key: Secret<Uint8Array>;
  /** The constant IV that the license server knows, 16 bytes; absent: derived from the KID. */
  readonly iv?: Uint8Array;
}

/** Bytes of a seed that the algorithm uses. */
export const KEY_SEED_SIZE = 30;

/**
 * Derives a content key from a seed and a KID as PlayReady license servers do (Microsoft, "PlayReady Key Seed"), so
 * that such a server needs the seed alone.
 *
 * @param seed at least 30 bytes; the rest is ignored
 */
export function deriveSeededKey(seed: Secret<Uint8Array>, kid: string): ContentKey {
  const s = seed.reveal().subarray(0, KEY_SEED_SIZE);
  const k = toGuidBytes(kid);
  const digests = [[s, k], [s, k, s], [s, k, s, k]].map(sha256);
  const key = new Uint8Array(AES_BLOCK_SIZE);
  for (const digest of digests) {
    for (let i = 0; i < key.length; i++) key[i]! ^= digest[i]! ^ digest[i + key.length]!;
  }
  return { kid, key: new Secret(key) };
}

/**
 * Returns the constant IV of `cbcs` (ISO/IEC 23001-7 §9.2): that of the key, else the first 16 bytes of SHA-256 of `ams iv\n` and
 * the KID's bytes.
 */
export function getConstantIv({ kid, iv }: Pick<ContentKey, "kid" | "iv">): Uint8Array {
  if (iv) return iv;
  return sha256([new TextEncoder().encode("ams iv\n"), toKidBytes(kid)]).subarray(
    0,
    AES_BLOCK_SIZE,
  );
}

/**
 * Returns 16 hexadecimal digits for the version in media URLs, which differ for other keys and do not reveal the key: the first 8
 * bytes of HMAC-SHA-256(key, `ams version`).
 */
export function computeKeyFingerprint({ key }: Pick<ContentKey, "key">): string {
  return createHmac("sha256", key.reveal()).update("ams version").digest("hex").slice(0, 16);
}

function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
