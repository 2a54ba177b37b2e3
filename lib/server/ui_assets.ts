/** Serves the UI, read at the first request. */

import { removePathToken } from "../access/token_location.ts";
import { createHash } from "node:crypto";
import { gzip } from "node:zlib";
import { promisify } from "node:util";
import { extname } from "@std/path";
import { UI_ASSETS, UI_PAGES } from "../ui/assets.ts";
import type { ErrorPage } from "../http/responder.ts";
import { isEmbedRequest } from "./embed_query.ts";
import { fillHtml } from "./html_template.ts";
import { notFound } from "./not_found.ts";
import { uiDirectoryUrl } from "./routes.ts";
import type { ErrorInfo } from "../http/error_info.ts";
import { gzipResource, wantsGzip, withEtag } from "../http/compression.ts";
import { type Bytes, IMMUTABLE, type Resource, REVALIDATED } from "../http/resource.ts";
import type { HttpRequest } from "../http/request.ts";

const HTML = "text/html; charset=utf-8";

const CONTENT_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/vnd.microsoft.icon",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Returns a policy under which no script runs that a file name may contain (Content Security Policy Level 3).
 *
 * @param embedders origins whose pages may contain this one in a frame
 */
const formatPolicy = (embedders: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${embedders.join(" ") || "'none'"}`,
  ].join("; ");

const RESTRICTED = {
  "content-security-policy": formatPolicy([]),
  "referrer-policy": "same-origin",
};

const PAGE_HEADERS: Record<string, string> = {
  ...RESTRICTED,
  vary: "Accept", // other clients get an error
};

export type PageName = keyof typeof UI_PAGES;

interface LoadedUi {
  readonly digest: string;
  readonly pages: ReadonlyMap<string, string>;
  readonly assets: ReadonlyMap<string, Resource<Bytes>>;
}

const MAX_CACHED_PAGES = 64;

const gzipAsync = promisify(gzip);

interface UiOptions {
  readonly version?: string;
  readonly embedders?: readonly string[];
}

export class UiAssets {
  readonly #version: string;
  readonly #embedHeaders: Readonly<Record<string, string>>;
  readonly #html = new Map<string, Resource<Bytes>>();
  readonly #gzipped = new Map<string, Promise<Resource<Bytes>>>();
  #loaded: Promise<LoadedUi> | undefined;

  /**
   * @param options version of AMS, for the end of each page; origins of pages that may embed an asset, where `*`, the default, is
   *   all
   */
  constructor({ version = "", embedders = ["*"] }: UiOptions = {}) {
    this.#version = version;
    this.#embedHeaders = { ...RESTRICTED, "content-security-policy": formatPolicy(embedders) };
  }

  /**
   * Returns HTML; the path of the request ends in a slash. The page loads its files behind the token of the path, too.
   *
   * @param head further elements of its head, as HTML
   */
  async getPage(request: HttpRequest, name: PageName, head = ""): Promise<Resource<Bytes>> {
    const depth = getDepth(request);
    const loaded = await this.#load();
    const headers = name === "embed" ? this.#embedHeaders : PAGE_HEADERS;
    const build = () => buildPage(loaded, name, { depth, headers });
    const plain = this.#cached(`${name} ${depth}`, build);
    const isGzipped = wantsGzip(request);
    if (head) {
      const page = addToHead(plain, head);
      return isGzipped ? gzipResource(page) : page;
    }
    if (!isGzipped) return plain;
    return this.#cached(`${name} ${depth} gzip`, () => gzipResource(plain));
  }

  /** Returns HTML that shows an error at any URL, and in the frame of the embedded player. */
  async getErrorPage(request: HttpRequest, error: ErrorInfo): Promise<ErrorPage> {
    const depth = getDepth(request);
    const loaded = await this.#load();
    const { type, body } = this.#cached(
      `error ${depth}`,
      () => buildPage(loaded, "error", { depth, headers: RESTRICTED }),
    );
    const { status, code, reason } = error;
    const html = fillHtml(new TextDecoder().decode(body), {
      status: `${status}`,
      code,
      reason,
      home: toRootUrl(depth),
    });
    const headers = isEmbedRequest(request) ? this.#embedHeaders : RESTRICTED;
    return { type, headers, bytes: new TextEncoder().encode(html) };
  }

  /** @throws RequestError `NOT_FOUND`, also for the digest of another version of AMS */
  async getAsset(
    request: HttpRequest,
    { digest, name }: { readonly digest: string; readonly name: string },
  ): Promise<Resource<Bytes>> {
    const loaded = await this.#load();
    const plain = loaded.digest === digest ? loaded.assets.get(name) : undefined;
    if (!plain) throw notFound(`'${name}' in version ${digest} of the page's files`);
    return wantsGzip(request) ? await this.#gzip(name, plain) : plain;
  }

  #load(): Promise<LoadedUi> {
    return this.#loaded ??= load(this.#version);
  }

  #cached(key: string, build: () => Resource<Bytes>): Resource<Bytes> {
    const resource = this.#html.get(key) ?? build();
    if (this.#html.size >= MAX_CACHED_PAGES) this.#html.clear();
    this.#html.set(key, resource);
    return resource;
  }

  /** Compresses in another thread, since a player library takes long. */
  #gzip(name: string, plain: Resource<Bytes>): Promise<Resource<Bytes>> {
    const gzipped = this.#gzipped.get(name) ??
      gzipAsync(plain.body).then((bytes) => gzipResource(plain, new Uint8Array(bytes)));
    this.#gzipped.set(name, gzipped);
    return gzipped;
  }
}

