import { INDEX_RECORD_SIZE, type IndexRecord, scanRecords } from "./index_record.ts";

/**
 * Reads the index of a block as it grows. The last known record is read again each time, so that an index that was cut by recovery,
 * or is of another archive under the same path, is noticed.
 */
export class IndexReader {
  #last: Uint8Array | undefined;
  #count = 0;
  readonly #omitsChunks: boolean;

  /** @param omitsChunks leaves records of chunks out of what `add()` returns */
  constructor({ omitsChunks = false }: { readonly omitsChunks?: boolean } = {}) {
    this.#omitsChunks = omitsChunks;
  }

  /** Offset from which bytes are read next. */
  get offset(): number {
    return INDEX_RECORD_SIZE * Math.max(0, this.#count - 1);
  }

  /** Size of the index as far as it is known: there is nothing new if the file has no more bytes. */
  get size(): number {
    return INDEX_RECORD_SIZE * this.#count;
  }

  /**
   * Takes the bytes from `offset` to the end of the file, or a part of them.
   *
   * @returns the new records; undefined if the known ones have changed, so that the archive must be opened again
   */
  add(bytes: Uint8Array): IndexRecord[] | undefined {
    if (this.#last && !isEqual(this.#last, bytes.subarray(0, INDEX_RECORD_SIZE))) return undefined;
    const added = bytes.subarray(this.#last ? INDEX_RECORD_SIZE : 0);
    const { records, count } = scanRecords(added, { omitsChunks: this.#omitsChunks });
    if (count === 0) return records;
    const end = INDEX_RECORD_SIZE * count;
    this.#count += count;
    this.#last = added.slice(end - INDEX_RECORD_SIZE, end);
    return records;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
