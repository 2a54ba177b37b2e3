import type { LiveInit } from "./media/live_init.ts";
import type { PushedItem } from "./media/pushed_item.ts";
import type { LiveRequest } from "./segmenter/publishers.ts";

/** A channel that stores what is pushed: see `OpenChannel`. */
export interface ItemTarget {
  checkInit(stream: string, init: LiveInit): void;
  open(publisher: string, stream: string): LiveRequest;
  store(live: LiveRequest, items: readonly PushedItem[]): void;
  close(live: LiveRequest): void;
}

export interface StreamName {
  readonly publisher: string;
  readonly stream: string;
}

/**
 * Stores items that are not in the body of a request.
 *
 * @throws MediaError for media that cannot be stored, IngestError if the channel is closed, errors of the file system
 */
export function storeItems(
  target: ItemTarget,
  { publisher, stream }: StreamName,
  items: readonly PushedItem[],
): void {
  for (const item of items) if (item.kind === "init") target.checkInit(stream, item.init);
  const live = target.open(publisher, stream);
  try {
    target.store(live, items);
  } finally {
    target.close(live);
  }
}
