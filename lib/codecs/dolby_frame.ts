/** Configuration boxes of AC-3 and E-AC-3 from a frame (ETSI TS 102 366, annexes E and F). */

import { BitReader, BitWriter } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { AC3_SAMPLE_RATES } from "./dolby_audio.ts";

const SYNC_WORD = 0x0B77;

/** Bits of AC3SpecificBox and of an independent substream of EC3SpecificBox that are reserved. */
const AC3_RESERVED = 5;
const EC3_RESERVED = 3;

/** acmod: 2/0. */
const STEREO = 2;

/**
 * Builds the body of AC3SpecificBox (§F.4).
 *
 * @param frame its first bytes suffice
 * @throws MediaError if it is truncated, or starts with no frame
 */
export function buildDac3(frame: Uint8Array): Uint8Array {
  const r = startFrame(frame);
  r.skip(16); // crc1
  const [fscod, rate] = [r.bits(2), r.bits(6) >> 1];
  const [bsid, bsmod, acmod] = [r.bits(5), r.bits(3), r.bits(3)];
  if (acmod & 1 && acmod !== 1) r.skip(2); // cmixlev
  if (acmod & 4) r.skip(2); // surmixlev
  if (acmod === STEREO) r.skip(2); // dsurmod
  const lfe = r.bit();
  const w = new BitWriter();
  w.bits(fscod, 2);
  w.bits(bsid, 5);
  w.bits(bsmod, 3);
  w.bits(acmod, 3);
  w.bits(lfe, 1);
  w.bits(rate, 5);
  w.bits(0, AC3_RESERVED);
  return w.finish();
}

/** strmtyp. */
const DEPENDENT = 1;

/** Samples of an audio block. */
const BLOCK = 256;
const MAX_BLOCKS = 6;

interface Eac3Frame {
  readonly type: number;
  readonly substream: number;
  /** In bytes. */
  readonly size: number;
  readonly fscod: number;
  readonly sampleRate: number;
  readonly samples: number;
  readonly acmod: number;
  readonly lfe: number;
  readonly bsid: number;
  /** chanmap of a dependent substream, or 0. */
  readonly locations: number;
}

/**
 * Builds the body of EC3SpecificBox (§F.6) of substream 0 and its dependent substreams. Atmos is not signalled.
 *
 * @returns also the sample rate in Hz, which the box lacks where it is halved
 * @throws MediaError if a frame of the packet is truncated, or has a reserved sample rate
 */
export function buildDec3(packet: Uint8Array): { body: Uint8Array; sampleRate: number } {
  const frames = readEac3Frames(packet);
  const first = frames[0]!;
  const dependents = listDependents(frames);
  const locations = dependents.reduce((all, { locations }) => all | locations, 0);
  const samples = countEac3Samples(packet);
  const bits = 8 * frames.reduce((sum, { size }) => sum + size, 0);
  const w = new BitWriter();
  w.bits(Math.min(2 ** 13 - 1, Math.round(bits * first.sampleRate / samples / 1000)), 13);
  w.bits(0, 3); // one independent substream
  w.bits(first.fscod, 2);
  w.bits(first.bsid, 5);
  w.bits(0, 2 + 3); // reserved, asvc, bsmod
  w.bits(first.acmod, 3);
  w.bits(first.lfe, 1);
  w.bits(0, EC3_RESERVED);
  w.bits(dependents.length, 4);
  w.bits(locations, dependents.length > 0 ? 9 : 1);
  return { body: w.finish(), sampleRate: first.sampleRate };
}

/** Returns the dependent substreams of the first frame of substream 0. */
function listDependents(frames: readonly Eac3Frame[]): readonly Eac3Frame[] {
  const end = frames.findIndex(({ type }, i) => i > 0 && type !== DEPENDENT);
  return frames.slice(1, end < 0 ? frames.length : end);
}

/** Returns the samples of all frames of substream 0 in a packet; 0 if it is malformed. */
export function countEac3Samples(packet: Uint8Array): number {
  try {
    return readEac3Frames(packet)
      .filter(({ type, substream }) => type !== DEPENDENT && substream === 0)
      .reduce((sum, { samples }) => sum + samples, 0);
  } catch (error) {
    if (error instanceof MediaError) return 0;
    throw error;
  }
}

/** @throws MediaError unless there is a whole header of a frame at the start */
function readEac3Frames(packet: Uint8Array): Eac3Frame[] {
  const frames: Eac3Frame[] = [];
  let at = 0;
  do {
    const frame = readEac3Frame(packet.subarray(at));
    frames.push(frame);
    at += frame.size;
  } while (at < packet.length);
  return frames;
}

/** syncinfo() and the start of bsi() (§E.1.2). */
function readEac3Frame(bytes: Uint8Array): Eac3Frame {
  const r = startFrame(bytes);
  const [type, substream, size, fscod] = [r.bits(2), r.bits(3), 2 * (r.bits(11) + 1), r.bits(2)];
  const isHalved = fscod === 3;
  const code = r.bits(2); // fscod2 or numblkscod
  const blocks = isHalved ? MAX_BLOCKS : [1, 2, 3, MAX_BLOCKS][code]!;
  const rate = isHalved ? (AC3_SAMPLE_RATES[code] ?? 0) / 2 : AC3_SAMPLE_RATES[fscod];
  const [acmod, lfe, bsid] = [r.bits(3), r.bit(), r.bits(5)];
  for (let programs = acmod === 0 ? 2 : 1; programs > 0; programs--) {
    r.skip(5); // dialnorm
    if (r.bit()) r.skip(8); // compr
  }
  const locations = type === DEPENDENT && r.bit() ? toLocations(r.bits(16)) : 0;
  const sampleRate = requireRate(rate);
  return {
    ...{ type, substream, size, fscod, sampleRate, samples: BLOCK * blocks },
    ...{ acmod, lfe, bsid, locations },
  };
}

/** chanmap (table E.1.4), from the highest bit, to chan_loc (table F.6.1), from the lowest. */
function toLocations(map: number): number {
  const isSet = (bit: number) => map >> (15 - bit) & 1;
  let locations = isSet(14) << 8; // LFE2
  for (let i = 0; i < 8; i++) locations |= isSet(5 + i) << i;
  return locations;
}

function startFrame(bytes: Uint8Array): BitReader {
  const r = new BitReader(bytes);
  const word = r.bits(16);
  if (word !== SYNC_WORD) {
    throw new MediaError(
      `Cannot read a frame that starts with ${word}, expected the sync word ${SYNC_WORD}`,
    );
  }
  return r;
}

function requireRate(rate: number | undefined): number {
  if (!rate) throw new MediaError("Cannot read a reserved sample rate code");
  return rate;
}
