/** Dolby Vision configuration (Dolby Vision Streams Within the ISO Base Media File Format §2.2, §3). */

import { BitReader } from "../../bits.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { VideoDescription } from "../codec.ts";
import { inEntryBox } from "../configuration_box.ts";
import { type Colour, padTwoDigits, UNSPECIFIED, UNSPECIFIED_COLOUR } from "../video_properties.ts";

export interface DolbyVision {
  readonly profile: number;
  readonly level: number;
  /** dv_bl_signal_compatibility_id: 0 none, 1 HDR10, 2 SDR, 4 HLG, 6 HDR10 of Blu-ray. */
  readonly compatibility: number;
  /** False for a track that contains only an enhancement layer. */
  readonly hasBaseLayer: boolean;
}

/** Profiles up to 7, 8 to 10, and above. */
const BOXES = ["dvcC", "dvvC", "dvwC"];

const COMPATIBLE_PROFILES = [8, 9, 10];

const VERSION_BITS = 16;
const LAYER_FLAG_BITS = 2;

/** @throws MediaError if the box is truncated */
export function readDolbyVision(entry: SampleEntry): DolbyVision | undefined {
  const type = BOXES.find((type) => entry.boxes.has(type));
  if (!type) return undefined;
  return inEntryBox(entry, type, () => {
    const r = new BitReader(entry.boxes.get(type)!);
    r.skip(VERSION_BITS);
    const [profile, level] = [r.bits(7), r.bits(6)];
    r.skip(LAYER_FLAG_BITS); // metadata, enhancement layer
    const hasBaseLayer = r.bits(1) === 1;
    return { profile, level, hasBaseLayer, compatibility: r.bits(4) };
  });
}

export function formatDolbyVisionCodec(entryType: string, { profile, level }: DolbyVision): string {
  return [entryType, padTwoDigits(profile), padTwoDigits(level)].join(".");
}

/** Adds the dynamic range, and the supplemental codec, with `entryType` (`dvh1`), if the base layer is compatible. */
export function addDolbyVision(
  entryType: string,
  entry: SampleEntry,
  description: VideoDescription,
): VideoDescription {
  const dolbyVision = readDolbyVision(entry);
  if (!dolbyVision) return description;
  const withRange = withDolbyVisionColour(description, dolbyVision);
  if (!COMPATIBLE_PROFILES.includes(dolbyVision.profile)) return withRange;
  const supplementalBrand = getBrand(dolbyVision.compatibility, description.colour);
  if (!supplementalBrand) return withRange;
  const supplementalCodec = formatDolbyVisionCodec(entryType, dolbyVision);
  return { ...withRange, supplementalCodec, supplementalBrand };
}

/** ISO/IEC 23091-2. */
const BT2020 = 9;
const PQ = 16;
const HLG = 18;

/** Prefers the configuration's transfer characteristics to the bitstream's, which often lacks them. */
export function withDolbyVisionColour(
  description: VideoDescription,
  dolbyVision: DolbyVision,
): VideoDescription {
  const transfer = getTransfer(dolbyVision);
  if (transfer === undefined) return description;
  const { primaries, ...rest } = description.colour ?? UNSPECIFIED_COLOUR;
  const known = primaries === UNSPECIFIED ? BT2020 : primaries;
  return { ...description, colour: { ...rest, primaries: known, transfer } };
}

function getTransfer({ compatibility }: DolbyVision): number | undefined {
  if (compatibility === 4) return HLG;
  return [0, 1, 6].includes(compatibility) ? PQ : undefined; // without compatibility: IPT-PQ
}

/** HLG is transfer 18, or BT.2020's 14 with HLG in an SEI message. */
function getBrand(compatibility: number, colour?: Colour): string | undefined {
  if (compatibility === 4) return colour?.transfer === 14 ? "db4g" : "db4h";
  return { 1: "db1p", 2: "db2g" }[compatibility];
}
