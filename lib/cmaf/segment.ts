import { ByteWriter } from "../bytes.ts";
import { styp } from "../mp4/file_type.ts";
import { getMdatHeaderSize, mdatHeader } from "../mp4/mdat.ts";
import { getDataSize, getMoofSize, moof } from "../mp4/moof.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { readSegmentSamples } from "../presentation/segment_samples.ts";
import { STYP_SIZE } from "../presentation/segment_bytes.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

/** Brands of DASH and CMAF media segments. */
export const SEGMENT_BRANDS = ["msdh", "cmfs"];

export const TRACK_ID = 1;

/**
 * Plans a CMAF segment (23000-19 §7.3.2) whose samples are bytes of the source.
 *
 * @param index in the rendition's timeline
 */
export function planCmafSegment(rendition: MediaRendition, index: number): SegmentPlan {
  const { runs, offsets } = readSegmentSamples(rendition, index);
  const size = getDataSize(runs);
  const w = new ByteWriter(STYP_SIZE + getMoofSize(runs) + getMdatHeaderSize(size));
  styp(w, SEGMENT_BRANDS);
  moof(w, { sequence: index + 1, trackId: TRACK_ID, runs });
  mdatHeader(w, size);
  return {
    type: getMp4Type(rendition),
    header: w.finish(),
    ranges: runs.flatMap(({ sizes }, i) =>
      toSampleRanges(rendition.source, { offsets: offsets[i]!, sizes })
    ),
  };
}

export function getMp4Type({ type }: MediaRendition): "video/mp4" | "audio/mp4" {
  return type === "audio" ? "audio/mp4" : "video/mp4";
}
