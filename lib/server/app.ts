/** The services of a worker: its document root, library, caches and responder. */

import { LocalStorage } from "../storage/local/local_storage.ts";
import { BodyFactory } from "../http/body.ts";
import { Cache } from "../cache.ts";
import { Cors } from "../http/cors.ts";
import type { BytesResource } from "../http/resource.ts";
import { Responder } from "../http/responder.ts";
import { DirectoryListings } from "../library/directory_listing.ts";
import { DocumentRoot } from "../library/document_root.ts";
import { Library } from "../library/library.ts";
import type { Route } from "./routes.ts";
import { UiAssets } from "./ui_assets.ts";

/** Pages and listings; disabled by `--no-listing`. */
export interface Browsing {
  readonly pages: UiAssets;
  readonly listings: DirectoryListings;
}

export interface App {
  readonly root: DocumentRoot;
  readonly library: Library;
  readonly bodies: BodyFactory;
  /** Parsed routes by raw path. */
  readonly routes: Cache<Route>;
  /** Bytes of segments that are requested repeatedly, by resource key. */
  readonly hot: Cache<BytesResource>;
  readonly responder: Responder;
  /** Query parameters that manifests append to every URL in them. */
  readonly forwardedParameters: ReadonlySet<string>;
  /** Absent if disabled. */
  readonly browsing?: Browsing;
  /** Called with warnings and with errors that no response reports, e.g. of an aborted body. */
  readonly report: (file: string, message: unknown) => void;
}

export interface AppOptions {
  /** Real path of the document root. */
  readonly root: string;
  /** Memory for open assets and hot segments, in bytes. */
  readonly capacity: number;
  /** Media files that may be open at a time. */
  readonly maxOpenFiles: number;
  /** Origins whose pages may read responses; `*` allows all. */
  readonly allowedOrigins: readonly string[];
  /** Query parameters that manifests append to every URL in them; none by default. */
  readonly forwardedParameters?: readonly string[];
  /** Serves pages, listings and directories as presentations; true by default. */
  readonly listing?: boolean;
}

/** In bytes. */
const ROUTES_CAPACITY_BYTES = 2 ** 20;

/** Share of the memory that is reserved for hot segments. */
const HOT_SEGMENTS_SHARE = 1 / 4;

/** @param storage of the document root; by default the system's, with detection of slow devices */
export function createApp(
  options: AppOptions,
  onMessage: App["report"],
  storage = new LocalStorage(),
): App {
  const { capacity, maxOpenFiles, allowedOrigins, forwardedParameters, listing = true } = options;
  const root = new DocumentRoot(options.root, storage);
  const hotCapacity = Math.floor(capacity * HOT_SEGMENTS_SHARE);
  const report: App["report"] = (file, message) => onMessage(file || "/", message); // "" is the root
  const library = new Library({
    root,
    serveDirectories: listing,
    capacityBytes: capacity - hotCapacity,
    maxOpenFiles,
    warn: report,
  });
  const responder = new Responder(new Cors(allowedOrigins));
  const createBrowsing = () => ({
    pages: new UiAssets(responder),
    listings: new DirectoryListings({ root, library, report, now: () => storage.system.now() }),
  });
  return {
    root,
    library,
    routes: new Cache(ROUTES_CAPACITY_BYTES),
    hot: new Cache(hotCapacity),
    bodies: new BodyFactory(),
    responder,
    forwardedParameters: new Set(forwardedParameters),
    report,
    ...listing && { browsing: createBrowsing() },
  };
}
