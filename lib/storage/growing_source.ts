import { readBytes, type Source } from "./source.ts";
import type { StoredFile } from "./storage.ts";

/** What became of a file or an asset since it was read last. */
export type Growth = "same" | "grown" | "replaced";

/** The first bytes of a file, with its `moov` or the start of it: they are compared to notice that a file is written again. */
const MAX_HEAD_SIZE = 2 ** 14;

/** A file to which another process appends. */
export class GrowingSource implements Source {
  readonly #source: Source;
  #stored: StoredFile;
  #head: Uint8Array = new Uint8Array();

  /** @param stored of the file before it was opened */
  private constructor(source: Source, stored: StoredFile) {
    this.#source = source;
    this.#stored = stored;
  }

  /** @throws MediaError of the source, which is then closed */
  static async open(source: Source, stored: StoredFile): Promise<GrowingSource> {
    const growing = new GrowingSource(source, stored);
    try {
      await growing.#update(stored);
      return growing;
    } catch (error) {
      source.close();
      throw error;
    }
  }

  get name(): string {
    return this.#source.name;
  }

  get size(): number {
    return this.#stored.size;
  }

  get synchronous(): boolean {
    return this.#source.synchronous;
  }

  read(offset: number, into: Uint8Array): void | Promise<void> {
    return this.#source.read(offset, into);
  }

  close(): void {
    this.#source.close();
  }

  /**
   * Extends the source to the size that the file now has. The file was replaced if another one is at its path, if it is shorter,
   * or if its first bytes have changed.
   *
   * @throws MediaError of the source
   */
  async extend(stored: StoredFile): Promise<Growth> {
    if (stored.fingerprint === this.#stored.fingerprint) return "same";
    const { size } = this;
    if (stored.identity !== this.#stored.identity || stored.size < size) return "replaced";
    if (!await this.#update(stored)) return "replaced";
    return stored.size > size ? "grown" : "same";
  }

  /** Returns false if the first bytes have changed. */
  async #update(stored: StoredFile): Promise<boolean> {
    const head = await readBytes(this.#source, 0, Math.min(MAX_HEAD_SIZE, stored.size));
    if (this.#head.some((byte, i) => byte !== head[i])) return false;
    this.#head = head;
    this.#stored = stored;
    return true;
  }
}
