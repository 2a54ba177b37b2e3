/** Loads sample tables on demand: allocating memory costs 40 times as much as reading it. */

import { createHash } from "node:crypto";
import { ByteReader } from "../../bytes.ts";
import type { Source } from "../../storage/source.ts";
import { readBoxHeader } from "../box.ts";
import type { KnownMoov, StoredMoov } from "./checkpoints.ts";
import { KeptRows } from "./kept_bytes.ts";
import { Pages, withPages } from "./pages.ts";
import { type CheckedPart, computeChecks, planChecks, readChecked, toGaps } from "./stored_moov.ts";

/** Rows of a table, in bytes of the body of a moov. */
export type RowRange = readonly [start: number, end: number];

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

/**
 * Body of a moov, with zeros where blocks are not loaded. Methods throw the MediaErrors of the source, and `MissingPages` if it is
 * not synchronous.
 */
export class MoovBuffer {
  /** Ranges must be loaded before they are used. */
  readonly bytes: Uint8Array;
  /** Rows of tables. */
  readonly skipped: [start: number, end: number][] = [];
  /** True if nothing else in the file describes samples, so that the file can be opened with `store()`. */
  isSufficient = false;
  /** Set if it was restored from an index. */
  readonly restored: KnownMoov | undefined;
  readonly #offset: number;
  readonly #source: Source;
  readonly #loaded: Uint8Array;
  #digest: string | undefined;
  #missingBlocks: number;
  #pages: Pages | undefined;
  #heldPages: Pages | undefined;
  /** Absent unless the file is sealed. */
  #kept: KeptRows | undefined;

  /** @param restored what it is restored from */
  constructor(
    source: Source,
    offset: number,
    bytes: Uint8Array,
    { isComplete, restored, digest = restored?.digest }: {
      readonly isComplete: boolean;
      readonly digest?: string | undefined;
      readonly restored?: KnownMoov;
    },
  ) {
    this.#source = source;
    this.#digest = digest;
    this.restored = restored;
    this.#offset = offset;
    this.bytes = bytes;
    this.#missingBlocks = isComplete ? 0 : Math.ceil(bytes.length / BLOCK_SIZE);
    this.#loaded = new Uint8Array(this.#missingBlocks);
    const kept = restored?.isSealed ? restored.stored.kept : undefined;
    this.#kept = kept && new KeptRows(kept, offset, bytes);
  }

  get isComplete(): boolean {
    return this.#missingBlocks === 0;
  }

  /** Opening with an index of the tables is faster than with the tables alone. */
  get usesIndex(): boolean {
    return this.bytes.length > MAX_EAGER_SIZE || this.restored !== undefined;
  }

  /** Identifies the moov by the size of the file, all bytes outside of tables, and slices of the tables. */
  get digest(): string {
    return this.#digest ??= this.#computeDigest();
  }

