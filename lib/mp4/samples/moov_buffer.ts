/**
 * The head of a movie, moov, as it stands in the file. That of a long title is large, fresh memory costs forty times what
 * reading does, and a request needs little of it: its tables are left in the file, and read block by block as they are
 * asked for. A source that can't be read at once is read whole.
 */

import { createHash } from "node:crypto";
import { ByteReader } from "../../bytes.ts";
import type { Source } from "../../storage/source.ts";
import { readBoxHeader } from "../box.ts";

/** A head up to this size is read whole. In bytes. */
const MAX_EAGER_SIZE = 2 ** 18;

/** What is read at a time, and remembered as being there. In bytes: a page of memory. */
const BLOCK_SIZE = 4096;

/** Of a table's box: what says how many rows it has. In bytes. */
const TABLE_HEADER_SIZE = 64;

/** Evenly spaced slices of each table, and how many bytes of each, that tell one head from another. */
const DIGEST_SLICES = 8;
const DIGEST_SLICE_SIZE = 64;

/** From moov down to the tables (14496-12 §6.2.3). */
const CONTAINERS = ["trak", "mdia", "minf", "stbl"];
const TABLE_TYPES = new Set("stts ctts stss stsz stz2 stsc stco co64 sdtp".split(" "));

/** Body of a moov, some blocks of which are in memory, and the others zero. */
export class MoovBuffer {
  /** As long as the body; read it where `need` was called for. */
  readonly bytes: Uint8Array;
  /** Where the body starts in the file. */
  readonly #offset: number;
  readonly #source: Source;
  readonly #loaded: Uint8Array;
  /** Rows of tables, from where up to, not with, where. */
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

  /** Nothing is left in the file. */
  get isComplete(): boolean {
    return this.#missingBlocks === 0;
  }

  /** It takes time to pass through its tables. */
  get isLarge(): boolean {
    return this.bytes.length > MAX_EAGER_SIZE;
  }

  /**
   * Names it, without all of its tables being read: by the file's size, all but the rows of tables, and slices of these.
   *
   * @throws MediaError of the source
   */
  get digest(): string {
    return this.#digest ??= this.#computeDigest();
  }

  #computeDigest(): string {
    const hash = createHash("sha256").update(`${this.#source.size} ${this.bytes.length}`);
    let at = 0;
    for (const [start, end] of this.#skipped) {
      hash.update(this.bytes.subarray(at, start));
      for (let slice = 0; slice < DIGEST_SLICES; slice++) {
        const from = start +
          Math.floor(slice * Math.max(0, end - start - DIGEST_SLICE_SIZE) / (DIGEST_SLICES - 1));
        const bytes = new Uint8Array(Math.min(DIGEST_SLICE_SIZE, end - from));
        this.read(from, bytes);
        hash.update(bytes);
      }
      at = end;
    }
    return hash.update(this.bytes.subarray(at)).digest("hex").slice(0, 32);
  }

  /** All of the rows of a table need not be in memory. */
  skip(start: number, end: number): void {
    if (start < end) this.#skipped.push([start, end]);
  }

  /** Bytes in memory; checkpoints and windows of tables take a sixteenth of it all at most. */
  get residentBytes(): number {
    return this.bytes.length - BLOCK_SIZE * this.#missingBlocks + this.bytes.length / 16;
  }

  /** The memory around the bytes from `start` up to, not with, `end`; undefined: they are not all there. */
  loadedRange(start: number, end: number): { start: number; end: number } | undefined {
    if (this.isComplete) return { start: 0, end: this.bytes.length };
    const first = Math.floor(start / BLOCK_SIZE);
    const last = Math.ceil(end / BLOCK_SIZE);
    for (let block = first; block < last; block++) if (!this.#loaded[block]) return undefined;
    return { start: first * BLOCK_SIZE, end: Math.min(last * BLOCK_SIZE, this.bytes.length) };
  }

  /**
   * Puts the bytes from `start` up to, not with, `end` into memory.
   *
   * @throws MediaError of the source
   */
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

  /**
   * Gives bytes out without keeping them: what is seen once need not stay.
   *
   * @throws MediaError of the source
   */
  read(start: number, into: Uint8Array): void {
    if (this.isComplete) return into.set(this.bytes.subarray(start, start + into.length));
    const reading = this.#source.read(this.#offset + start, into);
    if (reading) throw new Error("Cannot wait for a table: it should have been loaded");
  }

  /**
   * Reads what is missing, where the source can't be read at once (any more); undefined: there is nothing to wait for.
   *
   * @throws MediaError of the source
   */
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
 * The body of a moov in `source`, at `offset`: all of it but the rows of its tables where it is large.
 *
 * @throws MediaError of the source
 */
export async function openMoovBuffer(
  source: Source,
  offset: number,
  size: number,
): Promise<MoovBuffer> {
  if (size > MAX_EAGER_SIZE && source.synchronous) {
    const head = new MoovBuffer(
      source,
      offset,
      new Uint8Array(allocateLazily(size), 0, size),
      false,
    );
    loadAllButRows(head, 0, size, 0);
    return head;
  }
  const bytes = new Uint8Array(size);
  await source.read(offset, bytes);
  const head = new MoovBuffer(source, offset, bytes, true);
  loadAllButRows(head, 0, size, 0);
  return head;
}

/**
 * Zeros that take no memory until they are touched. What might grow is mapped anew by the system; of other buffers the C
 * library may take freed memory, and write zeros into all of it.
 */
function allocateLazily(size: number): ArrayBuffer {
  return new ArrayBuffer(size, { maxByteLength: size });
}

/** Up to a box whose size lies: whoever reads the boxes says so. */
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
