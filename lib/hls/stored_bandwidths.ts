/** Bandwidths in the index of a package, with which a multivariant playlist is built without a pass through the sample sizes. */

import type { StoredBandwidths } from "../package/serialized_index.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { getWholePresentation, getWholeRendition } from "../selection/select.ts";
import { computeKeyFrameExcess, computeSegmentExcess } from "./encryption_bandwidth.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { computeKeyFrameBandwidths, computeTsKeyFrameBandwidths } from "./key_frame_bandwidth.ts";
import { computeTsBandwidths } from "./mpegts_bandwidth.ts";
import { getMuxedAudio, isSupportedInTs } from "./mpegts_support.ts";

type Kind = "iframes" | "ts" | "tsIframes";

const DERIVE: Record<Kind, (derived: DerivedValues, rendition: string) => Bandwidths> = {
  iframes: (derived, rendition) => derived.get(computeKeyFrameBandwidths, rendition),
  ts: (derived, rendition) => derived.get(computeTsBandwidths, rendition),
  tsIframes: (derived, rendition) => derived.get(computeTsKeyFrameBandwidths, rendition),
};

/** Measures what `getPlaylistBandwidths()` returns, for each rendition by name whose track gets an index. */
export function measureBandwidths(presentation: Presentation): Map<string, StoredBandwidths> {
  const derived = new DerivedValues(presentation);
  const muxed = getMuxedAudio(presentation);
  const measured = new Map<string, StoredBandwidths>();
  for (const rendition of presentation.renditions.values()) {
    if (rendition.type === "text" || rendition.type === "image") continue;
    const muxedAudio = identifyMuxedAudio(presentation, rendition);
    if (rendition.track.samples.moovDigest === undefined) continue;
    const measure = (kind: Kind) => {
      const { bandwidth, averageBandwidth } = DERIVE[kind](derived, rendition.name);
      return { bandwidth, averageBandwidth };
    };
    const isVideo = rendition.type === "video";
    const inTs = isSupportedInTs(rendition) && rendition !== muxed; // muxed audio is a variant only where a filter leaves no video
    measured.set(
      rendition.name,
      omitUndefined({
        target: presentation.targetDuration,
        muxedAudio: muxedAudio ?? "",
        iframes: isVideo ? measure("iframes") : undefined,
        ts: inTs && muxedAudio !== undefined ? measure("ts") : undefined,
        tsIframes: isVideo && inTs ? measure("tsIframes") : undefined,
      }),
    );
  }
  return measured;
}

/** Returns the bandwidths of a playlist; those of encrypted segments and key frames are at most slightly higher than they are. */
export function getPlaylistBandwidths(
  kind: Kind,
  rendition: MediaRendition,
  context: { readonly presentation: Presentation; readonly derived: DerivedValues },
): Bandwidths {
  const clear = getClearBandwidths(kind, rendition, context);
  if (!rendition.encryption || clear.bandwidth === 0) return clear;
  const excess = kind === "ts"
    ? context.derived.get(computeSegmentExcess, rendition.name)
    : toBandwidths(computeKeyFrameExcess(getWholeRendition(context.presentation, rendition)));
  return {
    bandwidth: clear.bandwidth + excess.bandwidth,
    averageBandwidth: clear.averageBandwidth + excess.averageBandwidth,
  };
}

function toBandwidths(bitRate: number): Bandwidths {
  return { bandwidth: bitRate, averageBandwidth: bitRate };
}

/** Returns the bandwidths of an index that were measured for the same presentation, or else derives them. */
function getClearBandwidths(
  kind: Kind,
  rendition: MediaRendition,
  { presentation, derived }: { presentation: Presentation; derived: DerivedValues },
): Bandwidths {
  const whole = getWholePresentation(presentation);
  const { storedBandwidths: stored, name } = getWholeRendition(presentation, rendition);
  const known = stored?.target === whole.targetDuration ? stored[kind] : undefined;
  const isSame = known &&
    (kind !== "ts" || stored?.muxedAudio === identifyMuxedAudio(whole, rendition));
  return isSame ? known : DERIVE[kind](derived, name);
}

/** Returns "" if audio is not muxed with the rendition; undefined for short audio, which has no digest. */
function identifyMuxedAudio(
  presentation: Presentation,
  { type }: MediaRendition,
): string | undefined {
  const audio = type === "video" ? getMuxedAudio(presentation) : undefined;
  if (!audio) return "";
  const { segmentationId, track: { id, samples: { moovDigest } } } = audio;
  return segmentationId && moovDigest && `${id} ${segmentationId} ${moovDigest}`;
}
