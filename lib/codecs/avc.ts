/** AVC, H.264 (ISO/IEC 14496-10; 14496-15 §5 is its place in MP4). */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { type AnnexB, annexB, annexBOverhead, codedSets } from "./nal/annex_b.ts";
import { type AvcParameterSet, readAvcParameterSet } from "./nal/avc_parameter_set.ts";
import type { Codec, RandomAccess, VideoDescription } from "./codec.ts";
import { readConfiguration, within } from "./configuration.ts";
import { withDolbyVision } from "./dolby_vision/configuration.ts";
import { nalUnits } from "./nal/nal.ts";
import { colour, pixelAspect } from "./video_properties.ts";

const IDR = 5;
const SPS = 7;
const AUD = 9;

/** Slices, and the partitions of one; those of extensions (20, 21) follow a base slice. */
const VCL = [1, 2, 3, 4, IDR];

export const avc: Codec = {
  family: "avc",
  entries: ["avc1", "avc3"],

  /** `avc3` may leave its parameter sets to the samples. */
  needsSample: (entry) => readAvcc(entry).parameterSets.length === 0,

  describe(entry, firstSample) {
    return withDolbyVision("dva1", entry, describeAvc(entry, firstSample));
  },

  initEntryType: avcEntryType,
  randomAccess: avcRandomAccess,

  mpegTs: {
    streamType: 0x1B,
    streamId: 0xE0,
    overhead: (entry) => annexBOverhead(annexBOf(entry)),
    converter: (entry) => annexB(annexBOf(entry)),
  },

  smooth: {
    fourCC: "H264",
    privateData: (entry) => holdsSets(readAvcc(entry)) ? codedSets(annexBOf(entry)) : undefined,
    nalUnitLength: (entry) => annexBOf(entry).lengthSize,
  },
};

/** Of every slice type (14496-10 §7.3.2.4). */
const DELIMITER = Uint8Array.of(9, 0xF0);

function annexBOf(entry: SampleEntry): AnnexB {
  const { lengthSize, parameterSets, pictureParameterSets } = readAvcc(entry);
  return {
    lengthSize,
    delimiter: DELIMITER,
    isDelimiter: (nal) => (nal[0]! & 31) === AUD,
    parameterSets: [...parameterSets, ...pictureParameterSets],
  };
}

export function describeAvc(entry: SampleEntry, firstSample?: Uint8Array): VideoDescription {
  const avcc = readAvcc(entry);
  const set = parameterSet(avcc, firstSample);
  const said = colour(entry, set.colour);
  return {
    type: "video",
    codec: `${avcEntryType(entry)}.${profileString(avcc.profile[0] ? avcc.profile : set.profile)}`,
    width: set.width,
    height: set.height,
    pixelAspect: pixelAspect(entry, set.pixelAspect),
    interlaced: set.interlaced && !saysProgressive(entry),
    ...(said && { colour: said }),
  };
}

/** `64001F`: profile_idc, constraint flags and level_idc (RFC 6381 §3.3). */
function profileString(profile: Uint8Array): string {
  return [...profile].map((byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
}

/** QuickTime's fiel box counts the fields of a frame; encoders that set it know better than the parameter set. */
function saysProgressive(entry: SampleEntry): boolean {
  return entry.boxes.get("fiel")?.[0] === 1;
}

/** `avc1` also for an `avc3` whose configuration holds all parameter sets; `dva1` for `dvav`. */
export function avcEntryType(entry: SampleEntry): string {
  const complete = holdsSets(readAvcc(entry));
  if (entry.type === "avc3") return complete ? "avc1" : "avc3";
  return entry.type === "dvav" && complete ? "dva1" : entry.type;
}

/** A decoder needs no others, from the samples. */
function holdsSets({ parameterSets, pictureParameterSets }: Avcc): boolean {
  return parameterSets.length > 0 && pictureParameterSets.length > 0;
}

interface Avcc {
  readonly profile: Uint8Array;
  readonly lengthSize: number;
  readonly parameterSets: readonly Uint8Array[];
  readonly pictureParameterSets: readonly Uint8Array[];
}

/** AVCDecoderConfigurationRecord (14496-15 §5.3.3.1). */
function readAvcc(entry: SampleEntry): Avcc {
  return readConfiguration(entry, "avcC", (body) => {
    const r = new ByteReader(body);
    const version = r.u8();
    if (version !== 1) throw new MediaError(`Cannot read version ${version}`);
    const profile = r.take(3).bytes;
    const lengthSize = (r.u8() & 3) + 1;
    const parameterSets = readSets(r, r.u8() & 31);
    return { profile, lengthSize, parameterSets, pictureParameterSets: readSets(r, r.u8()) };
  });
}

/** Those that hold anything; `count` is of a byte at most. */
function readSets(r: ByteReader, count: number): Uint8Array[] {
  const sets = Array.from({ length: count }, () => r.take(r.u16()).bytes);
  return sets.filter((set) => set.length > 0);
}

function parameterSet({ parameterSets, lengthSize }: Avcc, sample?: Uint8Array): AvcParameterSet {
  const [own] = parameterSets;
  if (own) return within("avcC", () => readAvcParameterSet(own));
  for (const nal of nalUnits(sample ?? new Uint8Array(), lengthSize)) {
    if ((nal[0]! & 31) === SPS) return within("first sample", () => readAvcParameterSet(nal));
  }
  throw new MediaError("Cannot describe AVC: neither avcC nor the first sample has its parameters");
}

/**
 * By the first slice. Where none starts within `sample` (its first 4 KB may be supplemental information alone), it is
 * taken for closed: the usual case by far, and leading pictures show in the sample's neighbours as well.
 */
export function avcRandomAccess(entry: SampleEntry, sample: Uint8Array): RandomAccess {
  for (const nal of nalUnits(sample, readAvcc(entry).lengthSize)) {
    const type = nal[0]! & 31;
    if (VCL.includes(type)) return type === IDR ? "closed" : "open";
  }
  return "closed";
}
