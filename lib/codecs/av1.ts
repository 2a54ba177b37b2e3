/** AV1 (AV1 Codec ISO Media File Format Binding). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { getAv1FrameType } from "./av1_frame_type.ts";
import { findSequenceHeader, type SequenceHeader } from "./av1_sequence_header.ts";
import { createAv1TileFinder } from "./av1_tiles.ts";
import type { Codec, VideoDescription } from "./codec.ts";
import { inFirstSample, readConfigurationBox } from "./configuration_box.ts";
import { addDolbyVision } from "./dolby_vision/configuration.ts";
import {
  checkEntrySize,
  type Colour,
  getColour,
  getPixelAspect,
  padTwoDigits,
  UNSPECIFIED_COLOUR,
} from "./video_properties.ts";

/** Default optional parts (§5), with BT.709 and with unspecified colour. */
const DEFAULTS = ["0.110.01.01.01.0", "0.110.02.02.02.0"];

/** AV1CodecConfigurationRecord before its OBUs (§2.3.3). */
const FIXED_CONFIGURATION_BYTES = 4;

export const av1: Codec = {
  family: "av1",
  brand: "av01",
  entries: ["av01"],

  /** `av1C` may lack the sequence header; sync samples contain it (§2.4). */
  needsSample: (entry) => readAv1c(entry).header === undefined,

  describe(entry, firstSample) {
    return addDolbyVision("dav1", entry, describeAv1(entry, firstSample));
  },

  createFrameClassifier: () => getAv1FrameType,

  protection: (entry) =>
    readConfigurationBox(
      entry,
      "av1C",
      (body) => createAv1TileFinder(body.subarray(FIXED_CONFIGURATION_BYTES)),
    ),
};

export function describeAv1(entry: SampleEntry, firstSample?: Uint8Array): VideoDescription {
  const av1c = readAv1c(entry);
  const header = av1c.header ??
    inFirstSample(() => findSequenceHeader(firstSample ?? new Uint8Array()));
  const colour = getColour(entry, header?.colour);
  return {
    type: "video",
    codec: `av01.${av1c.profile}.${av1c.level}.${formatOptionalPart(av1c, colour)}`,
    ...checkEntrySize(entry, header),
    pixelAspect: getPixelAspect(entry),
    interlaced: false,
    ...(colour && { colour }),
  };
}

interface Av1c {
  readonly profile: number;
  readonly level: string;
  readonly bitDepth: number;
  readonly monochrome: number;
  /** Subsampling in x and y, chroma_sample_position. */
  readonly chroma: string;
  readonly header: SequenceHeader | undefined;
}

function readAv1c(entry: SampleEntry): Av1c {
  return readConfigurationBox(entry, "av1C", (body) => {
    const r = new BitReader(body);
    if (r.bit() !== 1 || r.bits(7) !== 1) {
      throw new MediaError("Cannot read a marker or version other than 1");
    }
    const profile = r.bits(3);
    if (profile > 2) throw new MediaError(`Cannot read profile ${profile}: it is reserved`);
    const level = `${r.bits(5)}`.padStart(2, "0") + (r.bit() ? "H" : "M");
    const [high, twelve, monochrome] = [r.bit(), r.bit(), r.bit()];
    const chroma = `${r.bit()}${r.bit()}${r.bits(2)}`;
    r.skip(8);
    const bitDepth = high ? (twelve ? 12 : 10) : 8;
    const header = findSequenceHeader(body.subarray(r.position / 8));
    return { profile, level, bitDepth, monochrome, chroma, header };
  });
}

function formatOptionalPart(
  { bitDepth, monochrome, chroma }: Av1c,
  colour: Colour = UNSPECIFIED_COLOUR,
): string {
  const points = [colour.primaries, colour.transfer, colour.matrix].map(padTwoDigits).join(".");
  const rest = `${monochrome}.${chroma}.${points}.${colour.fullRange ? 1 : 0}`;
  return DEFAULTS.includes(rest) ? padTwoDigits(bitDepth) : `${padTwoDigits(bitDepth)}.${rest}`;
}