async function load(version: string): Promise<LoadedUi> {
  const hash = createHash("sha256");
  const assets = new Map<string, Resource<Bytes>>();
  for (const [name, read] of Object.entries(UI_ASSETS)) {
    const bytes = (await read()).default;
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
    const type = CONTENT_TYPES[extname(name)]!;
    assets.set(
      name,
      withEtag(bytes, { file: name, type, caching: IMMUTABLE }),
    );
  }
  const pages = new Map<string, string>();
  for (const [name, read] of Object.entries(UI_PAGES)) {
    pages.set(name, fillHtml(new TextDecoder().decode((await read()).default), { version }));
  }
  return { digest: hash.digest("hex").slice(0, 16), pages, assets };
}

function getDepth({ rawPath }: HttpRequest): number {
  return removePathToken(rawPath).split("/").length - 2;
}

function toRootUrl(depth: number): string {
  return "../".repeat(depth) || "./";
}

/** URLs are relative, since a proxy may add a prefix. */
function buildPage(
  { digest, pages }: LoadedUi,
  name: PageName,
  { depth, headers }: { depth: number; headers: Readonly<Record<string, string>> },
): Resource<Bytes> {
  const html = pages.get(name)!.replaceAll(
    '"/.ams/',
    `"${toRootUrl(depth)}${uiDirectoryUrl(digest)}/`,
  );
  const metadata = { file: name, type: HTML, caching: REVALIDATED, headers };
  return withEtag(new TextEncoder().encode(html), metadata);
}

function addToHead({ body, ...page }: Resource<Bytes>, head: string): Resource<Bytes> {
  const html = new TextDecoder().decode(body).replace("</head>", () => `${head}</head>`);
  return withEtag(new TextEncoder().encode(html), page);
}

const MAX_ACCEPT_LENGTH = 8192;

/** Returns whether a client takes any type, as programs do that read links and not pages: no Accept is the same (RFC 9110 §12.5.1). */
export function acceptsAnything({ headers }: HttpRequest): boolean {
  const accept = headers.get("accept");
  return accept === null || accept.length <= MAX_ACCEPT_LENGTH && /(?:^|,)\s*\*\/\*/.test(accept);
}

/** Browsers list HTML in Accept for pages, players never do. */
export function wantsPage({ headers }: HttpRequest): boolean {
  const accept = headers.get("accept");
  return accept !== null && accept.length <= MAX_ACCEPT_LENGTH && /\btext\/html\b/i.test(accept);
}
