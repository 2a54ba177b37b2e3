import type { AssetKeyRequest } from "../drm/asset_keys.ts";
import { invalidKeys } from "../drm/keys_error.ts";

/** Threads request the keys of open assets again every minute. */
const USE_MS = 120_000;

interface KeyUse {
  readonly request: AssetKeyRequest;
  readonly usedAtMs: number;
}

/** Which open assets use which KIDs, each in one scheme: a key that serves two lets the ciphertext of one be attacked through the other. */
export class KeyUses {
  /** By KID, then by the file of the package. */
  readonly #byKid = new Map<string, Map<string, KeyUse>>();
  /** The last use of each package. */
  readonly #byFile = new Map<string, KeyUse>();
  readonly #now: () => number;
  #prunedAtMs = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws KeysError `KEYS_INVALID` if an open asset of another package and scheme uses one of these KIDs */
  check(kids: Iterable<string>, { scheme, file }: AssetKeyRequest): void {
    for (const kid of kids) {
      const use = this.#byKid.get(kid)?.values().find((it) =>
        it.request.scheme !== scheme && it.request.file !== file && this.#isOpen(it)
      );
      if (!use) continue;
      const other = `'${use.request.file}' uses it with ${use.request.scheme}`;
      throw invalidKeys(`Cannot use KID ${kid} in '${file}' with ${scheme}: ${other}`);
    }
  }

  /**
   * Records that an open asset uses these KIDs.
   *
   * @throws KeysError as `check()`
   */
  add(kids: readonly string[], request: AssetKeyRequest): void {
    this.check(kids, request);
    this.#prune();
    const use = { request, usedAtMs: this.#now() };
    for (const kid of kids) {
      const uses = this.#byKid.get(kid);
      if (uses) uses.set(request.file, use);
      else this.#byKid.set(kid, new Map([[request.file, use]]));
    }
    this.#byFile.set(request.file, use);
  }

  /** Returns the last request of each open asset. */
  listRequests(): AssetKeyRequest[] {
    return [...this.#byFile.values()].filter((use) => this.#isOpen(use))
      .map(({ request }) => request);
  }

  #isOpen({ usedAtMs }: KeyUse): boolean {
    return this.#now() - usedAtMs < USE_MS;
  }

  #prune(): void {
    const now = this.#now();
    if (now - this.#prunedAtMs < USE_MS) return;
    this.#prunedAtMs = now;
    for (const uses of [this.#byFile, ...this.#byKid.values()]) {
      for (const [file, use] of uses) if (!this.#isOpen(use)) uses.delete(file);
    }
    for (const [kid, uses] of this.#byKid) if (uses.size === 0) this.#byKid.delete(kid);
  }
}
