/** Requests the keys of an open asset again, to notice when they change. */

import { KeysError } from "../errors.ts";
import { type AssetKeyRequest, digestAssetKeys, type GetAssetKeys } from "../drm/asset_keys.ts";

/** Whether the keys of an asset are still those of its source. */
export type KeyState = "same" | "changed";

/** A change is in effect within a minute: requests start checks, and later ones see their results. */
const INTERVAL_MS = 50_000;

export class KeyCheck {
  readonly #getKeys: GetAssetKeys;
  readonly #request: AssetKeyRequest;
  readonly #digest: string;
  #checkedAt: number;

  /** @param now of a monotonic clock, in milliseconds */
  constructor(
    { getKeys, request, digest }: {
      readonly getKeys: GetAssetKeys;
      readonly request: AssetKeyRequest;
      readonly digest: string;
    },
    now: number,
  ) {
    this.#getKeys = getKeys;
    this.#request = request;
    this.#digest = digest;
    this.#checkedAt = now;
  }

  /** Returns undefined while the last check is recent. */
  checkIfDue(now: number): Promise<KeyState> | undefined {
    return now - this.#checkedAt < INTERVAL_MS ? undefined : this.check(now);
  }

  /** A source that does not respond has the same keys. */
  async check(now: number): Promise<KeyState> {
    this.#checkedAt = now;
    try {
      const keys = await this.#getKeys(this.#request);
      return digestAssetKeys(keys) === this.#digest ? "same" : "changed";
    } catch (error) {
      const isAway = error instanceof KeysError && error.code === "KEYS_UNAVAILABLE";
      return isAway ? "same" : "changed"; // opening the asset again reports other errors
    }
  }
}

/** Remembers a request for keys, of which opening a package makes at most one. */
export class KeyRecorder {
  readonly #get: GetAssetKeys;
  #recorded: { readonly request: AssetKeyRequest; readonly digest: string } | undefined;

  constructor(getKeys: GetAssetKeys) {
    this.#get = getKeys;
  }

  readonly getKeys: GetAssetKeys = async (request) => {
    const keys = await this.#get(request);
    this.#recorded = { request, digest: digestAssetKeys(keys) };
    return keys;
  };

  /** Returns undefined if no keys were requested. */
  createCheck(now: number): KeyCheck | undefined {
    return this.#recorded && new KeyCheck({ getKeys: this.#get, ...this.#recorded }, now);
  }
}
