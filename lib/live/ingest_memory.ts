/** Bounds the memory of fragments that are not on disk. Above the bounds, publishers are not read. */

import { IngestError } from "./ingest_error.ts";

/** Fragments of all channels that are not on disk, in bytes. */
const DEFAULT_MAX_INGEST_BYTES = 512 * 2 ** 20;

/** Fragments of one channel that are not on disk, in bytes. */
const MAX_CHANNEL_BYTES = 128 * 2 ** 20;

/** In µs: how long a fragment that is not complete may occupy memory for which others wait. */
const MAX_HELD = 20e6;

/** Part of the bound that complete fragments may have while an incomplete one exceeds it. */
const MAX_COMPLETE = 1 / 8;

interface Waiter {
  readonly account: MemoryAccount;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class IngestMemory {
  readonly #max: number;
  readonly #maxOfChannel: number;
  readonly #channels = new Map<string, number>();
  #total = 0;
  /** Bytes of complete fragments, which will be written whatever publishers send. */
  #complete = 0;
  #waiting: Waiter[] = [];
  /** May exceed the bounds by one fragment: without that, many incomplete ones would wait for each other. */
  #first: MemoryAccount | undefined;
  /** Accounts of incomplete fragments, and since when they have some. */
  readonly #incomplete = new Map<MemoryAccount, number>();
  #waitingSince: number | undefined;
  /** When `tick()` was called last, in µs of the monotonic clock. */
  #now = 0;

  constructor(max = DEFAULT_MAX_INGEST_BYTES, maxOfChannel = MAX_CHANNEL_BYTES) {
    this.#max = max;
    this.#maxOfChannel = maxOfChannel;
  }

  get bytes(): number {
    return this.#total;
  }

  /** Opens an account for the fragment that a request sends. */
  open(channel: string): MemoryAccount {
    return new MemoryAccount(this, channel, false);
  }

  /** Opens an account for the complete fragments of a channel, which wait to be written. */
  openComplete(channel: string): MemoryAccount {
    return new MemoryAccount(this, channel, true);
  }

  /** To be called four times a second: expires the largest fragment that has occupied memory too long while others wait. */
  tick(monotonic: number): void {
    this.#now = monotonic;
    if (this.#waiting.length === 0) this.#waitingSince = undefined;
    else this.#waitingSince ??= monotonic;
    if (monotonic - (this.#waitingSince ?? Infinity) < MAX_HELD) return;
    const largest = this.#findLargestOld();
    if (!largest) return;
    largest.isExpired = true;
    if (this.#first === largest) this.#first = undefined;
    this.#wake();
  }

  #findLargestOld(): MemoryAccount | undefined {
    let largest: MemoryAccount | undefined;
    for (const [account, since] of this.#incomplete) {
      if (account.isExpired || this.#now - since < MAX_HELD) continue;
      if (account.bytes > (largest?.bytes ?? 0)) largest = account;
    }
    return largest;
  }

  /** Resolves when the account may have so many more bytes; undefined: at once. */
  acquire(account: MemoryAccount, bytes: number): Promise<void> | undefined {
    if (this.#grant(account, bytes)) return undefined;
    return new Promise((resolve, reject) =>
      this.#waiting.push({ account, bytes, resolve, reject })
    );
  }

  /** Sets what an account has. */
  set(account: MemoryAccount, bytes: number): void {
    const change = bytes - account.bytes;
    account.bytes = bytes;
    this.#total += change;
    if (account.isComplete) this.#complete += change;
    else if (bytes === 0) this.#incomplete.delete(account);
    else if (!this.#incomplete.has(account)) this.#incomplete.set(account, this.#now);
    const { channel } = account;
    const ofChannel = (this.#channels.get(channel) ?? 0) + change;
    if (ofChannel > 0) this.#channels.set(channel, ofChannel);
    else this.#channels.delete(channel);
    if (bytes === 0 && this.#first === account) this.#first = undefined;
    if (change < 0) this.#wake();
  }

  #grant(account: MemoryAccount, bytes: number): boolean {
    account.check();
    const ofChannel = this.#channels.get(account.channel) ?? 0;
    const fits = this.#total + bytes <= this.#max && ofChannel + bytes <= this.#maxOfChannel;
    if (!fits && !this.#mayExceed(account)) return false;
    if (!fits) this.#first = account;
    this.set(account, account.bytes + bytes);
    return true;
  }

  /** Complete fragments are written first. */
  #mayExceed(account: MemoryAccount): boolean {
    if (this.#first !== undefined) return this.#first === account;
    return this.#complete <= this.#max * MAX_COMPLETE;
  }

  /** Grants what waits: those who have least come first. */
  #wake(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting.sort((a, b) => a.account.bytes - b.account.bytes);
    this.#waiting = [];
    for (const waiter of waiting) {
      try {
        if (this.#grant(waiter.account, waiter.bytes)) waiter.resolve();
        else this.#waiting.push(waiter);
      } catch (error) {
        waiter.reject(error);
      }
    }
  }
}

export class MemoryAccount {
  readonly #memory: IngestMemory;
  bytes = 0;
  /** True: it throws. */
  isExpired = false;

  constructor(memory: IngestMemory, readonly channel: string, readonly isComplete: boolean) {
    this.#memory = memory;
  }

  /** @throws IngestError `OVERLOADED` after the account has expired */
  check(): void {
    if (!this.isExpired) return;
    throw new IngestError("OVERLOADED", "Cannot wait for the rest of a fragment: memory is full");
  }

  /** @throws IngestError as `check()` */
  acquire(bytes: number): Promise<void> | undefined {
    return this.#memory.acquire(this, bytes);
  }

  set(bytes: number): void {
    this.#memory.set(this, bytes);
  }

  [Symbol.dispose](): void {
    this.#memory.set(this, 0);
  }
}
