import type { Source } from "../../storage/source.ts";
import type { StoredMoov } from "./checkpoints.ts";
import { findKept } from "./kept_bytes.ts";

type Ranges = Parameters<NonNullable<Source["load"]>>[0];

/** Returns a source that reads what an index keeps of the samples of a sealed file from the index; itself if that is nothing. */
export function withKeptSamples(source: Source, { offset, size, kept }: StoredMoov): Source {
  const isInMoov = (bound: number) => bound >= offset && bound <= offset + size;
  return !kept || kept.bounds.every(isInMoov) ? source : new KeptSource(source, kept);
}

class KeptSource implements Source {
  readonly #source: Source;
  readonly #kept: NonNullable<StoredMoov["kept"]>;

  constructor(source: Source, kept: NonNullable<StoredMoov["kept"]>) {
    this.#source = source;
    this.#kept = kept;
  }

  get name(): string {
    return this.#source.name;
  }

  get size(): number {
    return this.#source.size;
  }

  get etag(): string | undefined {
    return this.#source.etag;
  }

  get synchronous(): boolean {
    return this.#source.synchronous;
  }

  read(offset: number, into: Uint8Array, signal?: AbortSignal): void | Promise<void> {
    const kept = findKept(this.#kept, offset, offset + into.length);
    return kept ? into.set(kept) : this.#source.read(offset, into, signal);
  }

  readNow(offset: number, into: Uint8Array): boolean {
    return this.#source.readNow?.(offset, into) === true;
  }

  async load(ranges: Ranges, signal?: AbortSignal): Promise<void> {
    await this.#source.load?.(ranges, signal);
  }

  readSize(): number | Promise<number> {
    return this.#source.readSize?.() ?? this.size;
  }

  close(): void {
    this.#source.close();
  }
}