  #computeDigest(): string {
    const hash = createHash("sha256").update(`${this.#source.size} ${this.bytes.length}`);
    let position = 0;
    for (const [start, end] of this.skipped) {
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

  /** Returns undefined unless it is sufficient. */
  store(): StoredMoov | undefined {
    if (!this.isSufficient) return undefined;
    const rows = this.skipped.flat();
    const bytes = new Uint8Array(this.bytes.length);
    let size = 0;
    for (const [start, end] of toGaps(rows, this.bytes.length)) {
      bytes.set(this.bytes.subarray(start, end), size);
      size += end - start;
    }
    const { size: fileSize } = this.#source;
    const stored = { fileSize, offset: this.#offset, size: this.bytes.length, rows };
    if (!planChecks(rows, stored.size)) return undefined;
    const checks = computeChecks(this.#source, stored);
    return { ...stored, bytes: bytes.slice(0, size), ...checks !== undefined && { checks } };
  }

  /** Returns true for bytes outside of rows, which are always loaded. */
  isPermanent(start: number, end: number): boolean {
    return this.isComplete || !this.skipped.some(([from, to]) => start < to && from < end);
  }

  /** Estimated; a sixteenth is for checkpoints and windows of tables. */
  get residentBytes(): number {
    const loaded = this.bytes.length - BLOCK_SIZE * this.#missingBlocks;
    return loaded + (this.#pages?.residentBytes ?? 0) + this.bytes.length / 16;
  }

  loadedRange(start: number, end: number): { start: number; end: number } | undefined {
    if (this.isComplete) return { start: 0, end: this.bytes.length };
    if (this.restored?.trace) return undefined;
    const kept = this.#kept?.find(start, end);
    if (kept) return kept;
    const first = Math.floor(start / BLOCK_SIZE);
    const last = Math.ceil(end / BLOCK_SIZE);
    for (let block = first; block < last; block++) if (!this.#loaded[block]) return undefined;
    return { start: first * BLOCK_SIZE, end: Math.min(last * BLOCK_SIZE, this.bytes.length) };
  }

  /** Returns the bounds of the pages that contain a range; undefined if the source is synchronous. */
  pageBounds(start: number, end: number): { start: number; end: number } | undefined {
    return this.#source.synchronous ? undefined : this.#getPages().bounds(start, end);
  }

  load(start: number, end: number): void {
    if (this.isComplete || this.#kept?.find(start, end)) return;
    if (this.restored?.trace) return;
    if (!this.#source.synchronous) {
      return this.#getPages().require(start, Math.min(end, this.bytes.length));
    }
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

  /** Rows are loaded before they are looked up. */
  get isPaged(): boolean {
    return !this.isComplete && !this.#source.synchronous && !this.restored?.trace;
  }

  /** Requires rows that are about to be looked up, at the same time; of a small moov all. */
  requireRows(ranges: readonly RowRange[]): void {
    const isSmall = this.bytes.length <= MAX_EAGER_SIZE;
    const required = isSmall ? this.skipped : ranges;
    this.#getPages().requireAll(required.filter(([start, end]) => !this.#kept?.find(start, end)));
  }

  read(start: number, into: Uint8Array): void {
    this.restored?.trace?.push([this.#offset + start, this.#offset + start + into.length]);
    if (this.loadedRange(start, start + into.length)) {
      return into.set(this.bytes.subarray(start, start + into.length));
    }
    if (this.#source.synchronous) this.#source.read(this.#offset + start, into);
    else this.#getPages().copy(start, into);
  }

  /** Loads bytes outside of tables, which are not loaded again. */
  loadPermanently(start: number, end: number): void {
    if (this.isComplete) return;
    if (this.#source.synchronous) this.load(start, end);
    else this.read(start, this.bytes.subarray(start, end));
  }

  /**
   * Retains all pages until `releasePages()` is called: opening a movie needs most of them several times.
   *
   * @param read pages that have been read
   */
  holdPages(read: readonly CheckedPart[] = []): void {
    if (this.isComplete || this.#source.synchronous || this.#heldPages) return;
    this.#heldPages = this.#getPages();
    this.#heldPages.hold();
    for (const { start, bytes } of read) this.#heldPages.add(start, bytes);
  }

  releasePages(): void {
    this.#heldPages?.release();
    this.#heldPages = undefined;
  }

  #getPages(): Pages {
    return this.#pages ??= new Pages(this.#source, this.#offset, this.bytes.length);
  }
}

/** Digest of a moov that differs from that of an index, although slices of its tables may be equal. */
export const OTHER_MOOV = "other";

/**
 * Opens a moov with a body of `size` bytes at `offset`.
 *
 * @param digest if it is known
 * @throws MediaError of the source
 */
export async function openMoovBuffer(
  source: Source,
  offset: number,
  size: number,
  digest?: string,
): Promise<MoovBuffer> {
  if (size > MAX_EAGER_SIZE) {
    const bytes = new Uint8Array(allocateLazily(size), 0, size);
    const buffer = new MoovBuffer(source, offset, bytes, { isComplete: false, digest });
    buffer.holdPages();
    await source.load?.([{ offset, size }]); // most of it is read, page by page
    return await withPages(() => loadAllButRows(buffer));
  }
  const bytes = new Uint8Array(size);
  await source.read(offset, bytes);
  return loadAllButRows(new MoovBuffer(source, offset, bytes, { isComplete: true }));
}

/**
 * Restores a moov from an index; undefined if it is of another file.
 *
 * @throws MediaError of the source
 */
export async function restoreMoovBuffer(
  source: Source,
  known: KnownMoov,
): Promise<MoovBuffer | undefined> {
  const { stored } = known;
  const checked = known.isSealed ? [] : await readChecked(source, stored);
  if (!checked || stored.fileSize !== source.size) return undefined;
  const { offset, size, rows } = stored;
  const bytes = new Uint8Array(allocateLazily(size), 0, size);
  let at = 0;
  for (const [start, end] of toGaps(rows, size)) {
    bytes.set(stored.bytes.subarray(at, at + end - start), start);
    at += end - start;
  }
  const buffer = new MoovBuffer(source, offset, bytes, { isComplete: false, restored: known });
  for (let i = 0; i < rows.length; i += 2) buffer.skipped.push([rows[i]!, rows[i + 1]!]);
  buffer.isSufficient = true;
  buffer.holdPages(checked);
  return buffer;
}

/** Allocates zeros that use no memory until they are written: the system maps new pages for a resizable buffer. */
function allocateLazily(size: number): ArrayBuffer {
  return new ArrayBuffer(size, { maxByteLength: size });
}

function loadAllButRows(buffer: MoovBuffer): MoovBuffer {
  buffer.skipped.length = 0;
  walk(buffer, 0, buffer.bytes.length, 0);
  return buffer;
}

/** Stops at a box with an invalid size, which the box readers report. */
function walk(buffer: MoovBuffer, start: number, end: number, depth: number): void {
  for (let at = start; at + 8 <= end;) {
    buffer.loadPermanently(at, Math.min(end, at + 16));
    const r = new ByteReader(buffer.bytes.subarray(at, end));
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) return;
    const body = at + r.position;
    at = body + size;
    if (type === CONTAINERS[depth]) walk(buffer, body, at, depth + 1);
    else {
      const rows = TABLE_TYPES.has(type) ? Math.min(at, body + TABLE_HEADER_SIZE) : at;
      buffer.loadPermanently(body, rows);
      if (rows < at) buffer.skipped.push([rows, at]);
    }
  }
}
