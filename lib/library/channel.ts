/** An open channel: what its archive has for viewers, as it grows. */

import type { BroadcastPeriod, ChannelViews } from "../presentation/broadcast.ts";
import { AssetResources } from "./asset_resources.ts";

export class Channel {
  /** Of the current views: manifests are dropped when these change. */
  readonly resources = new AssetResources();
  checkedAt = 0;

  /** @param file relative to the document root */
  constructor(readonly file: string) {}

  /** Label in the channel file. */
  get label(): string | undefined {
    return undefined;
  }

  /** Undefined before the first period of the channel is listed. */
  get views(): ChannelViews | undefined {
    return undefined;
  }

  /** Finds the period of the views that media URLs with this version belong to. */
  findPeriod(_version: string): BroadcastPeriod | undefined {
    return undefined;
  }

  /**
   * Finds a period of any broadcast with all its segments that are on disk, also those that the views do not list. The views and
   * their memory do not change.
   */
  readStoredPeriod(_version: string): Promise<BroadcastPeriod | undefined> {
    return Promise.resolve(undefined);
  }

  /** Keeps files open for a caller; dispose of the result to release them. */
  readonly hold = (): Disposable => ({ [Symbol.dispose]() {} });
}
