/** HEVC, H.265 (ISO/IEC 23008-2; in MP4: 14496-15 §8). Every decoder plays the base layer of MV-HEVC (`lhvC`). */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import type { Codec, FrameType, RandomAccess, VideoDescription } from "./codec.ts";
import {
  getEntryPath,
  inEntryBox,
  inFirstSample,
  readConfigurationBox,
} from "./configuration_box.ts";
import { addDolbyVision } from "./dolby_vision/configuration.ts";
import {
  type AnnexBFormat,
  annexBParameterSets,
  computeAnnexBOverhead,
  createAnnexBConverter,
} from "./nal/annex_b.ts";
import { createHevcSliceHeaderMeter } from "./nal/hevc_slice_header.ts";
import { type HevcSps, readHevcSps } from "./nal/hevc_sps.ts";
import { readNalUnits } from "./nal/nal_units.ts";
import { createSliceFinder, refuseLayers } from "./nal/protected_slices.ts";
import { getColour, getPixelAspect } from "./video_properties.ts";

const FIRST_IRAP = 16;
const LAST_IDR = 20;
const LAST_IRAP = 23;
const VPS = 32;
const SPS = 33;
const PPS = 34;
const AUD = 35;

/** Required in init segments if samples contain none. */
const PARAMETER_SET_TYPES = [VPS, SPS, PPS];

export const hevc: Codec = {
  family: "hevc",
  entries: ["hvc1", "hev1"],

  needsSample: (entry) => !readHvcc(entry).parameterSets.has(SPS),

  describe(entry, firstSample) {
    return addDolbyVision("dvh1", entry, describeHevc(entry, firstSample));
  },

  initEntryType: getHevcEntryType,
  randomAccess: getHevcRandomAccess,
  createFrameClassifier(entry) {
    const { lengthSize } = readHvcc(entry);
    return (sample) => getHevcFrameType(readNalUnits(sample, lengthSize));
  },
  protection(entry) {
    refuseLayers(entry, ["lhvC"]);
    const { lengthSize, parameterSets } = readHvcc(entry);
    const measure = inEntryBox(
      entry,
      "hvcC",
      () => createHevcSliceHeaderMeter([...parameterSets.values()].flat()),
    );
    return createSliceFinder(lengthSize, measure);
  },

  mpegTs: {
    streamType: 0x24,
    streamId: 0xE0,
    overhead: (entry) => computeAnnexBOverhead(getAnnexBFormat(entry)),
    createConverter: (entry) => createAnnexBConverter(getAnnexBFormat(entry)),
  },

  smooth: {
    fourCC: "HVC1",
    codecPrivateData: (entry) =>
      hasParameterSets(readHvcc(entry)) ? annexBParameterSets(getAnnexBFormat(entry)) : undefined,
    nalUnitLength: (entry) => getAnnexBFormat(entry).lengthSize,
  },
};

const ACCESS_UNIT_DELIMITER = Uint8Array.of(AUD << 1, 1, 0x50);

function getAnnexBFormat(entry: SampleEntry): AnnexBFormat {
  const { lengthSize, parameterSets } = readHvcc(entry);
  return {
    lengthSize,
    delimiter: ACCESS_UNIT_DELIMITER,
    isDelimiter: (nal) => (nal[0]! >> 1 & 63) === AUD,
    parameterSets: PARAMETER_SET_TYPES.flatMap((type) => parameterSets.get(type) ?? []),
  };
}

export function describeHevc(entry: SampleEntry, firstSample?: Uint8Array): VideoDescription {
  const hvcc = readHvcc(entry);
  const sps = findSps(entry, firstSample);
  const colour = getColour(entry, sps.colour);
  return {
    type: "video",
    codec: `${getHevcEntryType(entry)}.${formatProfile(hvcc.profile)}`,
    width: sps.width,
    height: sps.height,
    pixelAspect: getPixelAspect(entry, sps.pixelAspect),
    interlaced: sps.isFieldCoded || isInterlacedSource(hvcc.profile),
    ...(colour && { colour }),
  };
}

/** `hvc1` and `dvh1` require all parameter sets in `hvcC`. */
function getHevcEntryType(entry: SampleEntry): string {
  const complete = hasParameterSets(readHvcc(entry));
  if (entry.type === "hev1") return complete ? "hvc1" : "hev1";
  return entry.type === "dvhe" && complete ? "dvh1" : entry.type;
}

