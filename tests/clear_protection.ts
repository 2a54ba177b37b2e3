import { SegmentProtection } from "../lib/presentation/segment_protection.ts";

/** Of media that is not protected, in any format. */
export const CLEAR = SegmentProtection.decide({}, { type: "video" }, "cmaf")!;
