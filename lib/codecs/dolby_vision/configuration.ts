/**
 * Dolby Vision configuration of AVC, HEVC and AV1 streams (Dolby Vision Streams Within the ISO Base Media File Format, §2.2
 * and §3), and the codec strings derived from it.
 */

import { BitReader } from "../../bits.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { VideoDescription } from "../codec.ts";
import { inContext } from "../configuration_box.ts";
import { type Colour, padTwoDigits } from "../video_properties.ts";

export interface DolbyVision {
  readonly profile: number;
  readonly level: number;
  /** dv_bl_signal_compatibility_id: 0 none, 1 HDR10, 2 SDR, 4 HLG. */
  readonly compatibility: number;
}

/** Configuration boxes of profiles up to 7, 8 to 10, and above. */
const BOXES = ["dvcC", "dvvC", "dvwC"];

/** Profiles without an enhancement layer whose base layer other decoders can play. */
const COMPATIBLE_PROFILES = [8, 9, 10];

/** @throws MediaError if the box is truncated */
export function readDolbyVision(entry: SampleEntry): DolbyVision | undefined {
  const type = BOXES.find((type) => entry.boxes.has(type));
  if (!type) return undefined;
  return inContext(type, () => {
    const r = new BitReader(entry.boxes.get(type)!);
    r.skip(16); // version
    const [profile, level] = [r.bits(7), r.bits(6)];
    r.skip(3); // rpu_present_flag, el_present_flag, bl_present_flag
    return { profile, level, compatibility: r.bits(4) };
  });
}

export function formatDolbyVisionCodec(entryType: string, { profile, level }: DolbyVision): string {
  return [entryType, padTwoDigits(profile), padTwoDigits(level)].join(".");
}

/**
 * Adds the supplemental codec of a stream with a compatible base layer.
 *
 * @param entryType sample entry type for the supplemental codec: `dvh1`
 */
export function addDolbyVision(
  entryType: string,
  entry: SampleEntry,
  description: VideoDescription,
): VideoDescription {
  const dolbyVision = readDolbyVision(entry);
  if (!dolbyVision || !COMPATIBLE_PROFILES.includes(dolbyVision.profile)) return description;
  const supplementalBrand = getBrand(dolbyVision.compatibility, description.colour);
  if (!supplementalBrand) return description;
  const supplementalCodec = formatDolbyVisionCodec(entryType, dolbyVision);
  return { ...description, supplementalCodec, supplementalBrand };
}

/** HLG streams signal transfer 18, or BT.2020's 14 with HLG in an SEI message. */
function getBrand(compatibility: number, colour?: Colour): string | undefined {
  if (compatibility === 4) return colour?.transfer === 14 ? "db4g" : "db4h";
  return { 1: "db1p", 2: "db2g" }[compatibility];
}
