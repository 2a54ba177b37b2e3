/** FLAC (Encapsulation of FLAC in ISO Base Media File Format; RFC 9639). */

import { BitReader } from "../bits.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { toChannelLayoutByCount } from "./channels.ts";
import type { Codec } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";

const STREAMINFO = 0;

export const flac: Codec = {
  family: "flac",
  entries: ["fLaC"],
  isAllSync: () => true,
  protection: "samples",

  /** Safari accepts only the registered `fLaC` (mp4ra.org) in MP4. */
  describe(entry) {
    const { sampleRate, channels } = readConfigurationBox(entry, "dfLa", readDfla);
    return { type: "audio", codec: "fLaC", sampleRate, ...toChannelLayoutByCount(channels) };
  },
};

/** FLACSpecificBox: STREAMINFO is the first block (RFC 9639 §8.2). */
function readDfla(body: Uint8Array): { sampleRate: number; channels: number } {
  const r = new BitReader(body);
  const version = r.bits(8);
  if (version !== 0) throw new MediaError(`Cannot read version ${version}`);
  r.skip(24 + 1);
  const type = r.bits(7);
  if (type !== STREAMINFO) {
    throw new MediaError(`Cannot read metadata block type ${type}, expected STREAMINFO (0)`);
  }
  r.skip(24 + 2 * 16 + 2 * 24); // length; block sizes; frame sizes
  const sampleRate = r.bits(20);
  if (sampleRate === 0) throw new MediaError("Cannot read sample rate 0");
  return { sampleRate, channels: r.bits(3) + 1 };
}

const MAGIC = "fLaC";
const STREAMINFO_SIZE = 34;
const IS_LAST = 0x80;

/**
 * Builds the body of FLACSpecificBox.
 *
 * @param record STREAMINFO (RFC 9639 §8.2), with or without `fLaC` and the header of the block
 * @throws MediaError if it is truncated, or the first block is another
 */
export function buildDfla(record: Uint8Array): Uint8Array {
  const isMarked = record.length >= MAGIC.length &&
    new ByteReader(record).ascii(MAGIC.length) === MAGIC;
  const blocks = isMarked ? record.subarray(MAGIC.length) : record;
  const r = new ByteReader(blocks.length === STREAMINFO_SIZE ? blocks : readStreamInfo(blocks));
  const w = new ByteWriter(64);
  w.u32(0);
  w.u8(IS_LAST | STREAMINFO);
  w.u8(0);
  w.u16(STREAMINFO_SIZE);
  w.bytes(r.take(STREAMINFO_SIZE).bytes);
  return w.finish();
}

/** Returns the body of the first block. */
function readStreamInfo(blocks: Uint8Array): Uint8Array {
  const r = new ByteReader(blocks);
  const type = r.u8() & 127;
  if (type === STREAMINFO) return r.take(r.u24()).bytes;
  throw new MediaError(`Cannot read metadata block type ${type} of FLAC, expected STREAMINFO (0)`);
}
