import { createCipheriv } from "node:crypto";
import type { Cipheriv } from "node:crypto";

/**
 * AES-128 with one key (FIPS 197), for modes of operation on many ranges: to create a cipher for each takes longer than to encrypt it.
 * Deno frees a cipher's memory only with `final()`, so one that is no longer needed must be disposed of.
 */
export class BlockCipher implements Disposable {
  readonly #key: Uint8Array;
  readonly #cipher: Cipheriv;

  /** @param key 16 bytes */
  constructor(key: Uint8Array) {
    this.#key = key;
    this.#cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  }

  /** Encrypts each block of 16 bytes by itself, and returns new bytes. */
  encrypt(blocks: Uint8Array): Uint8Array {
    return this.#cipher.update(blocks);
  }

  /** Encrypts whole blocks of one range by cipher block chaining (NIST SP 800-38A §6.2), and returns new bytes. */
  encryptChain(iv: Uint8Array, blocks: Uint8Array): Uint8Array {
    const cipher = createCipheriv("aes-128-cbc", this.#key, iv).setAutoPadding(false);
    const encrypted = cipher.update(blocks);
    cipher.final();
    return encrypted;
  }

  [Symbol.dispose](): void {
    this.#cipher.final();
  }
}
