/** Loads sample tables on demand: allocating memory costs 40 times as much as reading it. */

import { createHash } from "node:crypto";
import { ByteReader } from "../../bytes.ts";
import type { Source } from "../../storage/source.ts";
import { readBoxHeader } from "../box.ts";

/** In bytes. A smaller moov is loaded completely. */
const MAX_EAGER_SIZE = 2 ** 18;

const BLOCK_SIZE = 4096;

/** Bytes of a table box that contain its row count. */
const TABLE_HEADER_SIZE = 64;

const DIGEST_SLICES = 8;
const DIGEST_SLICE_SIZE = 64;

/** Boxes between moov and the tables (14496-12 §6.2.3). */
const CONTAINERS = ["trak", "mdia", "minf", "stbl"];
const TABLE_TYPES = new Set("stts ctts stss stsz stz2 stsc stco co64 sdtp".split(" "));

/** Body of a moov, with zeros where blocks are not loaded. Methods throw the MediaErrors of the source. */
export class MoovBuffer {
  /** Ranges must be loaded before they are used. */
  readonly bytes: Uint8Array;
  readonly #offset: number;
  readonly #source: Source;
  readonly #loaded: Uint8Array;
  readonly #skipped: [start: number, end: number][] = [];
  #digest: string | undefined;
  #missingBlocks: number;
  #loading: Promise<void> | undefined;

  constructor(source: Source, offset: number, bytes: Uint8Array, isComplete: boolean) {
    this.#source = source;
    this.#offset = offset;
    this.bytes = bytes;
    this.#missingBlocks = isComplete ? 0 : Math.ceil(bytes.length / BLOCK_SIZE);
    this.#loaded = new Uint8Array(this.#missingBlocks);
  }

  get isComplete(): boolean {
    return this.#missingBlocks === 0;
  }

  /** Checkpoints of the tables are worth storing. */
  get isLarge(): boolean {
    return this.bytes.length > MAX_EAGER_SIZE;
  }

  /** Identifies the moov by the size of the file, all bytes outside of tables, and slices of the tables. */
  get digest(): string {
    return this.#digest ??= this.#computeDigest();
  }

  #computeDigest(): string {
    const hash = createHash("sha256").update(`${this.#source.size} ${this.bytes.length}`);
    let position = 0;
    for (const [start, end] of this.#skipped) {
      hash.update(this.bytes.subarray(position, start));
      for (let i = 0; i < DIGEST_SLICES; i++) {
        const range = Math.max(0, end - start - DIGEST_SLICE_SIZE);
        const from = start + Math.floor(i * range / (DIGEST_SLICES - 1));
        const slice = new Uint8Array(Math.min(DIGEST_SLICE_SIZE, end - from));
        this.read(from, slice);
        hash.update(slice);
      }
      position = end;
    }
    return hash.update(this.bytes.subarray(position)).digest("hex").slice(0, 32);
  }

  skip(start: number, end: number): void {
    if (start < end) this.#skipped.push([start, end]);
  }

  /** Estimated; a sixteenth is for checkpoints and windows of tables. */
  get residentBytes(): number {
    return this.bytes.length - BLOCK_SIZE * this.#missingBlocks + this.bytes.length / 16;
  }

  loadedRange(start: number, end: number): { start: number; end: number } | undefined {
    if (this.isComplete) return { start: 0, end: this.bytes.length };
    const first = Math.floor(start / BLOCK_SIZE);
    const last = Math.ceil(end / BLOCK_SIZE);
    for (let block = first; block < last; block++) if (!this.#loaded[block]) return undefined;
    return { start: first * BLOCK_SIZE, end: Math.min(last * BLOCK_SIZE, this.bytes.length) };
  }

  load(start: number, end: number): void {
    if (this.isComplete) return;
    const last = Math.ceil(Math.min(end, this.bytes.length) / BLOCK_SIZE);
    for (let block = Math.floor(start / BLOCK_SIZE); block < last; block++) {
      if (this.#loaded[block]) continue;
      let next = block + 1;
      while (next < last && !this.#loaded[next]) next++;
      this.read(block * BLOCK_SIZE, this.bytes.subarray(block * BLOCK_SIZE, next * BLOCK_SIZE));
      this.#loaded.fill(1, block, next);
      this.#missingBlocks -= next - block;
      block = next;
    }
  }

  read(start: number, into: Uint8Array): void {
    if (this.isComplete) return into.set(this.bytes.subarray(start, start + into.length));
    const reading = this.#source.read(this.#offset + start, into);
    if (reading) throw new Error("Cannot read a table from a slow source before loadRest()");
  }

  /** Loads the rest if the source is no longer synchronous; else returns undefined. */
  loadRest(): Promise<void> | undefined {
    if (this.isComplete || this.#source.synchronous) return undefined;
    return this.#loading ??= this.#loadAll().finally(() => this.#loading = undefined);
  }

  async #loadAll(): Promise<void> {
    await this.#source.read(this.#offset, this.bytes);
    this.#missingBlocks = 0;
  }
}

/**
 * Opens a moov with a body of `size` bytes at `offset`.
 *
 * @throws MediaError of the source
 */
export async function openMoovBuffer(
  source: Source,
  offset: number,
  size: number,
): Promise<MoovBuffer> {
  if (size > MAX_EAGER_SIZE && source.synchronous) {
    const bytes = new Uint8Array(allocateLazily(size), 0, size);
    const buffer = new MoovBuffer(source, offset, bytes, false);
    loadAllButRows(buffer, 0, size, 0);
    return buffer;
  }
  const bytes = new Uint8Array(size);
  await source.read(offset, bytes);
  const buffer = new MoovBuffer(source, offset, bytes, true);
  loadAllButRows(buffer, 0, size, 0);
  return buffer;
}

/** Allocates zeros that use no memory until they are written: the system maps new pages for a resizable buffer. */
function allocateLazily(size: number): ArrayBuffer {
  return new ArrayBuffer(size, { maxByteLength: size });
}

/** Stops at a box with an invalid size, which the box readers report. */
function loadAllButRows(buffer: MoovBuffer, start: number, end: number, depth: number): void {
  for (let at = start; at + 8 <= end;) {
    buffer.load(at, Math.min(end, at + 16));
    const r = new ByteReader(buffer.bytes.subarray(at, end));
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) return;
    const body = at + r.position;
    at = body + size;
    if (type === CONTAINERS[depth]) loadAllButRows(buffer, body, at, depth + 1);
    else {
      const rows = TABLE_TYPES.has(type) ? Math.min(at, body + TABLE_HEADER_SIZE) : at;
      buffer.load(body, rows);
      buffer.skip(rows, at);
    }
  }
}
