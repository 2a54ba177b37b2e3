/** Elementary stream descriptor box (ISO/IEC 14496-1 §7.2.6). In mp4a and mp4v. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { readConfigurationBox } from "./configuration_box.ts";

export interface ElementaryStreamInfo {
  /** objectTypeIndication (mp4ra.org). */
  readonly objectType: number;
  readonly decoderSpecificInfo?: Uint8Array;
  /** streamType, bufferSizeDB, maxBitrate and avgBitrate, as in the box. */
  readonly streamInfo: Uint8Array;
}

const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;

const STREAM_INFO_SIZE = 1 + 3 + 4 + 4;

const STREAM_DEPENDENCE = 0x80;
const URL_FOLLOWS = 0x40;
const OCR_STREAM = 0x20;

/** @throws MediaError if the box is missing, truncated or lacks a DecoderConfigDescriptor */
export function readEsds(entry: SampleEntry): ElementaryStreamInfo {
  return readConfigurationBox(entry, "esds", (body) => {
    const r = new ByteReader(body);
    r.skip(4);
    const stream = readDescriptor(r, ES_DESCRIPTOR);
    stream.skip(2);
    const flags = stream.u8();
    if (flags & STREAM_DEPENDENCE) stream.skip(2);
    if (flags & URL_FOLLOWS) stream.skip(stream.u8());
    if (flags & OCR_STREAM) stream.skip(2);
    return readDecoderConfig(stream);
  });
}

/** Reads a DecoderConfigDescriptor with its tag (§7.2.6.6). */
export function readDecoderConfig(r: ByteReader): ElementaryStreamInfo {
  return readDecoderFields(readDescriptor(r, DECODER_CONFIG));
}

function readDecoderFields(r: ByteReader): ElementaryStreamInfo {
  const objectType = r.u8();
  const streamInfo = r.take(STREAM_INFO_SIZE).bytes;
  if (r.bytes[r.position] !== DECODER_SPECIFIC_INFO) return { objectType, streamInfo };
  const decoderSpecificInfo = readDescriptor(r, DECODER_SPECIFIC_INFO).bytes;
  return { objectType, streamInfo, decoderSpecificInfo };
}

/** Sizes take up to 4 bytes of 7 bits each (§8.3.3). */
function readDescriptor(r: ByteReader, expected: number): ByteReader {
  const tag = r.u8();
  if (tag !== expected) {
    throw new MediaError(`Cannot read descriptor tag ${tag}, expected ${expected}`);
  }
  let size = 0;
  for (let i = 0; i < 4; i++) {
    const byte = r.u8();
    size = 128 * size + (byte & 127);
    if (byte < 128) break;
  }
  return r.take(size);
}

const SL_CONFIG = 6;
const PREDEFINED_MP4 = 2;

/** ISO/IEC 14496-1 §7.2.6.6. */
const AUDIO_STREAM = 5 << 2 | 1;

type AudioStreamInfo = Pick<ElementaryStreamInfo, "objectType" | "decoderSpecificInfo"> & {
  readonly streamInfo?: Uint8Array;
};

/** Writes the body of the box of an audio track; without `streamInfo` its bitrates are unknown. */
export function buildEsds(
  { objectType, decoderSpecificInfo, streamInfo = UNKNOWN_STREAM_INFO }: AudioStreamInfo,
): Uint8Array {
  const info = decoderSpecificInfo && describeWith(DECODER_SPECIFIC_INFO, decoderSpecificInfo);
  const config = describeWith(DECODER_CONFIG, Uint8Array.of(objectType), streamInfo, info);
  const slConfig = describeWith(SL_CONFIG, Uint8Array.of(PREDEFINED_MP4));
  const versionAndFlags = new Uint8Array(4);
  const esIdAndFlags = new Uint8Array(3); // ES_ID 0 (14496-14 §4.1.2)
  const descriptor = describeWith(ES_DESCRIPTOR, esIdAndFlags, config, slConfig);
  return concatenate([versionAndFlags, descriptor]);
}

/** Returns the body of a box with ES_ID 0, as files require (14496-14 §4.1.2); many muxers write the track_ID. */
export function clearEsId(body: Uint8Array): Uint8Array {
  const r = new ByteReader(body);
  r.skip(4);
  const descriptor = readDescriptor(r, ES_DESCRIPTOR);
  const at = r.position - descriptor.left;
  return body.slice().fill(0, at, at + 2);
}

const UNKNOWN_STREAM_INFO = new Uint8Array(STREAM_INFO_SIZE);
UNKNOWN_STREAM_INFO[0] = AUDIO_STREAM;

/** Writes a descriptor, whose size takes up to 4 bytes of 7 bits each (§8.3.3). */
function describeWith(tag: number, ...parts: (Uint8Array | undefined)[]): Uint8Array {
  const body = concatenate(parts);
  const size: number[] = [body.length & 127];
  for (let rest = body.length >> 7; rest > 0; rest >>= 7) size.unshift(128 | rest & 127);
  return concatenate([Uint8Array.from([tag, ...size]), body]);
}

function concatenate(parts: readonly (Uint8Array | undefined)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => part ? [...part] : []));
}
