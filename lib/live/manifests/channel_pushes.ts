/** Routers of a channel, one for each publisher. */

import type { IngestError } from "../ingest_error.ts";
import { type ItemTarget, storeItems } from "../item_target.ts";
import type { LiveInit } from "../media/live_init.ts";
import { PushRouter } from "./push_router.ts";

export interface PushedChannel extends ItemTarget {
  findInit(publication: {
    readonly publisher: string;
    readonly stream: string;
  }): LiveInit | undefined;
  /** Returns true if a broadcast that goes on after a restart has init segments of a publisher. */
  hasResumed(publisher: string): boolean;
}

export class ChannelPushes {
  readonly #channel: PushedChannel;
  readonly #routers = new Map<string, PushRouter>();

  constructor(channel: PushedChannel) {
    this.#channel = channel;
  }

  getRouter(publisher: string): PushRouter {
    let router = this.#routers.get(publisher);
    if (!router) {
      const channel = this.#channel;
      router = new PushRouter({
        hasInit: (stream) => channel.findInit({ publisher, stream }) !== undefined,
        get hasResumed() {
          return channel.hasResumed(publisher);
        },
      });
      this.#routers.set(publisher, router);
    }
    return router;
  }

  /** To be called four times a second, with µs of the monotonic clock. */
  tick(now: number): void {
    for (const [publisher, router] of this.#routers) {
      router.update(now);
      for (const stream of router.ends.take(now)) {
        storeItems(this.#channel, { publisher, stream }, [{ kind: "end" }]);
      }
    }
  }

  /** Ends all waits. */
  reject(error: IngestError): void {
    for (const router of this.#routers.values()) router.reject(error);
  }
}
