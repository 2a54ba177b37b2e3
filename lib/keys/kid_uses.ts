import type { AssetKeyRequest } from "../drm/asset_keys.ts";
import { invalidKeys } from "../drm/keys_error.ts";

/** Threads request the keys of open assets again every minute. */
const USE_MS = 120_000;

type KidUser = Pick<AssetKeyRequest, "scheme" | "file">;

interface KidUse extends KidUser {
  readonly usedAtMs: number;
}

/** KIDs of open assets, each in one scheme: a key that serves two lets the ciphertext of one be attacked through the other. */
export class KidUses {
  readonly #uses = new Map<string, KidUse>();
  readonly #now: () => number;
  #prunedAtMs = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws KeysError `KEYS_INVALID` if an open asset of another scheme uses one of these KIDs */
  check(kids: Iterable<string>, { scheme, file }: KidUser): void {
    const now = this.#now();
    for (const kid of kids) {
      const use = this.#uses.get(kid);
      if (!use || use.scheme === scheme || now - use.usedAtMs >= USE_MS) continue;
      const other = `'${use.file}' uses it with ${use.scheme}`;
      throw invalidKeys(`Cannot use KID ${kid} in '${file}' with ${scheme}: ${other}`);
    }
  }

  /**
   * Records that an open asset uses these KIDs.
   *
   * @throws KeysError as `check()`
   */
  add(kids: readonly string[], user: KidUser): void {
    this.check(kids, user);
    const usedAtMs = this.#now();
    this.#prune(usedAtMs);
    const { scheme, file } = user;
    for (const kid of kids) this.#uses.set(kid, { scheme, file, usedAtMs });
  }

  #prune(now: number): void {
    if (now - this.#prunedAtMs < USE_MS) return;
    this.#prunedAtMs = now;
    for (const [kid, { usedAtMs }] of this.#uses) {
      if (now - usedAtMs >= USE_MS) this.#uses.delete(kid);
    }
  }
}
