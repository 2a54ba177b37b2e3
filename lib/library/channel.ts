/** An open channel: what its archive has for viewers, as it grows. */

import type {
  Broadcast,
  BroadcastPeriod,
  ChannelState,
  ChannelViews,
} from "../presentation/broadcast.ts";
import { AssetResources } from "./asset_resources.ts";

export class Channel {
  /** Describes the current views: manifests are dropped when these change. */
  readonly resources = new AssetResources();
  checkedAt = 0;

  /** @param file relative to the document root */
  constructor(readonly file: string) {}

  /** Label in the channel file. */
  get label(): string | undefined {
    return undefined;
  }

  get state(): ChannelState {
    return "waiting";
  }

  /** Names of those who may publish, in the channel file; no keys. */
  get publishers(): readonly string[] {
    return [];
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

  /** Finds a broadcast as `readStoredPeriod()`, for URLs of Smooth Streaming. */
  readStoredBroadcast(_version: string): Promise<Broadcast | undefined> {
    return Promise.resolve(undefined);
  }

  /** Looks at the archive, unless the last look is most recent; to be called for media that is not found. */
  refresh(): Promise<void> {
    return Promise.resolve();
  }

  /** Returns false if the channel is closed; otherwise the caller must `release` it. */
  acquire(): boolean {
    return true;
  }

  release(): void {}

  [Symbol.dispose](): void {
    this.release();
  }

  /** Keeps files open for a caller; dispose of the result to release them. */
  readonly hold = (): Disposable => ({ [Symbol.dispose]() {} });
}
