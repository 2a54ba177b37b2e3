/** Credentials for buckets, from where AWS's tools have them: the environment, files, the machine or the container. */

import type { LogLevel } from "../log/log_format.ts";
import type { S3Credentials } from "../storage/remote/signer.ts";
import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";
import { signsRequests } from "./source_options.ts";
import type { ConfiguredOrigin, CredentialsResult } from "./storage_worker_messages.ts";

/** Credentials are replaced so long before they expire. */
const RENEWED_BEFORE_MS = 300_000;

/** Providers return credentials until shortly before they expire, and longer where none are to be had. */
const MIN_RENEWAL_MS = 30_000;

/** Timers cannot be longer than 2^31 ms. */
const MAX_RENEWAL_MS = 86_400_000;

const RETRY_MS = 10_000;

type ExpiringCredentials = S3Credentials & { readonly expiration?: Date };

/** The provider warns that it uses the file in place of keys in the environment, as `credentials=FILE` says. */
const SILENT_LOGGER = { debug() {}, info() {}, warn() {}, error() {} };

export type CredentialsProvider = () => Promise<ExpiringCredentials>;

export interface RenewalOptions {
  /** @param isReload what was remembered of files does not count */
  readonly provide: (isReload: boolean) => Promise<ExpiringCredentials>;
  readonly onResult: (result: CredentialsResult) => void;
  /** Writes a line for the operator. */
  readonly log: (message: string, level: LogLevel) => void;
  readonly clock?: TimeoutClock;
  /** In milliseconds since 1970. */
  readonly now?: () => number;
}

/** Requests credentials, and again before they expire, until disposed of. */
export class CredentialsRenewal implements Disposable {
  readonly #options: Required<RenewalOptions>;
  #expiresAtMs = -Infinity;
  #hasFailed = false;
  #stopTimer = () => {};
  #isStopped = false;
  /** Counts requests, of which the last one counts. */
  #turn = 0;

  constructor(options: RenewalOptions) {
    this.#options = { clock: SYSTEM_CLOCK, now: Date.now, ...options };
  }

  /**
   * Never rejects.
   *
   * @param isReload a failure is reported even if the last request failed, too
   */
  async renew(isReload = false): Promise<void> {
    this.#stopTimer();
    const turn = ++this.#turn;
    const delayMs = await this.#request(() => turn === this.#turn && !this.#isStopped, isReload);
    if (delayMs === undefined) return;
    this.#stopTimer = this.#options.clock.start(() => this.renew(), delayMs);
  }

  /** Returns the time to the next request; undefined if there is none. */
  async #request(counts: () => boolean, isReload: boolean): Promise<number | undefined> {
    const { provide, onResult, log, now } = this.#options;
    try {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provide(isReload);
      if (!counts()) return undefined;
      onResult({ accessKeyId, secretAccessKey, ...sessionToken !== undefined && { sessionToken } });
      if (this.#hasFailed) log("Credentials for s3:// were found", "info");
      this.#hasFailed = false;
      this.#expiresAtMs = expiration?.getTime() ?? Infinity;
      if (!expiration) return undefined;
      const leftMs = this.#expiresAtMs - now() - RENEWED_BEFORE_MS;
      return Math.min(Math.max(leftMs, MIN_RENEWAL_MS), MAX_RENEWAL_MS);
    } catch (error) {
      if (!counts()) return undefined;
      const message = `Cannot find credentials for s3://: ${(error as Error).message}`;
      if (!this.#hasFailed || isReload) log(message, "error");
      this.#hasFailed = true;
      if (now() >= this.#expiresAtMs) onResult({ error: message });
      return RETRY_MS;
    }
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    this.#stopTimer();
  }
}

/**
 * Finds where credentials are: in the file, else where AWS's tools have them. What finds them has 16 MB, and is imported here alone.
 * A provider remembers what it found; another one reads files again.
 */
export async function createProvider(file: string | undefined): Promise<CredentialsProvider> {
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  const ignoreCache = true; // of all files that the process has read, or failed to
  if (file === undefined) return defaultProvider({ ignoreCache });
  const profile = Deno.env.get("AWS_PROFILE") ?? "default";
  // with a profile, variables with keys do not count
  return defaultProvider({ profile, filepath: file, ignoreCache, logger: SILENT_LOGGER });
}

interface CredentialsReceiver {
  setCredentials(names: readonly string[], result: CredentialsResult): void;
}

export interface CredentialsSupply extends Disposable {
  /** Whether a bucket needs credentials. */
  readonly isUsed: boolean;
  /** Requests them again: files may have changed. Those that are in use stay until there are others. */
  reload(): void;
}

/** Gives the credentials of all buckets to the thread that signs requests, until disposed of. */
export function provideCredentials(
  origins: readonly ConfiguredOrigin[],
  receiver: CredentialsReceiver,
  log: RenewalOptions["log"],
): CredentialsSupply {
  const signed = origins.flatMap(({ name, origin }) =>
    signsRequests(origin) ? [{ name, origin }] : []
  );
  const byFile = Map.groupBy(signed, ({ origin }) => origin.credentialsFile);
  const renewals = Array.from(byFile, ([file, origins]) => {
    const names = origins.map(({ name }) => name);
    let provider: Promise<CredentialsProvider> | undefined;
    return new CredentialsRenewal({
      provide: async (isReload) => {
        if (isReload) provider = undefined;
        return await (await (provider ??= createProvider(file)))();
      },
      onResult: (result) => receiver.setCredentials(names, result),
      log,
    });
  });
  for (const renewal of renewals) renewal.renew();
  return {
    isUsed: renewals.length > 0,
    reload: () => renewals.forEach((renewal) => renewal.renew(true)),
    [Symbol.dispose]: () => renewals.forEach((renewal) => renewal[Symbol.dispose]()),
  };
}
