/** Splits byte streams (annex B) and samples of the file (14496-15) into NAL units. */

import { ByteReader } from "../../bytes.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";

export interface NalConfiguration {
  readonly lengthSize: number;
  /** In order: VPS, SPS, PPS; without zeros at the end, which belong to a byte stream. */
  readonly parameterSets: readonly Uint8Array[];
  isDelimiter(nal: Uint8Array): boolean;
}

const AVC_DELIMITER = 9;
const HEVC_DELIMITER = 35;

/** Types of VPS, SPS, PPS. */
const HEVC_SETS = [32, 33, 34];

/** Returns undefined for codecs other than AVC and HEVC. @throws MediaError if it is truncated */
export function readNalConfiguration(
  { boxes }: Pick<SampleEntry, "boxes">,
): NalConfiguration | undefined {
  const [avcc, hvcc] = [boxes.get("avcC"), boxes.get("hvcC")];
  if (avcc) return avcConfiguration(new ByteReader(avcc));
  return hvcc && hevcConfiguration(new ByteReader(hvcc));
}

/** AVCDecoderConfigurationRecord (14496-15 §5.3.3.1). */
function avcConfiguration(r: ByteReader): NalConfiguration {
  r.skip(4);
  const lengthSize = (r.u8() & 3) + 1;
  const sequence = readSets(r, r.u8() & 31);
  return {
    lengthSize,
    parameterSets: [...sequence, ...readSets(r, r.u8())],
    isDelimiter: (nal) => (nal[0]! & 31) === AVC_DELIMITER,
  };
}

/** HEVCDecoderConfigurationRecord (14496-15 §8.3.3.1). */
function hevcConfiguration(r: ByteReader): NalConfiguration {
  r.skip(21);
  const lengthSize = (r.u8() & 3) + 1;
  const found: { type: number; sets: Uint8Array[] }[] = [];
  for (let arrays = r.u8(); arrays > 0; arrays--) {
    found.push({ type: r.u8() & 63, sets: readSets(r, r.u16()) });
  }
  return {
    lengthSize,
    parameterSets: HEVC_SETS.flatMap((type) =>
      found.filter((array) => array.type === type).flatMap(({ sets }) => sets)
    ),
    isDelimiter: (nal) => (nal[0]! >> 1 & 63) === HEVC_DELIMITER,
  };
}

function readSets(r: ByteReader, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => trimZeros(r.take(r.u16()).bytes))
    .filter(({ length }) => length);
}

export function splitByteStream(bytes: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let i = 2; i < bytes.length;) {
    const byte = bytes[i]!;
    if (byte > 1) i += 3;
    else if (byte === 0) i++;
    else {
      if (bytes[i - 1] === 0 && bytes[i - 2] === 0) starts.push(i + 1);
      i += 3;
    }
  }
  return starts.map((start, i) =>
    trimZeros(bytes.subarray(start, i + 1 < starts.length ? starts[i + 1]! - 3 : bytes.length))
  );
}

/** Omits delimiters and empty NAL units. */
export function splitSample(
  sample: Uint8Array,
  { lengthSize, isDelimiter }: NalConfiguration,
): Uint8Array[] {
  const nals: Uint8Array[] = [];
  for (let at = 0; at + lengthSize <= sample.length;) {
    let length = 0;
    for (const byte of sample.subarray(at, at + lengthSize)) length = 256 * length + byte;
    const nal = sample.subarray(at + lengthSize, at + lengthSize + length);
    if (nal.length > 0 && !isDelimiter(nal)) nals.push(trimZeros(nal));
    at += lengthSize + length;
  }
  return nals;
}

/** NAL units do not end with zeros, but a byte stream may have any number after them. */
function trimZeros(nal: Uint8Array): Uint8Array {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}
