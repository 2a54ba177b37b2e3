import { MediaError, RequestError } from "../errors.ts";
import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";
import { andThen } from "../maybe_async.ts";
import type { Storage } from "../storage/storage.ts";

const INTERVAL_MS = 1000;

/** A storage that takes longer is as good as gone. */
const MAX_CHECK_MS = 5000;

export interface StorageCheckOptions {
  /** Called after each check that found the storage gone, before its result is used. */
  readonly onGone?: () => void;
  readonly clock?: TimeoutClock;
}

/** Checks at most once a second whether a storage is gone, of which nothing can be said to be absent. */
export class StorageCheck {
  readonly #storage: Pick<Storage, "isGone">;
  readonly #onGone: () => void;
  readonly #clock: TimeoutClock;
  #gone = false;
  #checkedAt = -Infinity;
  #checking: Promise<boolean> | undefined;
  /** Outlives `#checking` if the storage does not respond. */
  #asked: Promise<boolean> | undefined;

  constructor(
    storage: Pick<Storage, "isGone">,
    { onGone = () => {}, clock = SYSTEM_CLOCK }: StorageCheckOptions = {},
  ) {
    this.#storage = storage;
    this.#onGone = onGone;
    this.#clock = clock;
  }

  /** Never rejects. Returns the last result, or a promise while the storage is checked. */
  isGone(): boolean | Promise<boolean> {
    if (this.#checking) return this.#checking;
    if (this.#clock.now() - this.#checkedAt < INTERVAL_MS) return this.#gone;
    return this.#checking = this.#check();
  }

  /** Returns the error to respond with: `STORAGE_GONE` in place of one that may be due to it. */
  explain(error: unknown): unknown {
    if (!mayBeGone(error)) return error;
    return andThen<boolean, unknown>(this.isGone(), (gone) => gone ? storageGone() : error);
  }

  async #check(): Promise<boolean> {
    this.#checkedAt = this.#clock.now();
    this.#asked ??= this.#storage.isGone().finally(() => this.#asked = undefined);
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const stopTimer = this.#clock.start(() => resolve(true), MAX_CHECK_MS);
    this.#gone = await Promise.race([this.#asked, late]);
    stopTimer();
    this.#checking = undefined;
    if (this.#gone) this.#onGone();
    return this.#gone;
  }
}

export function storageGone(): RequestError {
  return new RequestError("STORAGE_GONE", "Cannot read the document root");
}

export function isStorageGone(error: unknown): boolean {
  return error instanceof RequestError && error.code === "STORAGE_GONE";
}

function mayBeGone(error: unknown): boolean {
  if (error instanceof MediaError) {
    return error.code === "MEDIA_MISSING" || error.code === "MEDIA_READ";
  }
  return error instanceof RequestError &&
    (error.code === "NOT_FOUND" || error.code === "FORBIDDEN");
}
