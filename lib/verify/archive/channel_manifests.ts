/** Checks what a server lists of a channel, and the manifests of all protocols. */

import type { Broadcast, ChannelViews } from "../../presentation/broadcast.ts";
import { isSupportedInSmooth } from "../../smooth/streams.ts";
import { Builder, createTally, type Tally } from "../build.ts";
import type { FindingLocation, Findings, Format, Report } from "../findings.ts";
import type { Generators } from "../generators.ts";
import type { ArchiveContents } from "./archive_contents.ts";
import type { BroadcastGenerators } from "./broadcast_generators.ts";
import { checkChannelMpd } from "./channel_mpd.ts";
import { checkChannelPlaylists } from "./channel_playlists.ts";
import { checkChannelSmooth } from "./channel_smooth.ts";
import { listSupported } from "./channel_variants.ts";
import { describeBroadcast, findServedPeriods } from "./expected_broadcast.ts";
import { createBandwidthFinder, type TsPeaks } from "./expected_bandwidth.ts";
import type { ManifestCheck } from "./manifest_check.ts";
import { checkView } from "./view_check.ts";

export interface ChannelManifests {
  /** As a server has them; undefined before the first period is listed. */
  readonly views: ChannelViews | undefined;
  /** Seconds that viewers can go back; undefined: to the start of the broadcast. */
  readonly window: number | undefined;
}

export interface ManifestInputs {
  readonly findings: Findings;
  readonly generators: Generators;
  readonly broadcastGenerators: BroadcastGenerators;
  /** Default: segments of MPEG-TS were not built. */
  readonly tsPeaks?: TsPeaks;
}

export interface CheckedManifests {
  readonly tallies: readonly Tally[];
  readonly builtBytes: number;
}

/** @param contents read before the views were */
export function checkChannelManifests(
  contents: ArchiveContents,
  { views, window }: ChannelManifests,
  { findings, generators, broadcastGenerators, tsPeaks = new Map() }: ManifestInputs,
): CheckedManifests {
  const served = findServedPeriods(contents);
  const builder = new Builder(generators, findings);
  const archive = reportIn("archive", findings);
  if (served.length === 0) return { tallies: [], builtBytes: 0 };
  if (!views) {
    archive(0)("missing segment", "nothing is listed");
    return { tallies: [], builtBytes: 0 };
  }
  const { listed, whole } = views;
  checkView(listed, window, { contents, served, reportAt: archive });
  if (whole !== listed) checkView(whole, undefined, { contents, served, reportAt: archive });
  const tallies: Tally[] = [];
  const run = (
    format: Format,
    view: Broadcast,
    check: (context: ManifestCheck) => boolean | void,
  ) => {
    const tally = createTally({ format, rendition: "" });
    const expected = describeBroadcast(view);
    const context: ManifestCheck = {
      builder,
      generators: broadcastGenerators,
      contents,
      expected,
      findBandwidth: createBandwidthFinder(contents.periods, expected, tsPeaks),
      tally,
      reportAt: reportIn(format, findings),
    };
    if (check(context) !== false) tallies.push(tally);
  };
  const { presentation } = whole.periods.at(-1)!;
  run("DASH manifest", whole, (context) => checkChannelMpd(whole, context));
  for (const [format, name] of FORMATS) {
    if (listSupported(presentation, format).length === 0) continue;
    run(name, listed, (it) => checkChannelPlaylists(listed, { format, isWindow: true }, it));
    if (whole.isLive) continue;
    run(name, whole, (it) => checkChannelPlaylists(whole, { format, isWindow: false }, it));
  }
  if ([...presentation.renditions.values()].some(isSupportedInSmooth)) {
    run("Smooth manifest", whole, (context) => checkChannelSmooth(whole, context));
  }
  return { tallies, builtBytes: builder.builtBytes };
}

const FORMATS = [["fmp4", "HLS playlists"], ["ts", "HLS playlists, MPEG-TS"]] as const;

function reportIn(format: Format, findings: Findings) {
  return (period: number, rendition = "", segment?: number): Report => {
    const location: FindingLocation = {
      format,
      rendition,
      ...period > 0 && { period },
      ...segment !== undefined && { segment: segment + 1 },
    };
    return findings.at(location);
  };
}
