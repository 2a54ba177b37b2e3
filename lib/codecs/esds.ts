/** Elementary stream descriptor box (ISO/IEC 14496-1 §7.2.6). In mp4a and mp4v. */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { readConfigurationBox } from "./configuration_box.ts";

export interface ElementaryStreamInfo {
  /** objectTypeIndication (mp4ra.org). */
  readonly objectType: number;
  readonly decoderSpecificInfo?: Uint8Array;
}

const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;

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
    return readDecoderConfig(readDescriptor(stream, DECODER_CONFIG));
  });
}

function readDecoderConfig(r: ByteReader): ElementaryStreamInfo {
  const objectType = r.u8();
  r.skip(12); // stream type, buffer size, bitrates
  if (r.bytes[r.position] !== DECODER_SPECIFIC_INFO) return { objectType };
  return { objectType, decoderSpecificInfo: readDescriptor(r, DECODER_SPECIFIC_INFO).bytes };
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

/** Writes the box of audio without DecoderSpecificInfo. */
export function esds(objectType: number): Uint8Array {
  const w = new ByteWriter(64);
  w.fullBox("esds", 0, 0, () => {
    writeDescriptorHeader(w, ES_DESCRIPTOR, 3 + (2 + 13) + (2 + 1));
    w.skip(3);
    writeDescriptorHeader(w, DECODER_CONFIG, 13);
    w.u8(objectType);
    w.u8(AUDIO_STREAM);
    w.skip(3 + 4 + 4); // buffer size, bitrates
    writeDescriptorHeader(w, SL_CONFIG, 1);
    w.u8(PREDEFINED_MP4);
  });
  return w.finish();
}

function writeDescriptorHeader(w: ByteWriter, tag: number, size: number): void {
  w.u8(tag);
  w.u8(size);
}
