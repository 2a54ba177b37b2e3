/** What each form of HLS carries of a presentation. */

import type {
  Presentation,
  Rendition,
  StppTrack,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { isSupportedInTs } from "./mpegts_support.ts";
import type { SegmentFormat } from "./m3u8.ts";

/** The sets, with what the form can carry of them: fMP4 carries every codec, but no pictures as subtitles. */
export function getSupportedSets({ sets }: Presentation, form: SegmentFormat): SwitchingSet[] {
  const isCarried = form === "fmp4" ? isInFragments : isSupportedInTs;
  return sets.map((set) => ({ ...set, renditions: set.renditions.filter(isCarried) }))
    .filter(({ renditions }) => renditions.length > 0);
}

function isInFragments(rendition: Rendition): boolean {
  return rendition.type !== "text" || !rendition.stpp?.onlyImages;
}

/** IMSC1's text profile, the one form of TTML that HLS has (RFC 8216bis §3.1.5). */
const IMSC1 = /^stpp\.ttml\.im1t$/;

/**
 * The documents that texts go out as, where they do: all of them, or none. One form for all of a presentation, as players take
 * that of the CODECS of a variant for every text that goes with it.
 */
export function getStppTracks({ renditions }: Presentation, form: SegmentFormat): StppTrack[] {
  const texts = [...renditions.values()].filter((rendition) => rendition.type === "text");
  const documents = texts.flatMap(({ stpp }) =>
    stpp && !stpp.onlyImages && IMSC1.test(stpp.codec) ? [stpp] : []
  );
  return form === "fmp4" && documents.length === texts.length ? documents : [];
}

/** A sentence for the log where fMP4 leaves something out; "" where it carries all. */
export function unsupportedInHls({ renditions }: Presentation): string {
  const names = [...renditions.values()].filter((rendition) => !isInFragments(rendition))
    .map(({ name }) => name);
  return names.length > 0 ? `HLS can't carry, and leaves out: ${names.join(", ")}` : "";
}
