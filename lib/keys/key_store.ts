/** Keys of assets, from the sources of a key file. */

import { Cache } from "../cache.ts";
import type { AssetKeyRequest, AssetKeys } from "../drm/asset_keys.ts";
import { type CpixDocument, getCpixSystems } from "../drm/cpix.ts";
import type { CpixSource, KeyFile, KeySource, SpekeSource } from "../drm/key_file.ts";
import { KeysError } from "../drm/keys_error.ts";
import { checkKeySource, getLocalKeys } from "../drm/source_keys.ts";
import { SingleFlight } from "../single_flight.ts";
import { KidUses } from "./kid_uses.ts";

export type RemoteSource = CpixSource | SpekeSource;

/** @throws KeysError */
export type FetchKeys = (source: RemoteSource, request: AssetKeyRequest) => Promise<KeyDocument>;

export type KeyDocument = Omit<CpixDocument, "contentId">;

export interface KeyStoreOptions {
  readonly file: KeyFile;
  readonly fetchKeys: FetchKeys;
  /** Called when keys could not be fetched. */
  readonly onFailure: (request: AssetKeyRequest, error: KeysError, isRenewal: boolean) => void;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
}

interface StoredAnswer {
  /** What a source returned last. */
  readonly document?: KeyDocument;
  readonly fetchedAtMs: number;
  /** Why the source could not be used since. */
  readonly failure?: { readonly error: KeysError; readonly untilMs: number };
}

const CAPACITY_BYTES = 2 ** 26;

/** How long the source is not asked again. */
const UNAVAILABLE_MS = 5000;
const UNUSABLE_MS = 10_000;

/** Memory that a key takes with its signalling, about. */
const KEY_BYTES = 4096;

export class KeyStore {
  readonly #options: KeyStoreOptions;
  readonly #uses: KidUses;
  readonly #answers = new Cache<StoredAnswer>(CAPACITY_BYTES);
  readonly #fetches = new SingleFlight<KeyDocument>();

  constructor(options: KeyStoreOptions) {
    this.#options = options;
    this.#uses = new KidUses(options.now);
  }

  /** @throws KeysError */
  readonly getKeys = async (request: AssetKeyRequest): Promise<AssetKeys> => {
    const source = this.#options.file.get(request.source);
    if (!source) {
      throw new KeysError("KEYS_MISSING", `Cannot find source '${request.source}' of the key file`);
    }
    const { scheme, kids } = request;
    checkKeySource(source, { scheme, hasKids: kids !== undefined });
    if (kids) this.#uses.check(Object.values(kids), request);
    const document = await this.#getDocument(source, request);
    this.#uses.add([...document.keys.keys()], request);
    const systems = source.systems ?? getCpixSystems(document);
    return { ...document, systems, licences: source.licences };
  };

  async #getDocument(source: KeySource, request: AssetKeyRequest): Promise<KeyDocument> {
    if (source.kind === "seed" || source.kind === "keys") {
      const keys = getLocalKeys(source, Object.values(request.kids ?? {}));
      return { keys, signalling: new Map(), rules: [] };
    }
    return await this.#getRemote(source, request);
  }

  /** Returns what is stored while it is renewed. */
  #getRemote(source: RemoteSource, request: AssetKeyRequest): Promise<KeyDocument> {
    const key = formatQuestion(request);
    const { document, fetchedAtMs, failure } = this.#answers.get(key) ?? { fetchedAtMs: -Infinity };
    const now = this.#options.now();
    const mayFetch = !failure || now >= failure.untilMs;
    const fetch = () => this.#fetches.run(key, () => this.#fetch(key, source, request));
    if (!document) return mayFetch ? fetch() : Promise.reject(failure.error);
    if (now - fetchedAtMs >= 1000 * source.keep && mayFetch) fetch().catch(ignoreKeysError);
    return Promise.resolve(document);
  }

  async #fetch(key: string, source: RemoteSource, request: AssetKeyRequest): Promise<KeyDocument> {
    const { fetchKeys, now, onFailure } = this.#options;
    try {
      const document = await fetchKeys(source, request);
      this.#store(key, { document, fetchedAtMs: now() });
      return document;
    } catch (error) {
      if (!(error instanceof KeysError)) throw error;
      const untilMs = now() + (error.code === "KEYS_UNAVAILABLE" ? UNAVAILABLE_MS : UNUSABLE_MS);
      const stored = this.#answers.get(key);
      this.#store(key, { fetchedAtMs: -Infinity, ...stored, failure: { error, untilMs } });
      onFailure(request, error, stored?.document !== undefined);
      throw error;
    }
  }

  #store(key: string, answer: StoredAnswer): void {
    this.#answers.set(key, answer, KEY_BYTES * (1 + (answer.document?.keys.size ?? 0)));
  }
}

/** The failure is reported, and stored. */
function ignoreKeysError(error: unknown): void {
  if (!(error instanceof KeysError)) throw error;
}

/** Assets with the same question have the same answer. */
function formatQuestion({ source, content, scheme, kids }: AssetKeyRequest): string {
  const labels = kids && Object.entries(kids).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify([source, content, scheme, labels]);
}
