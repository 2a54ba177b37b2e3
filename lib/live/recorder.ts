/** Records what publishers push to all channels of a server. */

import type { ChannelDirectory } from "./channel_directory.ts";
import type { ChannelState } from "../presentation/broadcast.ts";
import type { Instant } from "./clock.ts";
import type { IngestLog } from "./http_connection.ts";
import type { IngestResponse } from "./http_response.ts";
import type { IngestCounts } from "./ingest_counts.ts";
import { IngestError } from "./ingest_error.ts";
import type { PublishRequest } from "./listener.ts";
import type { ChannelPublishers } from "./publisher.ts";

/** Fragments of all channels that are not on disk, in bytes. */
export const DEFAULT_MAX_INGEST_BYTES = 512 * 2 ** 20;

export interface RecorderOptions {
  readonly directory: ChannelDirectory;
  /** Path of the directory in the document root, such as `live`. */
  readonly path: string;
  readonly now: () => Instant;
  /** Receives what became of fragments, and reasons of periods. */
  readonly counts: IngestCounts;
  readonly log: (entry: IngestLog) => void;
  /** Called after viewers can see more of a channel, with the path of its file in the document root. */
  readonly onAppended: (file: string) => void;
  /** Called when a channel file was removed: `IngestServer.endChannel()`. */
  readonly onRemoved: (file: string) => void;
  /** Default: `DEFAULT_MAX_INGEST_BYTES`. */
  readonly maxIngestBytes?: number;
}

/** What is measured rather than counted. */
export interface RecorderGauges {
  /** Channels that were published to, by state. */
  readonly channels: Readonly<Record<ChannelState, number>>;
  /** Seconds from the UTC of a sample to its arrival, in the live channel that is furthest behind. */
  readonly lagSeconds: number;
}

/** One for each process: it owns the locks, writers and segmenters of all channels. */
export class Recorder {
  readonly #options: RecorderOptions;

  /** Opens channels whose broadcasts are not over. */
  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Returns the publishers of a channel by its path in the document root; undefined if there is no such channel. */
  findPublishers(_channel: string): ChannelPublishers | undefined {
    return undefined;
  }

  /**
   * Stores the body of a request. Resolves when all of it is written.
   *
   * @throws IngestError
   */
  publish({ publication }: PublishRequest): Promise<IngestResponse> {
    throw new IngestError("NOT_FOUND", `Cannot find the channel ${publication.channel}`);
  }

  /** To be called four times a second. */
  tick(): void {}

  get gauges(): RecorderGauges {
    this.#options.now();
    return { channels: { waiting: 0, live: 0, silent: 0, over: 0 }, lagSeconds: 0 };
  }

  /** Ends all periods, and resolves when everything is on disk and the locks are released. Broadcasts stay open. */
  async stop(): Promise<void> {}
}
