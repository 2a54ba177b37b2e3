/** The page that people see: its HTML, and the files that it is made of. Read when the first of them is asked for. */

import { createHash } from "node:crypto";
import { gzip } from "node:zlib";
import { promisify } from "node:util";
import { extname } from "@std/path";
import { RequestError } from "../errors.ts";
import { UI_ASSETS, UI_PAGES } from "../ui/assets.ts";
import { uiDirectoryUrl } from "./routes.ts";
import { gzipResource, respondWithBytes, wantsGzip, withEtag } from "../http/compression.ts";
import { type BytesResource, IMMUTABLE, REVALIDATED } from "../http/resource.ts";
import type { HttpRequest } from "../http/request.ts";
import type { Responder } from "../http/responder.ts";

const HTML = "text/html; charset=utf-8";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What the page may load, and from where: whatever names of files hold, nothing of it runs (CSP level 3). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE_HEADERS: Record<string, string> = {
  "content-security-policy": POLICY,
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  vary: "Accept", // others get a reason in place of a page
};

const ASSET_HEADERS = { "x-content-type-options": "nosniff" };

export type PageName = keyof typeof UI_PAGES;

interface Loaded {
  readonly digest: string;
  readonly pages: ReadonlyMap<string, string>;
  readonly assets: ReadonlyMap<string, BytesResource>;
}

/** Folders in folders for which HTML is kept: no app goes deeper. */
const MAX_CACHED_PAGES = 64;

const zip = promisify(gzip);

export class UiAssets {
  readonly #responder: Responder;
  readonly #html = new Map<string, BytesResource>();
  readonly #gzipped = new Map<string, Promise<BytesResource>>();
  #loaded: Promise<Loaded> | undefined;

  constructor(responder: Responder) {
    this.#responder = responder;
  }

  /** HTML, at a path that ends in a slash. */
  async servePage(request: HttpRequest, name: PageName): Promise<Response> {
    const depth = request.rawPath.split("/").length - 2;
    const loaded = await this.#load();
    const plain = this.#cached(`${name} ${depth}`, () => buildPage(loaded, name, depth));
    const zipped = () => this.#cached(`${name} ${depth} gzip`, () => gzipResource(plain));
    return await respondWithBytes(request, this.#responder, wantsGzip(request) ? zipped() : plain);
  }

  /** @throws RequestError `NOT_FOUND`, also for those of an AMS of another day */
  async serveAsset(
    request: HttpRequest,
    { digest, name }: { readonly digest: string; readonly name: string },
  ): Promise<Response> {
    const loaded = await this.#load();
    const plain = loaded.digest === digest ? loaded.assets.get(name) : undefined;
    if (!plain) throw new RequestError("NOT_FOUND", `Cannot find '${name}' of ${digest}`);
    const built = wantsGzip(request) ? await this.#gzip(name, plain) : plain;
    return await respondWithBytes(request, this.#responder, built);
  }

  #load(): Promise<Loaded> {
    return this.#loaded ??= load();
  }

  #cached(key: string, build: () => BytesResource): BytesResource {
    const built = this.#html.get(key) ?? build();
    if (this.#html.size >= MAX_CACHED_PAGES) this.#html.clear();
    this.#html.set(key, built);
    return built;
  }

  /** A player takes long to compress: nobody else waits for it. */
  #gzip(name: string, plain: BytesResource): Promise<BytesResource> {
    const known = this.#gzipped.get(name) ??
      zip(plain.bytes).then((zipped) => gzipResource(plain, new Uint8Array(zipped)));
    this.#gzipped.set(name, known);
    return known;
  }
}

async function load(): Promise<Loaded> {
  const hash = createHash("sha256");
  const assets = new Map<string, BytesResource>();
  for (const [name, read] of Object.entries(UI_ASSETS)) {
    const bytes = (await read()).default;
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
    const type = TYPES[extname(name)]!;
    assets.set(name, withEtag(bytes, { type, caching: IMMUTABLE, headers: ASSET_HEADERS }));
  }
  const pages = new Map<string, string>();
  for (const [name, read] of Object.entries(UI_PAGES)) {
    pages.set(name, new TextDecoder().decode((await read()).default));
  }
  return { digest: hash.digest("hex").slice(0, 16), pages, assets };
}

/** With URLs relative to a folder that lies so deep: a proxy may put all of AMS under a folder of its own. */
function buildPage({ digest, pages }: Loaded, name: PageName, depth: number): BytesResource {
  const root = "../".repeat(depth) || "./";
  const html = pages.get(name)!.replaceAll('"/.ams/', `"${root}${uiDirectoryUrl(digest)}/`);
  const like = { type: HTML, caching: REVALIDATED, headers: PAGE_HEADERS };
  return withEtag(new TextEncoder().encode(html), like);
}

/** A browser asks for a page: `Accept` names HTML, which no player's does. */
export function wantsPage({ headers }: HttpRequest): boolean {
  return /\btext\/html\b/i.test(headers.get("accept") ?? "");
}
