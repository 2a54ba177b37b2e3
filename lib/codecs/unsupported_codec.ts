import { ByteReader, formatUuid } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { toPrintable } from "../mp4/box.ts";
import { readSinf, type SchemeInformation } from "../mp4/protection.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { readEsds } from "./esds.ts";

/** By the type of the sample entry (mp4ra.org, QuickTime File Format). */
const NAMES: Record<string, string> = {
  apch: "ProRes",
  apcn: "ProRes",
  apco: "ProRes",
  apcs: "ProRes",
  ap4h: "ProRes",
  ap4x: "ProRes",
  AVdn: "DNxHD",
  CFHD: "CineForm",
  dvh1: "Dolby Vision",
  fl32: "PCM",
  fl64: "PCM",
  hvt1: "tiled HEVC",
  in24: "PCM",
  in32: "PCM",
  lpcm: "PCM",
  mha2: "MPEG-H Audio of several streams",
  mhm2: "MPEG-H Audio of several streams",
  dtsy: "DTS-UHD profile 3",
  vvcN: "VVC without slices",
  vvs1: "VVC subpictures",
  mjp2: "Motion JPEG 2000",
  mjpa: "interlaced Motion JPEG",
  mjpb: "interlaced Motion JPEG",
  "png ": "PNG",
  "raw ": "PCM",
  s263: "H.263",
  h263: "H.263",
  samr: "AMR",
  sawb: "AMR-WB",
  sevc: "EVRC",
  sowt: "PCM",
  sqcp: "QCELP",
  SVQ1: "Sorenson Video",
  SVQ3: "Sorenson Video 3",
  twos: "PCM",
  ulaw: "G.711",
  alaw: "G.711",
  "vc-1": "VC-1",
  vp08: "VP8",
  mlpa: "Dolby TrueHD",
};

/** By objectTypeIndication (mp4ra.org). */
const OBJECT_TYPE_NAMES: Record<number, string> = {
  0x20: "MPEG-4 Visual",
  0x60: "MPEG-2 video",
  0x61: "MPEG-2 video",
  0x62: "MPEG-2 video",
  0x63: "MPEG-2 video",
  0x64: "MPEG-2 video",
  0x65: "MPEG-2 video",
  0x6A: "MPEG-1 video",
  0x6D: "PNG",
  0x6E: "JPEG 2000",
  0xA0: "EVRC",
  0xA1: "SMV",
  0xA3: "VC-1",
  0xA4: "Dirac",
  0xA5: "AC-3",
  0xA6: "E-AC-3",
  0xA9: "DTS",
  0xAA: "DTS-HD",
  0xAB: "DTS-HD Master Audio",
  0xAC: "DTS Express",
  0xAE: "AC-4",
  0xDD: "Vorbis",
  0xE1: "QCELP",
};

const UNKNOWN = "AMS does not know its codec";

/** Common Encryption (23001-7 §4) and FairPlay. */
const ENCRYPTED = /^(?:enc[vatsm]|drm[is])$/;

/** Forms of MPEG-H Audio, DTS and VVC that ffmpeg cannot decode. */
const NOT_DECODED = /^(?:mh[am]2|dtsy|vvcN|vvs1)$/;

/** Returns whether ffmpeg may decode a track, and hence encode it with another codec. */
export function isDecodable({ type }: SampleEntry): boolean {
  return !ENCRYPTED.test(type) && !NOT_DECODED.test(type);
}

/** Returns whether a codec for which `findCodec()` finds none has a name here. ffmpeg may not know others. */
export function isNamedCodec(entry: SampleEntry): boolean {
  return !describeUnsupportedCodec(entry).startsWith(UNKNOWN);
}

/**
 * Describes a codec for which `findCodec()` finds none, as the end of a sentence.
 *
 * @throws MediaError if `mp4a` or `mp4v` has no valid `esds`
 */
export function describeUnsupportedCodec(entry: SampleEntry): string {
  const type = toPrintable(entry.type);
  if (ENCRYPTED.test(entry.type)) return `it is encrypted (${describeEncryption(entry)}`;
  if (entry.type !== "mp4a" && entry.type !== "mp4v") {
    return describe(NAMES[entry.type], `"${type}"`);
  }
  const { objectType } = readEsds(entry);
  const hex = `0x${objectType.toString(16).toUpperCase().padStart(2, "0")}`;
  return describe(OBJECT_TYPE_NAMES[objectType], `"${type}" with object type ${hex}`);
}

/**
 * Names the entry and, as far as it declares them, its original format (frma), and the scheme and the KID, with which the
 * operator finds who encrypted the file. The text starts in brackets.
 */
function describeEncryption({ type, boxes }: SampleEntry): string {
  const sinf = boxes.get("sinf");
  const found = sinf && tryReadSinf(sinf);
  const format = found && `, original format "${toPrintable(found.format)}"`;
  const entry = `"${toPrintable(type)}"${format ?? ""})`;
  if (!found?.scheme) return entry;
  const kid = found.encryption && `, KID ${formatUuid(found.encryption.kid)}`;
  return `${entry} with ${toPrintable(found.scheme)}${kid ?? ""}`;
}

/** A track is encrypted even if its sinf is broken. */
function tryReadSinf(bytes: Uint8Array): SchemeInformation | undefined {
  try {
    return readSinf(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
}

function describe(name: string | undefined, identifier: string): string {
  return name ? `AMS does not support ${name} (${identifier})` : `${UNKNOWN} ${identifier}`;
}
