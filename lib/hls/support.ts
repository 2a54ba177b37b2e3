/** Renditions that HLS supports, by segment format. */

import type {
  Presentation,
  Rendition,
  StppTrack,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { describeUnsupported } from "../presentation/unsupported.ts";
import { isOfferedInTs, isSupportedInTs } from "./mpegts_support.ts";
import type { SegmentFormat } from "./m3u8.ts";

export function getSupportedSets({ sets }: Presentation, format: SegmentFormat): SwitchingSet[] {
  const isSupported = format === "fmp4" ? isSupportedInFmp4 : isSupportedInTs;
  const supported = sets.map((set) => ({ ...set, renditions: set.renditions.filter(isSupported) }))
    .filter(({ renditions }) => renditions.length > 0);
  return format === "fmp4" ? supported : supported.filter((set) => isOfferedInTs(set, supported));
}

export function isSupportedInFmp4(rendition: Rendition): boolean {
  if (rendition.type === "text") return !rendition.stpp?.onlyImages;
  return rendition.codec.hls?.inFmp4 ?? true;
}

/** The only TTML in HLS: the text profile of IMSC1 (RFC 8216bis §3.1.5). */
const IMSC1 = /^stpp\.ttml\.im1t$/;

/** Returns the TTML tracks of all subtitles, or none: players expect the format in CODECS from all of them. */
export function getStppTracks({ renditions }: Presentation, format: SegmentFormat): StppTrack[] {
  const subtitles = [...renditions.values()].filter((rendition) => rendition.type === "text");
  const tracks = subtitles.flatMap(({ stpp }) =>
    stpp && !stpp.onlyImages && IMSC1.test(stpp.codec) ? [stpp] : []
  );
  return format === "fmp4" && tracks.length === subtitles.length ? tracks : [];
}

export function describeUnsupportedInHls(presentation: Presentation): string {
  return describeUnsupported(presentation, "HLS", isSupportedInFmp4);
}
