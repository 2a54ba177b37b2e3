/** The scheme `cbcs`: AES-CBC with a constant IV and a pattern of blocks (23001-7 §10.4). */

import { toDataView } from "../bytes.ts";
import type { EncryptionPattern } from "../mp4/protection.ts";
import type { BlockCipher } from "./block_cipher.ts";
import { AES_BLOCK_SIZE } from "./content_key.ts";
import { forEachProtectedRange, type ProtectedSamples } from "./protected_samples.ts";

/** A chain of blocks: the encrypted ones of a protected range. */
interface Chain {
  readonly offset: number;
  readonly blocks: number;
}

/** A cipher for one chain takes as long as this number of calls for one block of each chain (Deno 2.9). */
const STEPS_PER_CIPHER = 4;

/**
 * Encrypts the protected bytes of samples in place. The chain starts at the IV in each subsample (23001-7 §9.5.1); a last partial
 * block stays clear.
 *
 * @param iv the constant IV, 16 bytes
 */
export function encryptCbcs(
  cipher: BlockCipher,
  { iv, pattern }: { readonly iv: Uint8Array; readonly pattern: EncryptionPattern },
  samples: ProtectedSamples,
): void {
  const layout = new PatternLayout(pattern);
  const chains = findChains(layout, samples);
  const longest = countCipheredChains(chains);
  for (const chain of chains.slice(0, longest)) {
    encryptChain({ cipher, iv, layout, bytes: samples.bytes }, chain);
  }
  encryptInStep({ cipher, iv, layout, bytes: samples.bytes }, chains.slice(longest));
}

interface ChainContext {
  readonly cipher: BlockCipher;
  readonly iv: Uint8Array;
  readonly layout: PatternLayout;
  readonly bytes: Uint8Array;
}

/** Which blocks of a protected range are encrypted (23001-7 §9.6): all in a pattern of 0 and 0. */
class PatternLayout {
  readonly #crypt: number;
  readonly #period: number;

  constructor({ crypt, skip }: EncryptionPattern) {
    this.#crypt = crypt || 1;
    this.#period = crypt ? crypt + skip : 1;
  }

  countBlocks(size: number): number {
    const blocks = Math.floor(size / AES_BLOCK_SIZE);
    const partial = blocks % this.#period;
    return (blocks - partial) / this.#period * this.#crypt + Math.min(partial, this.#crypt);
  }

  /** Offset of an encrypted block in a protected range. */
  getOffset(block: number): number {
    const inPattern = block % this.#crypt;
    const patterns = (block - inPattern) / this.#crypt;
    return (patterns * this.#period + inPattern) * AES_BLOCK_SIZE;
  }
}

/** Finds chains of at least a block, the longest first. */
function findChains(layout: PatternLayout, samples: ProtectedSamples): Chain[] {
  const chains: Chain[] = [];
  forEachProtectedRange(samples, (_, offset, size) => {
    const blocks = layout.countBlocks(size);
    if (blocks > 0) chains.push({ offset, blocks });
  });
  return chains.sort((a, b) => b.blocks - a.blocks);
}

/** Chooses how many of the longest chains take less time with a cipher of their own than in step with the others. */
function countCipheredChains(chains: readonly Chain[]): number {
  let [best, bestCost] = [0, Infinity];
  for (let count = 0; count <= chains.length; count++) {
    const cost = count * STEPS_PER_CIPHER + (chains[count]?.blocks ?? 0);
    if (cost < bestCost) [best, bestCost] = [count, cost];
  }
  return best;
}

function encryptChain(
  { cipher, iv, layout, bytes }: ChainContext,
  { offset, blocks }: Chain,
): void {
  const chain = new Uint8Array(blocks * AES_BLOCK_SIZE);
  const [outer, inner] = [toDataView(bytes), toDataView(chain)];
  for (let i = 0; i < blocks; i++) {
    copyBlock(outer, offset + layout.getOffset(i), inner, i * AES_BLOCK_SIZE);
  }
  const encrypted = toDataView(cipher.encryptChain(iv, chain));
  for (let i = 0; i < blocks; i++) {
    copyBlock(encrypted, i * AES_BLOCK_SIZE, outer, offset + layout.getOffset(i));
  }
}

/** Encrypts the first block of all chains in one call, then the second: blocks of different chains do not depend on each other. */
function encryptInStep(
  { cipher, iv, layout, bytes }: ChainContext,
  chains: readonly Chain[],
): void {
  const view = toDataView(bytes);
  const blocks = new Uint8Array(chains.length * AES_BLOCK_SIZE);
  for (let i = 0; i < chains.length; i++) blocks.set(iv, i * AES_BLOCK_SIZE);
  const input = toDataView(blocks);
  let active = chains.length;
  for (let step = 0; active > 0; step++) {
    const within = layout.getOffset(step);
    for (let i = 0; i < active; i++) {
      xorBlock(view, chains[i]!.offset + within, input, i * AES_BLOCK_SIZE);
    }
    const output = toDataView(cipher.encrypt(blocks.subarray(0, active * AES_BLOCK_SIZE)));
    for (let i = 0; i < active; i++) {
      copyBlock(output, i * AES_BLOCK_SIZE, view, chains[i]!.offset + within);
      copyBlock(output, i * AES_BLOCK_SIZE, input, i * AES_BLOCK_SIZE);
    }
    while (active > 0 && chains[active - 1]!.blocks <= step + 1) active--;
  }
}

function copyBlock(from: DataView, start: number, to: DataView, at: number): void {
  for (let i = 0; i < AES_BLOCK_SIZE; i += 4) to.setUint32(at + i, from.getUint32(start + i));
}

function xorBlock(from: DataView, start: number, to: DataView, at: number): void {
  for (let i = 0; i < AES_BLOCK_SIZE; i += 4) {
    to.setUint32(at + i, to.getUint32(at + i) ^ from.getUint32(start + i));
  }
}
