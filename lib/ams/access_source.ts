/** Reads the file of `--auth`, and the key sets that it names: workers may do neither. */

import { dirname, resolve } from "@std/path";
import type { JWK } from "jose";
import type { AccessConfig, AccessKeySet } from "../access/access_config.ts";
import { type AuthFile, AuthFileError, parseAuthFile } from "../access/auth_file.ts";
import { MAX_JWKS_SIZE, parseJwks } from "../access/jwks.ts";
import { describeSystemError } from "../cli/system_error.ts";
import { SetupError } from "./setup.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const FETCH_TIMEOUT_MS = 5000;

/** A key set of a URL. */
interface RemoteSet {
  keys: readonly JWK[];
  /** When it was last requested, in milliseconds. */
  triedAtMs: number;
  /** When `keys` were received. */
  readAtMs: number;
}

export interface AccessSourceOptions {
  readonly onMessage: (message: string) => void;
  readonly fetch?: typeof fetch;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

export class AccessSource {
  readonly #file: string;
  readonly #options: AccessSourceOptions;
  readonly #now: () => number;
  #auth: AuthFile | undefined;
  #fileSets = new Map<string, readonly JWK[]>();
  /** By URL. */
  #remoteSets = new Map<string, RemoteSet>();

  constructor(file: string, options: AccessSourceOptions) {
    this.#file = file;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Reads all files and URLs. A URL that cannot be read keeps the keys that it had. Returns a function that puts them into use,
   * and returns what workers need.
   *
   * @throws SetupError if the auth file or a file of keys cannot be used
   */
  async read(): Promise<() => AccessConfig> {
    const auth = this.#parse(this.#file, "", parseAuthFile);
    const fileSets = new Map<string, readonly JWK[]>();
    const urls: string[] = [];
    for (const [name, key] of Object.entries(auth.keys)) {
      if ("hmac" in key) continue;
      if (isUrl(key.jwks)) urls.push(key.jwks);
      else {
        const path = resolve(dirname(this.#file), key.jwks);
        fileSets.set(name, this.#parse(path, `keys.${name}.jwks: `, parseJwks));
      }
    }
    const remoteSets = new Map(
      urls.map((url) => [url, this.#remoteSets.get(url) ?? createRemoteSet()]),
    );
    await Promise.all(Array.from(remoteSets, ([url, set]) => this.#fetch(url, set)));
    return () => {
      this.#auth = auth;
      this.#fileSets = fileSets;
      this.#remoteSets = remoteSets;
      return this.#toConfig(auth);
    };
  }

  /** Reads the sets of URLs when they are due, until disposed of. */
  watch(apply: (config: AccessConfig) => void): Disposable {
    const refresh = () => this.refresh().then((config) => config && apply(config));
    const timer = setInterval(refresh, MINUTE_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Reads the sets of URLs again that were not read for an hour, or could not be. Returns undefined if none has other keys. */
  async refresh(): Promise<AccessConfig | undefined> {
    const now = this.#now();
    return await this.#fetchSome(({ readAtMs, triedAtMs }) =>
      now - readAtMs >= HOUR_MS && now - triedAtMs >= MINUTE_MS
    );
  }

  /** Reads the sets of URLs again, each at most once a minute. Returns the keys, which may be the same. */
  async refreshNow(): Promise<AccessConfig | undefined> {
    const now = this.#now();
    await this.#fetchSome(({ triedAtMs }) => now - triedAtMs >= MINUTE_MS);
    return this.#auth && this.#toConfig(this.#auth);
  }

  async #fetchSome(isDue: (set: RemoteSet) => boolean): Promise<AccessConfig | undefined> {
    const due = [...this.#remoteSets].filter(([, set]) => isDue(set));
    const changed = await Promise.all(due.map(([url, set]) => this.#fetch(url, set)));
    return this.#auth && changed.includes(true) ? this.#toConfig(this.#auth) : undefined;
  }

  /** Returns whether the keys have changed. */
  async #fetch(url: string, set: RemoteSet): Promise<boolean> {
    set.triedAtMs = this.#now();
    try {
      const keys = parseJwks(await fetchText(url, this.#options.fetch ?? fetch));
      const changed = JSON.stringify(keys) !== JSON.stringify(set.keys);
      set.keys = keys;
      set.readAtMs = this.#now();
      return changed;
    } catch (error) {
      const reason = error instanceof AuthFileError ? error.message : describeFetchError(error);
      this.#options.onMessage(`Cannot read the keys of ${url}: ${reason}`);
      return false;
    }
  }

  #parse<T>(path: string, field: string, parse: (text: string) => T): T {
    try {
      return parse(Deno.readTextFileSync(path));
    } catch (error) {
      const reason = error instanceof AuthFileError
        ? error.message
        : `Cannot read '${path}': ${describeSystemError(error)}`;
      throw new SetupError(`Cannot use --auth '${this.#file}': ${field}${reason}`);
    }
  }

  #toConfig({ keys, policies, default: rest, skew }: AuthFile): AccessConfig {
    const secrets: { name: string; secret: Uint8Array }[] = [];
    const sets: AccessKeySet[] = [];
    for (const [name, key] of Object.entries(keys)) {
      if ("hmac" in key) secrets.push({ name, secret: Uint8Array.fromHex(key.hmac) });
      else {
        const refreshable = isUrl(key.jwks);
        const found = refreshable ? this.#remoteSets.get(key.jwks)?.keys : this.#fileSets.get(name);
        sets.push({ name, keys: found ?? [], refreshable });
      }
    }
    return { secrets, sets, policies, default: rest, skew };
  }
}

function createRemoteSet(): RemoteSet {
  return { keys: [], triedAtMs: -Infinity, readAtMs: -Infinity };
}

function isUrl(jwks: string): boolean {
  return /^https:/i.test(jwks);
}

async function fetchText(url: string, get: typeof fetch): Promise<string> {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const response = await get(url, {
    signal,
    redirect: "error",
    headers: { accept: "application/json" },
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new AuthFileError(`Cannot use status ${response.status}, expected 200`);
  }
  const bytes: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_JWKS_SIZE) {
      throw new AuthFileError(`Cannot use more than ${MAX_JWKS_SIZE} bytes`);
    }
    bytes.push(chunk);
  }
  return await new Blob(bytes as Uint8Array<ArrayBuffer>[]).text();
}

function describeFetchError(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return "no response in 5 s";
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}
