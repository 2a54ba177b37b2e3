import { andThen } from "../maybe_async.ts";
import type { Source } from "../storage/source.ts";

/** An open file that closes when all its users have disposed of it. */
export class SharedSource implements Disposable {
  #useCount = 1;
  readonly #onUnused: () => void;

  constructor(readonly source: Source, onUnused: () => void) {
    this.#onUnused = onUnused;
  }

  /** Returns what another user must dispose of. */
  hold(): this {
    this.#useCount++;
    return this;
  }

  [Symbol.dispose](): void {
    this.#useCount--;
    if (this.#useCount > 0) return;
    this.#onUnused();
    this.source.close();
  }
}

/** Open files that responses in progress share: over HTTP/2 one connection could take a descriptor for each of 64 responses. */
export class SharedSources {
  readonly #sources = new Map<string, SharedSource>();

  /**
   * Returns an open file, of which the caller must dispose; `fingerprint` is that of the file.
   *
   * @throws errors of `open`
   */
  open(
    fingerprint: string,
    open: () => Source | Promise<Source>,
  ): SharedSource | Promise<SharedSource> {
    const shared = this.#sources.get(fingerprint);
    return shared?.hold() ?? andThen(open(), (source) => this.#add(fingerprint, source));
  }

  #add(fingerprint: string, source: Source): SharedSource {
    const added: SharedSource = new SharedSource(source, () => {
      if (this.#sources.get(fingerprint) === added) this.#sources.delete(fingerprint);
    });
    this.#sources.set(fingerprint, added);
    return added;
  }
}
