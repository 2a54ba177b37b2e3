/** Keys of assets, from the sources of a key file. */

import { KeysError } from "../errors.ts";
import { Cache } from "../cache.ts";
import type { AssetKeyRequest, AssetKeys } from "../drm/asset_keys.ts";
import { type CpixDocument, getCpixSystems } from "../drm/cpix.ts";
import type { CpixSource, KeyFile, KeySource, SpekeSource } from "../drm/key_file.ts";
import type { KeyResult } from "../metrics/result_counts.ts";
import { checkKeySource, getLocalKeys } from "../drm/source_keys.ts";
import { SingleFlight } from "../single_flight.ts";
import { concealKeys, type Revealed, revealKeys } from "./key_messages.ts";
import { KeyUses } from "./key_uses.ts";

type RemoteSource = CpixSource | SpekeSource;

export type KeyDocument = Omit<CpixDocument, "contentId">;

/** What a key file and the files that it names contain. */
export interface KeySources {
  readonly file: KeyFile;
  /** @throws KeysError */
  readonly fetchKeys: (source: RemoteSource, request: AssetKeyRequest) => Promise<KeyDocument>;
  /** Returns what decides the response of a source, without secrets. */
  readonly digest: (source: RemoteSource) => string;
}

export interface KeyStoreOptions {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** Called for each request to a key server, and each document that is read. */
  readonly onResult?: (source: string, result: KeyResult) => void;
  /** Called when keys cannot be fetched; `isRenewal` if previous ones remain in use. */
  readonly onFailure?: (request: AssetKeyRequest, error: KeysError, isRenewal: boolean) => void;
}

/** What a store has, for another. Contains secrets, which are not for logs. */
export interface KeyStoreState {
  /** Requests of open assets. */
  readonly requests: readonly AssetKeyRequest[];
  readonly answers: readonly {
    readonly question: string;
    readonly document: Revealed<KeyDocument>;
    readonly ageMs: number;
  }[];
}

interface StoredAnswer {
  /** What a source returned last. */
  readonly document?: KeyDocument;
  readonly fetchedAtMs: number;
  /** Why the source could not be used since. */
  readonly failure?: { readonly error: KeysError; readonly untilMs: number };
}

const UNKNOWN: StoredAnswer = { fetchedAtMs: -Infinity };

const CAPACITY_BYTES = 2 ** 26;

/** How long the source is not asked again. */
const UNAVAILABLE_MS = 5000;
const UNUSABLE_MS = 10_000;

/** Files cost little, and change without the key file. */
const KEEP_FILE_SECONDS = 60;

/** Memory that an answer, and each of its keys, takes besides signalling. */
const ENTRY_BYTES = 1024;

export class KeyStore {
  readonly #options: KeyStoreOptions;
  readonly #uses: KeyUses;
  readonly #answers = new Cache<StoredAnswer>(CAPACITY_BYTES);
  readonly #fetches = new SingleFlight<KeyDocument>();
  #sources: KeySources;

  constructor(sources: KeySources, options: KeyStoreOptions) {
    this.#sources = sources;
    this.#options = options;
    this.#uses = new KeyUses(options.now);
  }

