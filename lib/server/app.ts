/** What a worker serves, and all that it keeps. */

import { LocalStorage } from "../storage/local/local_storage.ts";
import type { Route } from "./routes.ts";
import { BodyFactory } from "../http/body.ts";
import { Cache } from "../cache.ts";
import { Cors } from "../http/cors.ts";
import { Library } from "../library/library.ts";
import { DirectoryListings } from "../library/directory_listing.ts";
import { UiAssets } from "./ui_assets.ts";
import type { BytesResource } from "../http/resource.ts";
import { Responder } from "../http/responder.ts";
import { DocumentRoot } from "../library/document_root.ts";

/** What `--no-listing` turns off. */
export interface Browsing {
  readonly pages: UiAssets;
  readonly listings: DirectoryListings;
}

export interface App {
  readonly root: DocumentRoot;
  readonly library: Library;
  readonly bodies: BodyFactory;
  /** What paths ask for. */
  readonly routes: Cache<Route>;
  /** Segments that are asked for again and again, by file and ETag. */
  readonly hot: Cache<BytesResource>;
  readonly responder: Responder;
  /** Names of parameters that manifests carry on to every URL in them. */
  readonly forwardedParameters: ReadonlySet<string>;
  /** Pages and listings; left out: turned off. */
  readonly browsing?: Browsing;
  /** Is told what the operator should know and no answer says any more: why one was cut off, half sent. */
  readonly report: (file: string, trouble: unknown) => void;
}

export interface AppOptions {
  /** Real path of the document root. */
  readonly root: string;
  /** For presentations, what is built of them, and segments that are asked for again and again. In bytes. */
  readonly capacity: number;
  /** Media files that are open at a time. */
  readonly maxOpenFiles: number;
  /** Of pages that may use the answers; `*`: all. */
  readonly allowedOrigins: readonly string[];
  /** Names of parameters that manifests carry on; left out: none. */
  readonly forwardedParameters?: readonly string[];
  /** Folders say what they hold, and are presentations; titles have pages. Left out: they do. */
  readonly listing?: boolean;
}

/** What is remembered of paths. In bytes. */
const ROUTES_CAPACITY = 2 ** 20;

/** What hot segments may take of all that is kept. */
const HOT_SHARE = 1 / 4;

/** @param storage what the root lies on; left out: the system's, by the clock */
export function createApp(
  { root: path, capacity, maxOpenFiles, allowedOrigins, forwardedParameters, listing = true }:
    AppOptions,
  tell: App["report"],
  storage = new LocalStorage(),
): App {
  const root = new DocumentRoot(path, storage);
  const hot = Math.floor(capacity * HOT_SHARE);
  const report: App["report"] = (file, trouble) => tell(file || "/", trouble); // "" is the root
  const kept = { capacity: capacity - hot, maxOpenFiles };
  const library = new Library({ root, directories: listing, ...kept, warn: report });
  const responder = new Responder(new Cors(allowedOrigins));
  const front = () => ({
    pages: new UiAssets(responder),
    listings: new DirectoryListings({ root, library, report, now: () => storage.system.now() }),
  });
  return {
    root,
    library,
    routes: new Cache(ROUTES_CAPACITY),
    hot: new Cache(hot),
    bodies: new BodyFactory(),
    responder,
    forwardedParameters: new Set(forwardedParameters),
    report,
    ...listing && { browsing: front() },
  };
}
