/**
 * What Dolby Vision adds to a stream of AVC, HEVC or AV1: a configuration box (Dolby Vision Streams Within the ISO Base Media
 * File Format, §2.2 and §3), and with it names for devices that know it.
 */

import { BitReader } from "../../bits.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { VideoDescription } from "../codec.ts";
import { inContext } from "../configuration_box.ts";
import { type Colour, padTwoDigits } from "../video_properties.ts";

export interface DolbyVision {
  readonly profile: number;
  readonly level: number;
  /** What a device without Dolby Vision sees: 0 nothing of use, 1 HDR10, 2 SDR, 4 HLG. */
  readonly compatibility: number;
}

/** The box of profiles up to 7, of 8 to 10, and of those after. */
const BOXES = ["dvcC", "dvvC", "dvwC"];

/** A base layer without an enhancement layer, that other devices play as well. */
const COMPATIBLE_PROFILES = [8, 9, 10];

/** @throws MediaError when the box is cut off */
export function readDolbyVision(entry: SampleEntry): DolbyVision | undefined {
  const type = BOXES.find((type) => entry.boxes.has(type));
  if (!type) return undefined;
  return inContext(type, () => {
    const r = new BitReader(entry.boxes.get(type)!);
    r.skip(16); // version
    const [profile, level] = [r.bits(7), r.bits(6)];
    r.skip(3); // RPU, enhancement layer and base layer present
    return { profile, level, compatibility: r.bits(4) };
  });
}

/** `dvh1.05.06` */
export function formatDolbyVisionCodec(entryType: string, { profile, level }: DolbyVision): string {
  return [entryType, padTwoDigits(profile), padTwoDigits(level)].join(".");
}

/**
 * `description`, with what a device that knows Dolby Vision may use in its place, where it is such a stream.
 *
 * @param entryType of Dolby Vision alone: `dvh1`
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

/** HLG is said by its own transfer (18), or by BT.2020's (14) with the truth in supplemental information. */
function getBrand(compatibility: number, colour?: Colour): string | undefined {
  if (compatibility === 4) return colour?.transfer === 14 ? "db4g" : "db4h";
  return { 1: "db1p", 2: "db2g" }[compatibility];
}
