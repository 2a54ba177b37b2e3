/** PES packets (13818-1 §2.4.3.6) in transport packets. */

import { PACKET_SIZE, SYNC_BYTE } from "./psi.ts";

const TIMESTAMP_MODULUS = 2 ** 33;

export const PAYLOAD_SIZE = PACKET_SIZE - 4;

const COUNTER_MODULUS = 16;

/** With one frame each, headers and stuffing would be a quarter of the bytes. */
export const MAX_FRAMES_PER_PES = 8;

const ROUNDING = 2;

/**
 * Groups audio frames into PES packets and returns the end of each. Only the first frame of a packet has a timestamp,
 * so a frame after a gap starts a new one.
 *
 * @param times in ticks
 */
export function groupFrames(times: ArrayLike<number>): number[] {
  const interval = findCommonInterval(times);
  const ends: number[] = [];
  let first = 0;
  for (let i = 1; i <= times.length; i++) {
    const steady = i < times.length && Math.abs(times[i]! - times[i - 1]! - interval) <= ROUNDING;
    if (steady && i - first < MAX_FRAMES_PER_PES) continue;
    ends.push(i);
    first = i;
  }
  return ends;
}

/** Groups frames of equal duration like `groupFrames()`. */
export function groupEqualFrames(count: number): number[] {
  const ends: number[] = [];
  for (let end = MAX_FRAMES_PER_PES; end < count; end += MAX_FRAMES_PER_PES) ends.push(end);
  if (count > 0) ends.push(count);
  return ends;
}

/** In ticks; times rounded to milliseconds vary by less. */
const MIN_GAP = 900;

/** Sums the gaps between frames, in ticks. Encoders that write no edit list leave one after the first frame. */
export function sumGaps(times: readonly number[]): number {
  const interval = findCommonInterval(times);
  const gaps = times.slice(1).map((time, i) => time - times[i]! - interval);
  return gaps.filter((gap) => gap > MIN_GAP).reduce((sum, gap) => sum + gap, 0);
}

/** In ticks: two milliseconds, by which intervals vary that were rounded to one. */
const MIN_JOIN_SHIFT = 180;

/**
 * Returns how much later than the first frame's time frames must start that follow each other without gaps, where edits leave gaps and
 * overlaps: no frame is then early or late by more than half the range of them all.
 *
 * @param times in ticks
 */
export function centreJoins(times: readonly number[]): number {
  const interval = findCommonInterval(times);
  let [shift, least, most] = [0, 0, 0];
  for (let i = 1; i < times.length; i++) {
    const join = times[i]! - times[i - 1]! - interval;
    if (Math.abs(join) > MIN_JOIN_SHIFT) shift += join;
    [least, most] = [Math.min(least, shift), Math.max(most, shift)];
  }
  return Math.round((least + most) / 2);
}

/** Returns the first interval that is the most frequent one. */
function findCommonInterval(times: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  let [common, commonCount] = [0, 0];
  for (let i = 1; i < times.length;) {
    const start = i;
    const interval = times[i]! - times[i - 1]!;
    for (i++; i < times.length && times[i]! - times[i - 1]! === interval;) i++;
    const count = (counts.get(interval) ?? 0) + i - start;
    counts.set(interval, count);
    if (count > commonCount) [common, commonCount] = [interval, count];
  }
  return common;
}

/** Times in ticks of 90 kHz. */
export interface Pes {
  readonly streamId: number;
  readonly pts: number;
  readonly dts: number;
  readonly data: readonly Uint8Array[];
  readonly randomAccess: boolean;
  readonly pcr?: number | undefined;
}

export function computePesSize(pes: Pes): number {
  return getHeaderSize(pes) + pes.data.reduce((sum, { length }) => sum + length, 0);
}

function getHeaderSize({ pts, dts }: Pes): number {
  return pts === dts ? 14 : 19;
}

/** With the length byte of the adaptation field. */
function getAdaptationSize({ randomAccess, pcr }: Pes): number {
  return pcr !== undefined ? 8 : randomAccess ? 2 : 0;
}

export function countPackets(pes: Pes): number {
  return countPacketsOfSize(computePesSize(pes) + getAdaptationSize(pes));
}

/** @param size adaptation field, header and data, in bytes */
export function countPacketsOfSize(size: number): number {
  return Math.ceil(size / PAYLOAD_SIZE);
}

/** Rounds up to whole cycles of the continuity counter, as `padPacketCounts()` does. */
export function roundUpTo16(packets: number): number {
  return Math.ceil(packets / COUNTER_MODULUS) * COUNTER_MODULUS;
}

/**
 * Pads to a multiple of 16 transport packets, so that the continuity counter of each segment starts at 0. The last
 * PES packets get the additional ones, with at least one byte in each.
 */
