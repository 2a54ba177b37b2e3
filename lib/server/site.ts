/** What a worker serves, and all that it keeps. */

import { Storage } from "../source/storage.ts";
import { Bodies } from "./bodies.ts";
import { Cors } from "./cors.ts";
import { Library } from "./library.ts";
import { Responder } from "./response.ts";
import { Root } from "./root.ts";

export interface Site {
  readonly root: Root;
  readonly library: Library;
  readonly bodies: Bodies;
  readonly responder: Responder;
  /** Is told what the operator should know and no answer says any more: why one was cut off, half sent. */
  readonly report: (file: string, trouble: unknown) => void;
}

export interface SiteOptions {
  /** Real path of the document root. */
  readonly root: string;
  /** For presentations and what is built of them. In bytes. */
  readonly capacity: number;
  /** Media files that are open at a time. */
  readonly handles: number;
  /** Of pages that may use the answers; `*`: all. */
  readonly origins: readonly string[];
}

/** @param storage what the root lies on; left out: the system's, by the clock */
export function createSite(
  { root: path, capacity, handles, origins }: SiteOptions,
  report: Site["report"],
  storage = new Storage(),
): Site {
  const root = new Root(path, storage);
  return {
    root,
    library: new Library({ root, capacity, handles, warn: report }),
    bodies: new Bodies(),
    responder: new Responder(new Cors(origins)),
    report,
  };
}
