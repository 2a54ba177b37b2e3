/** Encryption of whole segments in HLS: AES-128 (RFC 8216 §4.3.2.4, §5.2). */

import { createCipheriv } from "node:crypto";
import { Buffer } from "node:buffer";
import { AES_BLOCK_SIZE } from "./content_key.ts";

/** Returns the IV of a segment without an IV attribute: its media sequence number as 128-bit integer (RFC 8216 §5.2). */
export function toSequenceIv(sequence: number): Uint8Array {
  const iv = new Uint8Array(AES_BLOCK_SIZE);
  new DataView(iv.buffer).setBigUint64(8, BigInt(sequence));
  return iv;
}

/** Encrypts a segment with AES-128 CBC and PKCS#7 padding (RFC 5652 §6.3), and returns new bytes. */
export function encryptAes128(key: Uint8Array, iv: Uint8Array, segment: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-128-cbc", key, iv);
  return Buffer.concat([cipher.update(segment), cipher.final()]);
}

/** Encrypts whole blocks of a segment with AES-128 CBC, to be continued with their last one as IV. */
export function encryptBlocks(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

/** Computes the size of an encrypted segment: padding has 1 to 16 bytes. */
export function computeAes128Size(size: number): number {
  return size - size % AES_BLOCK_SIZE + AES_BLOCK_SIZE;
}