export function padPacketCounts(stream: readonly Pes[]): number[] {
  const counts = stream.map(countPackets);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let extra = roundUpTo16(total) - total;
  for (let i = stream.length - 1; i >= 0 && extra > 0; i--) {
    const data = computePesSize(stream[i]!) - getHeaderSize(stream[i]!); // the header is in the first packet
    const more = Math.min(extra, Math.max(0, data - counts[i]!));
    counts[i]! += more;
    extra -= more;
  }
  return counts;
}

export class Packetizer {
  #counter: number;

  /** @param counter number of packets before this one in the segment */
  constructor(readonly pid: number, counter = 0) {
    this.#counter = counter % COUNTER_MODULUS;
  }

  /** Writes `pes` as `count` transport packets at `at`, and returns the offset after them. */
  write(pes: Pes, count: number, into: Uint8Array, at: number): number {
    const bytes = writePes(pes);
    let done = 0;
    for (let left = count; left > 0; left--, at += PACKET_SIZE) {
      const first = done === 0;
      const capacity = PAYLOAD_SIZE - (first ? getAdaptationSize(pes) : 0);
      const take = Math.min(capacity, bytes.length - done - (left - 1)); // each packet after this one needs a byte
      this.#packet(into, at, { pes: first ? pes : undefined, take });
      into.set(bytes.subarray(done, done + take), at + PACKET_SIZE - take);
      done += take;
    }
    return at;
  }

  /** Writes a packet with a PCR only (§2.4.3.5), which repeats the counter. Returns the offset after it. */
  writePcr(pcr: number, into: Uint8Array, at: number): number {
    into[at] = SYNC_BYTE;
    into[at + 1] = this.pid >> 8;
    into[at + 2] = this.pid & 0xFF;
    into[at + 3] = 0x20 | (this.#counter + COUNTER_MODULUS - 1) % COUNTER_MODULUS;
    writeAdaptationField(into.subarray(at + 4, at + PACKET_SIZE), { randomAccess: false, pcr });
    return at + PACKET_SIZE;
  }

  #packet(
    into: Uint8Array,
    at: number,
    { pes, take }: { pes: Pes | undefined; take: number },
  ): void {
    const field = PAYLOAD_SIZE - take;
    into[at] = SYNC_BYTE;
    into[at + 1] = (pes ? 0x40 : 0) | this.pid >> 8;
    into[at + 2] = this.pid & 0xFF;
    into[at + 3] = (field > 0 ? 0x30 : 0x10) | this.#counter;
    this.#counter = (this.#counter + 1) % COUNTER_MODULUS;
    if (field > 0) writeAdaptationField(into.subarray(at + 4, at + 4 + field), pes);
  }
}

/** Writes length, flags, PCR and stuffing (§2.4.3.4). */
function writeAdaptationField(
  field: Uint8Array,
  pes: { readonly randomAccess: boolean; readonly pcr?: number | undefined } | undefined,
): void {
  field.fill(0xFF);
  field[0] = field.length - 1;
  if (field.length === 1) return;
  field[1] = (pes?.randomAccess ? 0x40 : 0) | (pes?.pcr !== undefined ? 0x10 : 0);
  if (pes?.pcr === undefined) return;
  const base = pes.pcr % TIMESTAMP_MODULUS;
  const view = new DataView(field.buffer, field.byteOffset);
  view.setUint32(2, Math.floor(base / 2)); // base, 33 bits; reserved, 6 bits; extension, 9 bits
  view.setUint16(6, (base % 2) * 0x8000 | 0x7E00);
}

/** Writes header (§2.4.3.7) and data. Video may exceed the 16-bit length: 0 is unbounded. */
function writePes(pes: Pes): Uint8Array {
  const header = getHeaderSize(pes);
  const bytes = new Uint8Array(computePesSize(pes));
  const length = bytes.length - 6;
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x100 + pes.streamId);
  view.setUint16(4, length < 2 ** 16 ? length : 0);
  const hasDts = pes.pts !== pes.dts;
  view.setUint16(6, 0x8400 | (hasDts ? 0xC0 : 0x80));
  bytes[8] = header - 9;
  writeTimestamp(view, 9, hasDts ? 3 : 2, pes.pts);
  if (hasDts) writeTimestamp(view, 14, 1, pes.dts);
  let at = header;
  for (const part of pes.data) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Writes 33 bits in 5 bytes, with marker bits (§2.4.3.7). */
function writeTimestamp(view: DataView, at: number, prefix: number, ticks: number): void {
  const time = ticks % TIMESTAMP_MODULUS;
  const top = Math.floor(time / 2 ** 30);
  view.setUint8(at, prefix << 4 | top << 1 | 1);
  view.setUint16(at + 1, Math.floor(time / 2 ** 15) % 2 ** 15 << 1 | 1);
  view.setUint16(at + 3, time % 2 ** 15 << 1 | 1);
}