function hasParameterSets({ parameterSets }: Hvcc): boolean {
  return PARAMETER_SET_TYPES.every((type) => parameterSets.has(type));
}

interface Hvcc {
  /** Profile space, tier and profile; 32 compatibility flags; 48 constraint flags; level. */
  readonly profile: Uint8Array;
  readonly lengthSize: number;
  readonly parameterSets: ReadonlyMap<number, readonly Uint8Array[]>;
}

function readHvcc(entry: SampleEntry): Hvcc {
  return readConfigurationBox(entry, "hvcC", (body) => {
    const r = new ByteReader(body);
    const version = r.u8();
    if (version !== 1) throw new MediaError(`Cannot read version ${version}`);
    const profile = r.take(12).bytes;
    r.skip(8);
    const lengthSize = (r.u8() & 3) + 1;
    return { profile, lengthSize, parameterSets: readArrays(r) };
  });
}

function readArrays(r: ByteReader): Map<number, Uint8Array[]> {
  const sets = new Map<number, Uint8Array[]>();
  for (let arrays = r.u8(); arrays > 0; arrays--) {
    const type = r.u8() & 63;
    for (let count = r.u16(); count > 0; count--) {
      const nal = r.take(r.u16()).bytes;
      if (nal.length > 0) sets.set(type, [...sets.get(type) ?? [], nal]);
    }
  }
  return sets;
}

/** Formats `1.6.L93.90` (14496-15 annex E.3). Compatibility flags are in reverse bit order. */
function formatProfile(profile: Uint8Array): string {
  const r = new ByteReader(profile);
  const general = r.u8();
  const space = ["", "A", "B", "C"][general >> 6]!;
  const compatibility = reverseBits(r.u32());
  const constraints = [...r.take(6).bytes];
  while (constraints.at(-1) === 0) constraints.pop();
  const tier = general & 32 ? "H" : "L";
  const parts = [`${space}${general & 31}`, hex(compatibility), `${tier}${r.u8()}`];
  return [...parts, ...constraints.map(hex)].join(".");
}

function hex(value: number): string {
  return value.toString(16).toUpperCase();
}

function reverseBits(value: number): number {
  let reversed = 0;
  for (let i = 0; i < 32; i++) reversed = 2 * reversed + ((value >>> i) & 1);
  return reversed;
}

/** general_interlaced_source_flag without general_progressive_source_flag (23008-2 §7.4.4). */
function isInterlacedSource(profile: Uint8Array): boolean {
  return profile[5]! >> 6 === 0b01;
}

function findSps(entry: SampleEntry, sample?: Uint8Array): HevcSps {
  const { parameterSets, lengthSize } = readHvcc(entry);
  const own = parameterSets.get(SPS)?.[0];
  if (own) return inEntryBox(entry, "hvcC", () => readHevcSps(own));
  for (const nal of readNalUnits(sample ?? new Uint8Array(), lengthSize)) {
    if (getBaseLayerType(nal) === SPS) return inFirstSample(() => readHevcSps(nal));
  }
  const why = "neither hvcC nor the first sample contains an SPS";
  throw new MediaError(`Cannot describe HEVC: ${why}`).in(getEntryPath(entry));
}

/** Returns undefined for other layers and truncated headers. */
function getBaseLayerType(nal: Uint8Array): number | undefined {
  if (nal.length < 2) return undefined;
  const layer = ((nal[0]! & 1) << 5) | (nal[1]! >> 3);
  return layer === 0 ? nal[0]! >> 1 : undefined;
}

/** CRA is open. The first 4 KB may contain SEI only; "closed" is by far the most common case. */
/** Intra frames that are no random access points count as "inter": to tell them takes most of the slice header. */
function getHevcFrameType(nals: Iterable<Uint8Array>): FrameType | undefined {
  for (const nal of nals) {
    const type = getBaseLayerType(nal);
    if (type !== undefined && type < VPS) {
      return type >= FIRST_IRAP && type <= LAST_IRAP ? "key" : "inter";
    }
  }
  return undefined;
}

function getHevcRandomAccess(entry: SampleEntry, sample: Uint8Array): RandomAccess {
  for (const nal of readNalUnits(sample, readHvcc(entry).lengthSize)) {
    const type = getBaseLayerType(nal);
    if (type === undefined || type >= VPS) continue;
    return type >= FIRST_IRAP && type <= LAST_IDR ? "closed" : "open";
  }
  return "closed";
}
