import type { Builder, Tally } from "../build.ts";
import type { Report } from "../findings.ts";
import type { ArchiveContents } from "./archive_contents.ts";
import type { BroadcastGenerators } from "./broadcast_generators.ts";
import type { BandwidthFinder } from "./expected_bandwidth.ts";
import type { ExpectedPeriod } from "./expected_broadcast.ts";

/** What checks of the manifests of a channel share. */
export interface ManifestCheck {
  readonly builder: Builder;
  readonly generators: BroadcastGenerators;
  /** Read before what is listed. */
  readonly contents: ArchiveContents;
  /** What is listed, as `checkView()` compared it with the archive. */
  readonly expected: readonly ExpectedPeriod[];
  readonly findBandwidth: BandwidthFinder;
  readonly tally: Tally;
  /** Reports what concerns a period; 0: the broadcast. Segments are counted from 0 in the list. */
  readonly reportAt: (period: number, rendition?: string, segment?: number) => Report;
}
