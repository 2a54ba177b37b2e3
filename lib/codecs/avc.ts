/** AVC, H.264 (ISO/IEC 14496-10; in MP4: 14496-15 §5). */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import {
  type AnnexBFormat,
  annexBParameterSets,
  computeAnnexBOverhead,
  createAnnexBConverter,
} from "./nal/annex_b.ts";
import { getAvcFrameType } from "./nal/avc_frame_type.ts";
import { createAvcSliceHeaderMeter } from "./nal/avc_slice_header.ts";
import { type AvcSps, readAvcSps } from "./nal/avc_sps.ts";
import type { Codec, RandomAccess, VideoDescription } from "./codec.ts";
import {
  getEntryPath,
  inEntryBox,
  inFirstSample,
  readConfigurationBox,
} from "./configuration_box.ts";
import { addDolbyVision } from "./dolby_vision/configuration.ts";
import { readNalUnits } from "./nal/nal_units.ts";
import { createSliceFinder, refuseLayers } from "./nal/protected_slices.ts";
import { getColour, getPixelAspect } from "./video_properties.ts";

const IDR = 5;
const SPS = 7;
const AUD = 9;

/** Extension slices (20, 21) follow a base slice. */
const VCL = [1, 2, 3, 4, IDR];

export const avc: Codec = {
  family: "avc",
  entries: ["avc1", "avc3"],

  needsSample: (entry) => readAvcc(entry).sps.length === 0,

  describe(entry, firstSample) {
    return addDolbyVision("dva1", entry, describeAvc(entry, firstSample));
  },

  initEntryType: getAvcEntryType,
  randomAccess: getAvcRandomAccess,
  createFrameClassifier(entry) {
    const { lengthSize } = readAvcc(entry);
    return (sample) => getAvcFrameType(readNalUnits(sample, lengthSize));
  },
  protection(entry) {
    refuseLayers(entry, ["mvcC", "mvdC", "svcC"]);
    const { lengthSize, sps, pps } = readAvcc(entry);
    const measure = inEntryBox(entry, "avcC", () => createAvcSliceHeaderMeter([...sps, ...pps]));
    return createSliceFinder(lengthSize, measure);
  },

  mpegTs: {
    streamType: 0x1B,
    streamId: 0xE0,
    overhead: (entry) => computeAnnexBOverhead(getAnnexBFormat(entry)),
    createConverter: (entry) => createAnnexBConverter(getAnnexBFormat(entry)),
  },

  smooth: {
    fourCC: "H264",
    codecPrivateData: (entry) =>
      hasParameterSets(readAvcc(entry)) ? annexBParameterSets(getAnnexBFormat(entry)) : undefined,
    nalUnitLength: (entry) => getAnnexBFormat(entry).lengthSize,
  },
};

const ACCESS_UNIT_DELIMITER = Uint8Array.of(9, 0xF0);

function getAnnexBFormat(entry: SampleEntry): AnnexBFormat {
  const { lengthSize, sps, pps } = readAvcc(entry);
  return {
    lengthSize,
    delimiter: ACCESS_UNIT_DELIMITER,
    isDelimiter: (nal) => (nal[0]! & 31) === AUD,
    parameterSets: [...sps, ...pps],
  };
}

export function describeAvc(entry: SampleEntry, firstSample?: Uint8Array): VideoDescription {
  const avcc = readAvcc(entry);
  const sps = findSps(entry, firstSample);
  const colour = getColour(entry, sps.colour);
  return {
    type: "video",
    codec: `${getAvcEntryType(entry)}.${
      formatProfile(avcc.profile[0] ? avcc.profile : sps.profile)
    }`,
    width: sps.width,
    height: sps.height,
    pixelAspect: getPixelAspect(entry, sps.pixelAspect),
    interlaced: sps.interlaced && !isProgressive(entry),
    ...(colour && { colour }),
  };
}

function formatProfile(profile: Uint8Array): string {
  return [...profile].map((byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
}

/** QuickTime's `fiel` is more reliable than frame_mbs_only_flag. */
function isProgressive(entry: SampleEntry): boolean {
  return entry.boxes.get("fiel")?.[0] === 1;
}

/** `avc1` and `dva1` require all parameter sets in `avcC`. */
function getAvcEntryType(entry: SampleEntry): string {
  const complete = hasParameterSets(readAvcc(entry));
  if (entry.type === "avc3") return complete ? "avc1" : "avc3";
  return entry.type === "dvav" && complete ? "dva1" : entry.type;
}

function hasParameterSets({ sps, pps }: Avcc): boolean {
  return sps.length > 0 && pps.length > 0;
}

interface Avcc {
  readonly profile: Uint8Array;
  readonly lengthSize: number;
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

function readAvcc(entry: SampleEntry): Avcc {
  return readConfigurationBox(entry, "avcC", (body) => {
    const r = new ByteReader(body);
    const version = r.u8();
    if (version !== 1) throw new MediaError(`Cannot read version ${version}`);
    const profile = r.take(3).bytes;
    const lengthSize = (r.u8() & 3) + 1;
    const sps = readSets(r, r.u8() & 31);
    return { profile, lengthSize, sps, pps: readSets(r, r.u8()) };
  });
}

function readSets(r: ByteReader, count: number): Uint8Array[] {
  const sets = Array.from({ length: count }, () => r.take(r.u16()).bytes);
  return sets.filter((set) => set.length > 0);
}

function findSps(entry: SampleEntry, sample?: Uint8Array): AvcSps {
  const { sps, lengthSize } = readAvcc(entry);
  const [own] = sps;
  if (own) return inEntryBox(entry, "avcC", () => readAvcSps(own));
  for (const nal of readNalUnits(sample ?? new Uint8Array(), lengthSize)) {
    if ((nal[0]! & 31) === SPS) return inFirstSample(() => readAvcSps(nal));
  }
  const why = "neither avcC nor the first sample contains an SPS";
  throw new MediaError(`Cannot describe AVC: ${why}`).in(getEntryPath(entry));
}

/** The first 4 KB may contain SEI only; "closed" is by far the most common case. */
function getAvcRandomAccess(entry: SampleEntry, sample: Uint8Array): RandomAccess {
  for (const nal of readNalUnits(sample, readAvcc(entry).lengthSize)) {
    const type = nal[0]! & 31;
    if (VCL.includes(type)) return type === IDR ? "closed" : "open";
  }
  return "closed";
}
