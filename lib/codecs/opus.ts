/** Opus (Encapsulation of Opus in ISO Base Media File Format). */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { toChannelLayout, toChannelLayoutByCount } from "./channels.ts";
import type { Codec } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";

/** Decoders output 48 kHz (RFC 6716 §1). */
const SAMPLE_RATE = 48000;

/** RFC 7845 §5.1.1. */
const FIXED_FAMILIES = [0, 1];

export const opus: Codec = {
  family: "opus",
  entries: ["Opus"],
  /** Must be declared (Encapsulation of Opus in ISO Base Media File Format, 4.3.6.2). */
  preRoll: { seconds: 0.08 },
  protection: "samples",
  isAllSync: () => true,

  /** Safari accepts only the registered `Opus` (mp4ra.org) in MP4. */
  describe(entry) {
    const { channels, family } = readConfigurationBox(entry, "dOps", readDops);
    const fixed = FIXED_FAMILIES.includes(family);
    const channelLayout = fixed ? toChannelLayoutByCount(channels) : toChannelLayout(channels);
    return { type: "audio", codec: "Opus", sampleRate: SAMPLE_RATE, ...channelLayout };
  },
};

function readDops(body: Uint8Array): { channels: number; family: number } {
  const r = new ByteReader(body);
  const version = r.u8();
  if (version !== 0) throw new MediaError(`Cannot read version ${version}`);
  const channels = r.u8();
  if (channels === 0) throw new MediaError("Cannot read 0 channels");
  r.skip(8); // pre-skip, rate, gain
  return { channels, family: r.u8() };
}

const MAGIC = "OpusHead";

/** The upper four bits of the version change the layout (RFC 7845 §5.1). */
const MAX_VERSION = 15;

/**
 * Builds the body of OpusSpecificBox (Encapsulation of Opus in ISO Base Media File Format, 4.3.2).
 *
 * @param header identification header (RFC 7845 §5.1)
 * @throws MediaError if it is truncated, or of another version
 */
export function buildDops(header: Uint8Array): Uint8Array {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const r = new ByteReader(header);
  if (r.ascii(MAGIC.length) !== MAGIC) {
    throw new MediaError(`Cannot find ${MAGIC} in the sequence header of Opus`);
  }
  const version = r.u8();
  if (version > MAX_VERSION) {
    throw new MediaError(`Cannot read version ${version} of the sequence header of Opus`);
  }
  const channels = r.u8();
  r.skip(8);
  const w = new ByteWriter(32);
  w.u8(0);
  w.u8(channels);
  w.u16(view.getUint16(10, true)); // pre-skip
  w.u32(view.getUint32(12, true)); // of the input
  w.u16(view.getUint16(16, true)); // gain
  w.bytes(readChannelMapping(r, channels));
  return w.finish();
}

/** Returns the mapping family, and a table of streams unless it is 0. */
function readChannelMapping(r: ByteReader, channels: number): Uint8Array {
  const family = r.bytes[r.position];
  return r.take(family === 0 ? 1 : 1 + 2 + channels).bytes;
}

/** Builds the identification header of mono or stereo, by a packet (RFC 6716 §3.1). */
export function buildOpusHead(packet: Uint8Array): Uint8Array {
  const isStereo = (packet[0]! & 4) !== 0;
  const header = new Uint8Array(19);
  header.set(new TextEncoder().encode(MAGIC));
  header[8] = 1;
  header[9] = isStereo ? 2 : 1;
  new DataView(header.buffer).setUint32(12, SAMPLE_RATE, true);
  return header;
}
