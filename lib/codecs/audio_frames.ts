/** Decoded samples of frames of audio, by their headers. */

import { BitReader } from "../bits.ts";

/** Samples at 48 kHz of a frame of Opus (RFC 6716 §3.1): SILK and hybrid modes, then CELT, by the two last bits of the configuration. */
const SILK_SAMPLES = [480, 960, 1920, 2880];
const HYBRID_SAMPLES = [480, 960];
const FIRST_HYBRID = 12;
const FIRST_CELT = 16;
const MIN_CELT_SAMPLES = 120;

/** Longest packet: 120 ms. */
const MAX_OPUS_SAMPLES = 5760;

/** Returns the samples of a packet of Opus at 48 kHz; 0 if it is malformed. */
export function countOpusSamples(packet: Uint8Array): number {
  const toc = packet[0] ?? 0;
  const configuration = toc >> 3;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63;
  const samples = frames * getOpusFrameSamples(configuration);
  return packet.length > 0 && samples <= MAX_OPUS_SAMPLES ? samples : 0;
}

function getOpusFrameSamples(configuration: number): number {
  if (configuration < FIRST_HYBRID) return SILK_SAMPLES[configuration & 3]!;
  if (configuration < FIRST_CELT) return HYBRID_SAMPLES[configuration & 1]!;
  return MIN_CELT_SAMPLES << (configuration & 3);
}

const FLAC_SYNC = 0x3FFE; // 14 bits

/** Codes of block sizes that follow the header. */
const FLAC_8_BITS = 6;
const FLAC_16_BITS = 7;

/** Returns the samples of a frame of FLAC (RFC 9639 §9.1); 0 if it is malformed. */
export function countFlacSamples(frame: Uint8Array): number {
  if (frame.length < 16) return 0;
  const r = new BitReader(frame);
  if (r.bits(14) !== FLAC_SYNC) return 0;
  r.skip(2); // reserved, blocking strategy
  const code = r.bits(4);
  if (code === 1) return 192;
  if (code >= 2 && code <= 5) return 576 << (code - 2);
  if (code >= 8) return 256 << (code - 8);
  r.skip(4 + 4 + 3 + 1); // sample rate, channels, bit depth, reserved
  skipCodedNumber(r);
  if (code === FLAC_8_BITS) return r.bits(8) + 1;
  return code === FLAC_16_BITS ? r.bits(16) + 1 : 0;
}

/** Skips a number in the manner of UTF-8, of up to 7 bytes (RFC 9639 §9.1.5). */
function skipCodedNumber(r: BitReader): void {
  let bytes = 0;
  for (let first = r.bits(8); first & 0x80; first = first << 1 & 0xFF) bytes++;
  r.skip(8 * Math.max(0, bytes - 1));
}

/** By layer bits: reserved, III, II, I. */
const MPEG1_SAMPLES = [0, 1152, 1152, 384];
const MPEG2_SAMPLES = [0, 576, 1152, 384];
const MPEG1_VERSION = 3;

/** Returns the samples of a frame of MPEG audio (11172-3 §2.4.1.3; 13818-3); 0 if it is malformed. */
export function countMp3Samples(frame: Uint8Array): number {
  if (frame.length < 4) return 0;
  const r = new BitReader(frame);
  if (r.bits(11) !== 0x7FF) return 0;
  const version = r.bits(2);
  return (version === MPEG1_VERSION ? MPEG1_SAMPLES : MPEG2_SAMPLES)[r.bits(2)]!;
}
