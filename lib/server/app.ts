/** The services of a worker. */

import type { Storage } from "../storage/storage.ts";
import { BodyFactory } from "../http/body.ts";
import { Cache } from "../cache.ts";
import { Cors } from "../http/cors.ts";
import { Responder } from "../http/responder.ts";
import { SendTimeouts } from "../http/send_timeouts.ts";
import { DirectoryListings } from "../library/directory_listing.ts";
import { DocumentRoot } from "../library/document_root.ts";
import type { GetLive } from "../library/asset_loader.ts";
import { Library } from "../library/library.ts";
import { HotSegments } from "./hot_segments.ts";
import type { Route } from "./routes.ts";
import { SharedSources } from "./shared_sources.ts";
import { UiAssets } from "./ui_assets.ts";

/** Absent with `--no-listing`. */
export interface Browsing {
  readonly pages: UiAssets;
  readonly listings: DirectoryListings;
}

export interface App {
  readonly root: DocumentRoot;
  readonly library: Library;
  readonly routes: Cache<Route>;
  readonly hot: HotSegments;
  readonly responder: Responder;
  /** Query parameters that manifests append to their URLs. */
  readonly forwardedParameters: ReadonlySet<string>;
  readonly browsing?: Browsing;
  readonly staticSources: SharedSources;
  readonly sandboxFiles: boolean;
  /** Called with errors that no response reports, and with notes on manifests. */
  readonly report: (file: string, message: unknown) => void;
}

export interface AppOptions {
  /** In bytes, for open assets and hot segments. */
  readonly capacity: number;
  readonly maxOpenFiles: number;
  /** `*` allows all. */
  readonly allowedOrigins: readonly string[];
  readonly forwardedParameters?: readonly string[];
  /** Serves pages, listings and directories as presentations. */
  readonly listing?: boolean;
  /** Serves static documents that could run scripts with `Content-Security-Policy: sandbox`; default: false. */
  readonly sandboxFiles?: boolean;
  /** Aborts responses whose client reads nothing for so long; default: never. */
  readonly sendTimeoutMs?: number;
}

const ROUTES_CAPACITY_BYTES = 2 ** 20;

const HOT_SEGMENTS_SHARE = 1 / 4;

export function createApp(
  storage: Storage,
  options: AppOptions,
  { onMessage, onWarning = onMessage, getLive, now = () => performance.now() }: {
    onMessage: App["report"];
    /** Called with each warning of an asset whenever it is opened; default: `onMessage`. */
    onWarning?: (file: string, warning: string) => void;
    /** Returns undefined for a file that does not grow. */
    getLive?: GetLive;
    /** Monotonic, in milliseconds. */
    now?: () => number;
  },
): App {
  const { capacity, maxOpenFiles, allowedOrigins, forwardedParameters, listing = true } = options;
  const root = new DocumentRoot(storage);
  const hotCapacity = Math.floor(capacity * HOT_SEGMENTS_SHARE);
  const report: App["report"] = (file, message) => onMessage(file || "/", message); // "" is the root
  const library = new Library({
    root,
    serveDirectories: listing,
    capacityBytes: capacity - hotCapacity,
    maxOpenFiles,
    warn: (file, warning) => onWarning(file || "/", warning),
    ...getLive && { getLive },
  });
  const { sendTimeoutMs } = options;
  const timeouts = sendTimeoutMs === undefined ? undefined : new SendTimeouts(sendTimeoutMs);
  const bodies = new BodyFactory({ report, timeouts });
  const createBrowsing = () => ({
    pages: new UiAssets(),
    listings: new DirectoryListings({ root, library, report, now }),
  });
  return {
    root,
    library,
    routes: new Cache(ROUTES_CAPACITY_BYTES),
    hot: new HotSegments(new Cache(hotCapacity), bodies),
    responder: new Responder(new Cors(allowedOrigins), bodies),
    forwardedParameters: new Set(forwardedParameters),
    staticSources: new SharedSources(),
    sandboxFiles: options.sandboxFiles === true,
    report,
    ...listing && { browsing: createBrowsing() },
  };
}
