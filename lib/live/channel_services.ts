/** What channels need of the process that records them. */

import type { ChannelDirectory } from "./recording/channel_directory.ts";
import type { Instant } from "./segmenter/clock.ts";
import type { IngestLog } from "./http/http_connection.ts";
import type { IngestCounts } from "./ingest_counts.ts";
import type { IngestMemory } from "./ingest_memory.ts";
import type { buildPeriodInit } from "./recording/period_init.ts";

export interface ChannelServices {
  readonly directory: ChannelDirectory;
  readonly memory: IngestMemory;
  readonly now: () => Instant;
  readonly counts: IngestCounts;
  readonly log: (entry: IngestLog) => void;
  /** Called after viewers can see more of a channel, with the path of its file in the document root. */
  readonly onAppended: (file: string) => void;
  /** Default: `buildPeriodInit()`. */
  readonly buildInit?: typeof buildPeriodInit;
}
