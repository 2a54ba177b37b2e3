/** The services of a worker. */

import { AccessControl, type AccessOptions } from "../access/access_control.ts";
import type { AccessConfig } from "../access/access_config.ts";
import type { GetAssetKeys } from "../drm/asset_keys.ts";
import type { Storage } from "../storage/storage.ts";
import { BodyFactory } from "../http/body.ts";
import { Cache } from "../cache.ts";
import { Cors } from "../http/cors.ts";
import { Responder } from "../http/responder.ts";
import { SendTimeouts } from "../http/send_timeouts.ts";
import { SYSTEM_CLOCK } from "../timeout_clock.ts";
import { DirectoryListings } from "../library/directory_listing.ts";
import { ChannelPaths } from "../library/channel_paths.ts";
import { DocumentRoot } from "../library/document_root.ts";
import { Library } from "../library/library.ts";
import { StorageCheck } from "../library/storage_check.ts";
import { LookupCounts } from "../metrics/lookup_counts.ts";
import { ResultCounts, type ServedKeyResult, type TokenResult } from "../metrics/result_counts.ts";
import { Health } from "./health.ts";
import { HotSegments } from "./hot_segments.ts";
import type { Route } from "./routes.ts";
import { SharedSources } from "./shared_sources.ts";
import { UiAssets } from "./ui_assets.ts";

/** Absent with `--no-listing`. */
export interface Browsing {
  readonly listings: DirectoryListings;
}

export interface App {
  readonly root: DocumentRoot;
  readonly storageCheck: StorageCheck;
  /** Absent without `--auth`. */
  readonly access?: AccessControl;
  readonly library: Library;
  readonly routes: Cache<Route>;
  readonly hot: HotSegments;
  readonly responder: Responder;
  /** Query parameters that manifests append to their URLs. */
  readonly forwardedParameters: ReadonlySet<string>;
  readonly pages: UiAssets;
  readonly browsing?: Browsing;
  /** Where clients find the document root, with a slash at its end; absent: pages name no URL of themselves. */
  readonly publicUrl?: string;
  readonly staticSources: SharedSources;
  readonly sandboxFiles: boolean;
  /** Plain media files, directories as assets and static files are not served. */
  readonly packagesOnly: boolean;
  readonly health: Health;
  /** Manifests, and media that is cached with them. */
  readonly manifestLookups: LookupCounts;
  readonly tokenResults: ResultCounts<TokenResult>;
  /** Absent without `--serve-keys`. */
  readonly keyServing?: KeyServing;
  readonly keyResults: ResultCounts<ServedKeyResult>;
  /** Called with errors that no response reports, and with notes on manifests. */
  readonly report: (file: string, message: unknown) => void;
}

/** Whom the server gives keys: those whom a token admits, or everybody. */
export type KeyServing = "access" | "open";

export interface AppOptions {
  /** In bytes, for open assets and hot segments. */
  readonly capacity: number;
  readonly maxOpenFiles: number;
  /** `*` allows all. */
  readonly allowedOrigins: readonly string[];
  readonly forwardedParameters?: readonly string[];
  /** Serves pages, listings and directories as presentations. */
  readonly listing?: boolean;
  /** Origins of pages that may embed assets; default: all. */
  readonly embedders?: readonly string[];
  /** With a slash at its end. */
  readonly publicUrl?: string;
  /** Default: everything is open. */
  readonly access?: AccessConfig;
  /** Gives players the keys of packages; default: does not. */
  readonly serveKeys?: KeyServing;
  /** Serves static documents that could run scripts with `Content-Security-Policy: sandbox`; default: false. */
  readonly sandboxFiles?: boolean;
  /** Serves packages alone; default: false. */
  readonly packagesOnly?: boolean;
  /** Plays a media file with those that belong to it by name; default: true. */
  readonly sidecars?: boolean;
  /** Directory of channels, relative to the root; default: `live`. */
  readonly channels?: string;
  /** Aborts responses whose client reads nothing for so long; default: never. */
  readonly sendTimeoutMs?: number;
  /** The version of AMS, for `/.ams/health`. */
  readonly version?: string;
}

