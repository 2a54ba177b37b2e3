/** Sources of a key file, ready for requests. */

import type { GetAssetKeys } from "../drm/asset_keys.ts";
import type { KeyFile, KeySource } from "../drm/key_file.ts";
import type { Secret } from "../drm/secret.ts";
import { SYSTEM_CLOCK } from "../timeout_clock.ts";
import { KeyClient } from "./key_client.ts";
import { KeyFetcher } from "./key_fetcher.ts";
import { type KeySources, KeyStore } from "./key_store.ts";
import {
  getKeyResources,
  type KeyFileContent,
  type KeyResources,
  readKeyFile,
} from "./read_key_file.ts";
import { digestSource } from "./source_digest.ts";

export interface KeySourceOptions {
  readonly client: Pick<KeyClient, "send">;
  readonly file: KeyFile;
  /** Directory of the key file, from which paths start. */
  readonly directory: string;
  /** Document root, which contains no documents of keys; absent: there is none. */
  readonly root?: string | undefined;
  /** Contents of certificate files by the path in the key file. */
  readonly certificates: ReadonlyMap<string, Secret<string>>;
}

/** The caller disposes of them when they are replaced; requests in progress complete. */
export function createKeySources(options: KeySourceOptions): KeySources & Disposable {
  const { file, certificates } = options;
  const fetcher = new KeyFetcher(options);
  const digests = new Map<KeySource, string>();
  for (const source of file.values()) {
    if (source.kind === "seed" || source.kind === "keys") continue;
    digests.set(source, digestSource(source, certificates));
  }
  return {
    file,
    fetchKeys: fetcher.fetchKeys,
    digest: (source) => digests.get(source)!,
    [Symbol.dispose]: () => fetcher[Symbol.dispose](),
  };
}

/** What a program needs that gets keys without a thread of its own for them. */
export interface LoadedKeys extends KeyResources {
  readonly getKeys: GetAssetKeys;
}

/**
 * Reads a key file, and connects with its sources when keys are requested.
 *
 * @param root document root, which may contain neither the key file nor documents
 * @throws KeyFileError if it cannot be used
 */
export function loadKeys(path: string, root?: string): LoadedKeys {
  const content = readKeyFile(path, root);
  return { ...getKeyResources(content), getKeys: createGetKeys(content, root) };
}

/** @param root document root, which contains no documents of keys */
export function createGetKeys(content: KeyFileContent, root?: string): GetAssetKeys {
  const client = new KeyClient({ fetch, clock: SYSTEM_CLOCK });
  const sources = createKeySources({ ...content, client, root });
  return new KeyStore(sources, { now: () => performance.now() }).getKeys;
}