  /** Uses another key file. Answers of sources that are the same remain, failures do not. */
  update(sources: KeySources): void {
    this.#sources = sources;
    const digests = this.#listDigests();
    for (const [question, { document, fetchedAtMs }] of [...this.#answers.entries()]) {
      if (document && digests.has(getDigest(question))) {
        this.#store(question, { document, fetchedAtMs });
      } else this.#answers.delete(question);
    }
  }

  exportState(): KeyStoreState {
    const now = this.#options.now();
    const answers = [];
    for (const [question, { document, fetchedAtMs }] of this.#answers.entries()) {
      if (!document) continue;
      answers.push({ question, document: revealKeys(document), ageMs: now - fetchedAtMs });
    }
    return { requests: this.#uses.listRequests(), answers };
  }

  /** Adds answers of sources that are the same, and requests those that open assets lack. */
  async importState({ requests, answers }: KeyStoreState): Promise<void> {
    const now = this.#options.now();
    const digests = this.#listDigests();
    for (const { question, document, ageMs } of answers) {
      if (!digests.has(getDigest(question))) continue;
      this.#store(question, { document: concealKeys(document), fetchedAtMs: now - ageMs });
    }
    await Promise.all(requests.map((request) => this.getKeys(request).catch(ignoreKeysError)));
  }

  /** @throws KeysError */
  readonly getKeys = async (request: AssetKeyRequest): Promise<AssetKeys> => {
    const { source: name, scheme, kids } = request;
    const source = this.#sources.file.get(name);
    if (!source) {
      throw new KeysError("KEYS_MISSING", `Cannot find source '${name}' in the key file`);
    }
    if (kids) this.#uses.check(Object.values(kids), request);
    const document = await nameSource(name, async () => {
      checkKeySource(source, { scheme, hasKids: kids !== undefined });
      return await this.#getDocument(source, request);
    });
    this.#uses.add([...document.keys.keys()], request);
    const { keys, signalling, rules } = document;
    const systems = source.systems ?? getCpixSystems(document);
    return { keys, signalling, rules, systems, licences: source.licences };
  };

  #getDocument(source: KeySource, request: AssetKeyRequest): KeyDocument | Promise<KeyDocument> {
    if (source.kind === "cpix" || source.kind === "speke") return this.#getRemote(source, request);
    const keys = getLocalKeys(source, Object.values(request.kids ?? {}));
    return { keys, signalling: new Map(), rules: [] };
  }

  /** Returns what is stored while it is renewed. */
  #getRemote(source: RemoteSource, request: AssetKeyRequest): KeyDocument | Promise<KeyDocument> {
    const question = formatQuestion(this.#sources.digest(source), request);
    const { document, fetchedAtMs, failure } = this.#answers.get(question) ?? UNKNOWN;
    const now = this.#options.now();
    const mayFetch = !failure || now >= failure.untilMs;
    const fetch = () => this.#fetches.run(question, () => this.#fetch(question, source, request));
    if (!document) {
      if (mayFetch) return fetch();
      throw failure.error;
    }
    if (mayFetch && now - fetchedAtMs >= 1000 * getKeepSeconds(source)) {
      fetch().catch(ignoreKeysError);
    }
    return document;
  }

  async #fetch(
    question: string,
    source: RemoteSource,
    request: AssetKeyRequest,
  ): Promise<KeyDocument> {
    const { now, onResult, onFailure } = this.#options;
    try {
      const document = await this.#sources.fetchKeys(source, request);
      this.#store(question, { document, fetchedAtMs: now() });
      onResult?.(request.source, "success");
      return document;
    } catch (error) {
      if (!(error instanceof KeysError)) throw error;
      const untilMs = now() + (error.code === "KEYS_UNAVAILABLE" ? UNAVAILABLE_MS : UNUSABLE_MS);
      const stored = this.#answers.get(question) ?? UNKNOWN;
      this.#store(question, { ...stored, failure: { error, untilMs } });
      onResult?.(request.source, toResult(error));
      onFailure?.(request, error, stored.document !== undefined);
      throw error;
    }
  }

  #store(question: string, answer: StoredAnswer): void {
    this.#answers.set(question, answer, ENTRY_BYTES + computeSize(answer.document));
  }

  #listDigests(): Set<string> {
    const remote = [...this.#sources.file.values()].filter((it) => "timeout" in it);
    return new Set(remote.map((source) => this.#sources.digest(source)));
  }
}

function computeSize(document: KeyDocument | undefined): number {
  if (!document) return 0;
  let size = document.keys.size * ENTRY_BYTES;
  for (const systems of document.signalling.values()) {
    for (const { pssh, ...others } of systems.values()) {
      size += ENTRY_BYTES + (pssh?.length ?? 0) + 2 * JSON.stringify(others).length;
    }
  }
  return size;
}

function getKeepSeconds(source: RemoteSource): number {
  const isFile = source.kind === "cpix" && !/^https?:/.test(source.document.reveal());
  return isFile ? Math.min(source.keep, KEEP_FILE_SECONDS) : source.keep;
}

function toResult({ code }: KeysError): KeyResult {
  return code.slice("KEYS_".length).toLowerCase() as KeyResult;
}

/** Names the source as its key in the key file. */
async function nameSource<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    throw new KeysError(error.code, `sources.${name}: ${error.message}`);
  }
}

/** The failure is stored, and was reported. */
function ignoreKeysError(error: unknown): void {
  if (!(error instanceof KeysError)) throw error;
}

/** Assets with the same question have the same answer. */
function formatQuestion(digest: string, { content, scheme, kids }: AssetKeyRequest): string {
  const labels = kids && Object.entries(kids).sort(([a], [b]) => a < b ? -1 : 1);
  return `${digest} ${JSON.stringify([content, scheme, labels])}`;
}

function getDigest(question: string): string {
  return question.slice(0, question.indexOf(" "));
}