const ROUTES_CAPACITY_BYTES = 2 ** 20;

const HOT_SEGMENTS_SHARE = 1 / 4;

/** What an app calls, and where it gets what the storage does not have. */
export interface AppServices {
  readonly onMessage: App["report"];
  /** Called with each warning of an asset whenever it is opened; default: `onMessage`. */
  readonly onWarning?: (file: string, warning: string) => void;
  /** Called when requests are rejected since the storage is gone, at most once a second. */
  readonly onStorageGone?: () => void;
  readonly access?: AccessOptions;
  /** Absent: protected packages cannot be served. */
  readonly getKeys?: GetAssetKeys;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

export function createApp(
  storage: Storage,
  options: AppOptions,
  {
    onMessage,
    onWarning = onMessage,
    onStorageGone,
    access: accessOptions,
    getKeys,
    now = () => performance.now(),
  }: AppServices,
): App {
  const { capacity, maxOpenFiles, allowedOrigins, forwardedParameters } = options;
  const { listing = true, packagesOnly = false, sidecars = true } = options;
  const root = new DocumentRoot(storage, new ChannelPaths(options.channels));
  const hotCapacity = Math.floor(capacity * HOT_SEGMENTS_SHARE);
  const report: App["report"] = (file, message) => onMessage(file || "/", message); // "" is the root
  const tokenResults = new ResultCounts<TokenResult>();
  const access = options.access && new AccessControl(options.access, {
    count: (result) => tokenResults.add(result),
    ...accessOptions,
  });
  const storageCheck = new StorageCheck(storage, {
    clock: { ...SYSTEM_CLOCK, now },
    onGone() {
      library.close(); // forgets what seems to be absent
      onStorageGone?.();
    },
  });
  const library = new Library({
    root,
    storageCheck,
    serveDirectories: listing && !packagesOnly,
    packagesOnly,
    sidecars,
    capacityBytes: capacity - hotCapacity,
    maxOpenFiles,
    warn: (file, warning) => onWarning(file || "/", warning),
    now,
    ...getKeys && { keys: { getKeys, servesKeys: options.serveKeys !== undefined } },
    ...access && {
      haveSamePolicy: access.haveSamePolicy,
      isOpen: (file: string) => !access.requiresToken(file),
    },
  });
  const { sendTimeoutMs } = options;
  const timeouts = sendTimeoutMs === undefined ? undefined : new SendTimeouts(sendTimeoutMs);
  const bodies = new BodyFactory({ report, timeouts });
  const createBrowsing = () => ({
    listings: new DirectoryListings({ root, library, packagesOnly, report, now }),
  });
  return {
    root,
    storageCheck,
    ...access && { access },
    library,
    routes: new Cache(ROUTES_CAPACITY_BYTES),
    hot: new HotSegments(new Cache(hotCapacity), bodies),
    responder: new Responder(new Cors(allowedOrigins), bodies),
    forwardedParameters: new Set(forwardedParameters),
    staticSources: new SharedSources(),
    sandboxFiles: options.sandboxFiles === true,
    packagesOnly,
    health: new Health(options.version),
    manifestLookups: new LookupCounts(),
    tokenResults,
    ...options.serveKeys && { keyServing: options.serveKeys },
    keyResults: new ResultCounts<ServedKeyResult>(),
    report,
    pages: new UiAssets(options),
    ...options.publicUrl !== undefined && { publicUrl: options.publicUrl },
    ...listing && { browsing: createBrowsing() },
  };
}

/** Replaces keys and policies. Requests in progress complete under the previous ones. */
export function updateAccess({ access, library }: App, config: AccessConfig): void {
  if (access?.update(config)) library.close(); // packages are checked against policies when they are opened
}
