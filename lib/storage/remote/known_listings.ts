/** Listings of directories of a bucket, of which each takes a request for a thousand keys. */

import { createHash } from "node:crypto";
import type { StoredEntry } from "../storage.ts";
import type { RemoteEntry } from "./range_reader.ts";

export interface KnownListing {
  readonly entries: readonly StoredEntry[];
  /** Changes when an entry comes, goes or is replaced. */
  readonly digest: string;
  /** When the request for it began. */
  readonly checkedAt: number;
}

/** A directory has up to 10,001 entries. */
const MAX_ENTRIES = 100_000;

export class KnownListings {
  /** The least recently listed comes first. */
  readonly #listings = new Map<string, KnownListing>();
  #count = 0;

  get(path: string): KnownListing | undefined {
    return this.#listings.get(path);
  }

  /** @param entries undefined: there is no directory */
  set(path: string, entries: readonly RemoteEntry[] | undefined, checkedAt: number): void {
    this.#delete(path);
    if (!entries) return;
    const stored = entries.map(({ name, kind }) => ({ name, kind }));
    this.#listings.set(path, { entries: stored, digest: digestEntries(entries), checkedAt });
    this.#count += stored.length;
    for (const oldest of this.#listings.keys()) {
      if (this.#count <= MAX_ENTRIES) return;
      this.#delete(oldest);
    }
  }

  #delete(path: string): void {
    this.#count -= this.#listings.get(path)?.entries.length ?? 0;
    this.#listings.delete(path);
  }
}

function digestEntries(entries: readonly RemoteEntry[]): string {
  const hash = createHash("sha256");
  for (const { name, kind, size, etag } of entries) {
    hash.update(JSON.stringify([name, kind, size, etag]));
  }
  return hash.digest("base64url").slice(0, 22);
}
