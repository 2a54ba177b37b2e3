/** Dolby Vision configuration (Dolby Vision Streams Within the ISO Base Media File Format §2.2, §3). */

import { BitReader } from "../../bits.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { VideoDescription } from "../codec.ts";
import { inEntryBox } from "../configuration_box.ts";
import { type Colour, padTwoDigits } from "../video_properties.ts";

export interface DolbyVision {
  readonly profile: number;
  readonly level: number;
  /** dv_bl_signal_compatibility_id: 0 none, 1 HDR10, 2 SDR, 4 HLG. */
  readonly compatibility: number;
}

/** Profiles up to 7, 8 to 10, and above. */
const BOXES = ["dvcC", "dvvC", "dvwC"];

const COMPATIBLE_PROFILES = [8, 9, 10];

const VERSION_BITS = 16;
const PRESENT_FLAG_BITS = 3;

/** @throws MediaError if the box is truncated */
export function readDolbyVision(entry: SampleEntry): DolbyVision | undefined {
  const type = BOXES.find((type) => entry.boxes.has(type));
  if (!type) return undefined;
  return inEntryBox(entry, type, () => {
    const r = new BitReader(entry.boxes.get(type)!);
    r.skip(VERSION_BITS);
    const [profile, level] = [r.bits(7), r.bits(6)];
    r.skip(PRESENT_FLAG_BITS);
    return { profile, level, compatibility: r.bits(4) };
  });
}

export function formatDolbyVisionCodec(entryType: string, { profile, level }: DolbyVision): string {
  return [entryType, padTwoDigits(profile), padTwoDigits(level)].join(".");
}

/** Adds the supplemental codec, with `entryType` (`dvh1`), if the base layer is compatible. */
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

/** HLG is transfer 18, or BT.2020's 14 with HLG in an SEI message. */
function getBrand(compatibility: number, colour?: Colour): string | undefined {
  if (compatibility === 4) return colour?.transfer === 14 ? "db4g" : "db4h";
  return { 1: "db1p", 2: "db2g" }[compatibility];
}
