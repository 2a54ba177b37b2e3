/** What a worker serves, and all that it keeps. */

import { Storage } from "../storage/local/local_storage.ts";
import type { Target } from "../url/route.ts";
import { Bodies } from "../http/body.ts";
import { Cache } from "../cache.ts";
import { Cors } from "../http/cors.ts";
import { Library } from "../library/library.ts";
import { Listings } from "../library/directory_listing.ts";
import { Pages } from "./ui_assets.ts";
import { type Built, Responder } from "../http/response.ts";
import { Root } from "../library/document_root.ts";

/** What `--no-listing` turns off. */
export interface Front {
  readonly pages: Pages;
  readonly listings: Listings;
}

export interface Site {
  readonly root: Root;
  readonly library: Library;
  readonly bodies: Bodies;
  /** What paths ask for. */
  readonly targets: Cache<Target>;
  /** Segments that are asked for again and again, by file and ETag. */
  readonly hot: Cache<Built>;
  readonly responder: Responder;
  /** Names of parameters that manifests carry on to every URL in them. */
  readonly passed: ReadonlySet<string>;
  /** Pages and listings; left out: turned off. */
  readonly front?: Front;
  /** Is told what the operator should know and no answer says any more: why one was cut off, half sent. */
  readonly report: (file: string, trouble: unknown) => void;
}

export interface SiteOptions {
  /** Real path of the document root. */
  readonly root: string;
  /** For presentations, what is built of them, and segments that are asked for again and again. In bytes. */
  readonly capacity: number;
  /** Media files that are open at a time. */
  readonly handles: number;
  /** Of pages that may use the answers; `*`: all. */
  readonly origins: readonly string[];
  /** Names of parameters that manifests carry on; left out: none. */
  readonly passed?: readonly string[];
  /** Folders say what they hold, and are presentations; titles have pages. Left out: they do. */
  readonly listing?: boolean;
}

/** What is remembered of paths. In bytes. */
const TARGETS = 2 ** 20;

/** What hot segments may take of all that is kept. */
const HOT = 1 / 4;

/** @param storage what the root lies on; left out: the system's, by the clock */
export function createSite(
  { root: path, capacity, handles, origins, passed, listing = true }: SiteOptions,
  tell: Site["report"],
  storage = new Storage(),
): Site {
  const root = new Root(path, storage);
  const hot = Math.floor(capacity * HOT);
  const report: Site["report"] = (file, trouble) => tell(file || "/", trouble); // "" is the root
  const kept = { capacity: capacity - hot, handles };
  const library = new Library({ root, folders: listing, ...kept, warn: report });
  const responder = new Responder(new Cors(origins));
  const front = () => ({
    pages: new Pages(responder),
    listings: new Listings({ root, library, report, now: () => storage.system.now() }),
  });
  return {
    root,
    library,
    targets: new Cache(TARGETS),
    hot: new Cache(hot),
    bodies: new Bodies(),
    responder,
    passed: new Set(passed),
    report,
    ...listing && { front: front() },
  };
}
