import type { Package } from "../package/package.ts";

/** Others are forgotten, and opened with their indexes again. */
const MAX_PACKAGES = 1024;

/** Packages whose indexes do not fit the tables of their files, until they change. */
export class DistrustedIndexes {
  /** Fingerprint of the package by file; undefined until it is opened again. */
  readonly #fingerprints = new Map<string, string | undefined>();

  add(file: string): void {
    this.#fingerprints.delete(file);
    this.#fingerprints.set(file, undefined);
    if (this.#fingerprints.size <= MAX_PACKAGES) return;
    this.#fingerprints.delete(this.#fingerprints.keys().next().value!);
  }

  /** Returns the package as it is to be opened. */
  remove(pack: Package, file: string, fingerprint: string): Package {
    if (!this.#fingerprints.has(file)) return pack;
    if ((this.#fingerprints.get(file) ?? fingerprint) !== fingerprint) {
      this.#fingerprints.delete(file);
      return pack;
    }
    this.#fingerprints.set(file, fingerprint);
    return { ...pack, tracks: pack.tracks.map(({ index: _, ...track }) => track) };
  }
}
