/** Fetches documents of keys, from key servers and files. */

import { resolve } from "@std/path";
import { KeysError } from "../errors.ts";
import { describeSystemError } from "../cli/system_error.ts";
import type { AssetKeyRequest } from "../drm/asset_keys.ts";
import { type CpixDocument, joinCpixDocuments, parseCpix, requireKeys } from "../drm/cpix.ts";
import {
  type CpixSource,
  fillKeyTemplate,
  type RemoteOptions,
  type SpekeSource,
} from "../drm/key_file.ts";
import { formatKeyRequest, readKeyResponse } from "../drm/key_request.ts";
import { invalidKeys } from "../drm/keys_error.ts";
import { Secret } from "../drm/secret.ts";
import type { EncryptionScheme } from "../drm/encryption_scheme.ts";
import { decodeKeyDocument, type KeyClient, MAX_KEY_RESPONSE_SIZE } from "./key_client.ts";
import { createKeyHttpClient } from "./key_http_client.ts";
import { findRealPath, isInside } from "./read_key_file.ts";

export interface KeyFetcherOptions {
  readonly client: Pick<KeyClient, "send">;
  /** Directory of the key file, from which paths start. */
  readonly directory: string;
  /** Document root, which contains no documents of keys. */
  readonly root?: string | undefined;
  /** Contents of certificate files by the path in the key file. */
  readonly certificates: ReadonlyMap<string, Secret<string>>;
}

export class KeyFetcher implements Disposable {
  readonly #options: KeyFetcherOptions;
  readonly #clients = new Map<RemoteOptions, Deno.HttpClient>();

  constructor(options: KeyFetcherOptions) {
    this.#options = options;
  }

  /** @throws KeysError */
  readonly fetchKeys = async (
    source: CpixSource | SpekeSource,
    request: AssetKeyRequest,
  ): Promise<CpixDocument> => {
    return source.kind === "speke"
      ? await this.#requestKeys(source, request)
      : await this.#readDocuments(source, request);
  };

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #requestKeys(
    source: SpekeSource,
    { content, scheme, kids }: AssetKeyRequest,
  ): Promise<CpixDocument> {
    const { systems, version, url } = source;
    const request = { content, scheme: requireCommonScheme(scheme), kids: kids!, systems, version };
    const headers = { "content-type": "application/xml", "x-speke-version": version };
    const body = formatKeyRequest(request);
    return readKeyResponse(await this.#send(source, { url, headers, body }), request);
  }

  async #readDocuments(
    source: CpixSource,
    { content, scheme, kids }: AssetKeyRequest,
  ): Promise<CpixDocument> {
    const requested = kids && new Set(Object.values(kids));
    const read = async (kid: string, options: { kids?: ReadonlySet<string> }) =>
      parseCpix(await this.#readDocument(source, { content, kid }), { scheme, ...options });
    const perKid = source.document.reveal().includes("{kid}");
    const document = perKid && requested
      ? joinCpixDocuments(
        await Promise.all([...requested].map((kid) => read(kid, { kids: new Set([kid]) }))),
      )
      : await read("", requested ? { kids: requested } : {});
    requireKeys(document, requested ?? []);
    return document;
  }

  async #readDocument(
    source: CpixSource,
    values: { readonly content: string; readonly kid: string },
  ): Promise<string> {
    const address = new Secret(fillKeyTemplate(source.document.reveal(), values));
    if (/^https?:/.test(address.reveal())) {
      return await this.#send(source, { url: address, headers: {} });
    }
    return decodeKeyDocument(await this.#readFile(address.reveal()));
  }

  async #readFile(name: string): Promise<Uint8Array> {
    const path = resolve(this.#options.directory, name);
    try {
      if (isInside(this.#options.root, findRealPath(path))) {
        throw invalidKeys("Cannot use a document in the document root");
      }
      const { size, isFile } = await Deno.stat(path);
      if (isFile && size <= MAX_KEY_RESPONSE_SIZE) return await Deno.readFile(path);
    } catch (error) {
      if (error instanceof KeysError || error instanceof Deno.errors.NotCapable) throw error;
      const isMissing = error instanceof Deno.errors.NotFound;
      const reason = describeSystemError(error);
      throw new KeysError(
        isMissing ? "KEYS_MISSING" : "KEYS_INVALID",
        `Cannot read a document: ${reason}`,
      );
    }
    throw invalidKeys(
      `Cannot use a document: expected a file of up to ${MAX_KEY_RESPONSE_SIZE} bytes`,
    );
  }

  /** Headers of the source take precedence. */
  async #send(
    source: RemoteOptions,
    { url, headers: own, body }: {
      readonly url: Secret<string>;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    },
  ): Promise<string> {
    const { address, authorization } = splitUserInfo(url);
    const headers = new Headers({ ...own, ...authorization && { authorization } });
    for (const [name, value] of Object.entries(source.headers)) headers.set(name, value.reveal());
    const { timeout } = source;
    const client = this.#getClient(source);
    return await this.#options.client.send({
      url: address,
      headers,
      timeout,
      ...body !== undefined && { body },
      ...client && { client },
    });
  }

  /** Returns undefined for a source without certificates. */
  #getClient(source: RemoteOptions): Deno.HttpClient | undefined {
    const known = this.#clients.get(source);
    if (known) return known;
    const client = createKeyHttpClient(source, this.#options.certificates);
    if (client) this.#clients.set(source, client);
    return client;
  }
}

/** Removes the user and password of a URL, which `fetch()` would send in addition to the header of the source. */
function splitUserInfo(
  url: Secret<string>,
): { readonly address: Secret<string>; readonly authorization?: string } {
  const parsed = new URL(url.reveal());
  if (parsed.username === "" && parsed.password === "") return { address: url };
  const user = [parsed.username, parsed.password].map(decodePercent).join(":");
  parsed.username = parsed.password = "";
  const authorization = `Basic ${new TextEncoder().encode(user).toBase64()}`;
  return { address: new Secret(parsed.href), authorization };
}

/** Returns text with a lone percent sign as it is. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

/** `checkKeySource()` rejects others. */
function requireCommonScheme(scheme: EncryptionScheme): Exclude<EncryptionScheme, "aes-128"> {
  if (scheme === "aes-128") throw invalidKeys("Cannot request keys for aes-128");
  return scheme;
}
