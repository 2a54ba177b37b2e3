/** VP9 (VP Codec ISO Media File Format Binding, version 1). */

import { BitReader } from "../bits.ts";
import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { Codec, FrameType } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";
import {
  checkEntrySize,
  type Colour,
  getColour,
  getPixelAspect,
  padTwoDigits,
  UNSPECIFIED_COLOUR,
} from "./video_properties.ts";
import { createVp9FrameFinder } from "./vp9_frame_header.ts";

/** Maximum frame size in pixels; of equal levels, the lowest. */
const LEVELS: readonly [level: number, pixels: number][] = [
  [10, 36864],
  [11, 73728],
  [20, 122880],
  [21, 245760],
  [30, 552960],
  [31, 983040],
  [40, 2228224],
  [50, 8912896],
];
const MAX_LEVEL = 60;

/** Default optional parts, with BT.709 and with unspecified colour. */
const DEFAULTS = ["01.01.01.01.00", "01.02.02.02.00"];

export const vp9: Codec = {
  family: "vp9",
  entries: ["vp09"],

  describe(entry) {
    const vpcc = readConfigurationBox(entry, "vpcC", readVpcc);
    const colour = getColour(entry, vpcc.colour);
    const size = checkEntrySize(entry);
    const level = vpcc.level || computeMinLevel(size.width * size.height);
    const parts = ["vp09", ...[vpcc.profile, level, vpcc.bitDepth].map(padTwoDigits)];
    const rest = formatOptionalPart(vpcc.chroma, colour);
    return {
      type: "video",
      codec: (DEFAULTS.includes(rest) ? parts : [...parts, rest]).join("."),
      ...size,
      pixelAspect: getPixelAspect(entry),
      interlaced: false,
      ...(colour && { colour }),
    };
  },

  createFrameClassifier: () => (sample) => sample.length > 0 ? getVp9FrameType(sample) : undefined,
  protection: createVp9FrameFinder,
};

/** uncompressed_header() (VP9 Bitstream & Decoding Process Specification §6.2). */
function getVp9FrameType(frame: Uint8Array): FrameType {
  const r = new BitReader(frame);
  r.skip(2); // frame_marker
  const profile = r.bit() + 2 * r.bit();
  if (profile === 3) r.skip(1);
  const showsExisting = r.bit() === 1;
  const isInter = r.bit() === 1;
  return showsExisting || isInter ? "inter" : "key";
}

interface Vpcc {
  readonly profile: number;
  /** 0 if unknown. */
  readonly level: number;
  readonly bitDepth: number;
  readonly chroma: number;
  readonly colour: Colour;
}

function readVpcc(body: Uint8Array): Vpcc {
  const r = new ByteReader(body);
  const version = r.u8();
  if (version !== 1) throw new MediaError(`Cannot read version ${version}`);
  r.skip(3);
  const [profile, level, packed] = [r.u8(), r.u8(), r.u8()];
  if (profile > 3) throw new MediaError(`Cannot read profile ${profile}: it is reserved`);
  const points = { primaries: r.u8(), transfer: r.u8(), matrix: r.u8() };
  const chroma = (packed >> 1) & 7;
  return {
    profile,
    level,
    bitDepth: packed >> 4,
    chroma,
    colour: { ...points, fullRange: (packed & 1) === 1 },
  };
}

/** Codec strings require a level. The frame rate is unknown here and rarely decisive. */
function computeMinLevel(pixels: number): number {
  return LEVELS.find(([, max]) => pixels <= max)?.[0] ?? MAX_LEVEL;
}

function formatOptionalPart(chroma: number, colour: Colour = UNSPECIFIED_COLOUR): string {
  const points = [colour.primaries, colour.transfer, colour.matrix, colour.fullRange ? 1 : 0];
  return [chroma, ...points].map(padTwoDigits).join(".");
}
