/** Packetized elementary streams (13818-1 §2.4.3.6), and how they are cut into transport packets. */

import { PACKET_SIZE, SYNC_BYTE } from "./psi.ts";

/** Timestamps have 33 bits. */
const WRAP = 2 ** 33;

/** Bytes of a packet behind its header. */
const PAYLOAD = PACKET_SIZE - 4;

/** Continuity counters have 4 bits. */
const COUNTER = 16;

/** Frames of sound that share a PES packet: headers and stuffing would take a quarter of small ones. */
const FRAMES_TOGETHER = 8;

/** Steps from frame to frame that differ by no more than rounding, in ticks. */
const ROUNDING = 2;

/**
 * Which frames of sound share a PES packet, as the places where each packet ends: its first frame says the time of all, so
 * one behind a gap starts another.
 *
 * @param times of the frames, in ticks
 */
export function groupFrames(times: readonly number[]): number[] {
  const step = usualStep(times);
  const ends: number[] = [];
  let first = 0;
  for (let i = 1; i <= times.length; i++) {
    const steady = i < times.length && Math.abs(times[i]! - times[i - 1]! - step) <= ROUNDING;
    if (steady && i - first < FRAMES_TOGETHER) continue;
    ends.push(i);
    first = i;
  }
  return ends;
}

/** The same of frames that all last as long: no times are needed. */
export function groupEqualFrames(count: number): number[] {
  const ends: number[] = [];
  for (let end = FRAMES_TOGETHER; end < count; end += FRAMES_TOGETHER) ends.push(end);
  if (count > 0) ends.push(count);
  return ends;
}

/** A step that is longer than the others by so much leaves a gap; times in milliseconds jump too, by less. In ticks. */
const GAP = 900;

/**
 * All gaps between frames together, in ticks; mostly 0. Encoders that write no edit list leave one: their first frame lasts
 * until the sound starts.
 *
 * @param times of the frames, in ticks
 */
export function sumGaps(times: readonly number[]): number {
  const step = usualStep(times);
  const gaps = times.slice(1).map((time, i) => time - times[i]! - step);
  return gaps.filter((gap) => gap > GAP).reduce((sum, gap) => sum + gap, 0);
}

/** The step from frame to frame that is taken most often. */
function usualStep(times: readonly number[]): number {
  const counts = new Map<number, number>();
  let usual = 0;
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    const count = (counts.get(step) ?? 0) + 1;
    counts.set(step, count);
    if (count > (counts.get(usual) ?? 0)) usual = step;
  }
  return usual;
}

/** One PES packet: some access units of one stream. Times in ticks of 90 kHz. */
export interface Pes {
  readonly streamId: number;
  readonly pts: number;
  readonly dts: number;
  /** One after the other, as the stream has them. */
  readonly data: readonly Uint8Array[];
  /** Decoding can start here. */
  readonly randomAccess: boolean;
  /** Programme clock of its first packet; undefined: none. */
  readonly pcr?: number | undefined;
}

/** Bytes of header and data. */
export function computePesSize(pes: Pes): number {
  return headerSize(pes) + pes.data.reduce((sum, { length }) => sum + length, 0);
}

function headerSize({ pts, dts }: Pes): number {
  return pts === dts ? 14 : 19;
}

/** Bytes that the adaptation field of the first packet takes, its length byte included. */
function adaptationSize({ randomAccess, pcr }: Pes): number {
  return pcr !== undefined ? 8 : randomAccess ? 2 : 0;
}

/** Transport packets that a PES packet takes at least. */
export function countPackets(pes: Pes): number {
  return countPacketsOfSize(computePesSize(pes) + adaptationSize(pes));
}

/** The same, by the bytes of adaptation field, header and data. */
export function countPacketsOfSize(size: number): number {
  return Math.ceil(size / PAYLOAD);
}

/** What a stream's packets in a segment are filled up to: see `packetCounts`. */
export function roundUpTo16(packets: number): number {
  return Math.ceil(packets / COUNTER) * COUNTER;
}

/**
 * How many packets each PES packet of a stream is to take, so that together they are a multiple of 16: then every segment
 * starts with a continuity counter of 0 and ends with 15, whichever was asked for before. What is too much is stuffing;
 * the last PES packets take it, each as many packets as it has bytes to fill them.
 */
export function padPacketCounts(stream: readonly Pes[]): number[] {
  const counts = stream.map(countPackets);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let extra = roundUpTo16(total) - total;
  for (let i = stream.length - 1; i >= 0 && extra > 0; i--) {
    const data = computePesSize(stream[i]!) - headerSize(stream[i]!); // the header stays in one packet
    const more = Math.min(extra, Math.max(0, data - counts[i]!));
    counts[i]! += more;
    extra -= more;
  }
  return counts;
}

/** Cuts PES packets of one stream into transport packets, and counts these on. */
export class Packetizer {
  #counter: number;

  /** @param counter of the first packet: how many were before it in the segment */
  constructor(readonly pid: number, counter = 0) {
    this.#counter = counter % COUNTER;
  }

  /**
   * Writes `pes` as `count` transport packets; gives back where they end.
   *
   * @param into filled from `at` on: 188 bytes a packet
   */
  write(pes: Pes, count: number, into: Uint8Array, at: number): number {
    const bytes = pesBytes(pes);
    let done = 0;
    for (let left = count; left > 0; left--, at += PACKET_SIZE) {
      const first = done === 0;
      const room = PAYLOAD - (first ? adaptationSize(pes) : 0);
      const take = Math.min(room, bytes.length - done - (left - 1)); // at least a byte stays for each packet that follows
      this.#packet(into, at, { pes: first ? pes : undefined, take });
      into.set(bytes.subarray(done, done + take), at + PACKET_SIZE - take);
      done += take;
    }
    return at;
  }

  /** A packet that carries the clock alone (§2.4.3.5), and does not count. Gives back where it ends. */
  writePcr(pcr: number, into: Uint8Array, at: number): number {
    into[at] = SYNC_BYTE;
    into[at + 1] = this.pid >> 8;
    into[at + 2] = this.pid & 0xFF;
    into[at + 3] = 0x20 | (this.#counter + COUNTER - 1) % COUNTER;
    adaptationField(into.subarray(at + 4, at + PACKET_SIZE), { randomAccess: false, pcr });
    return at + PACKET_SIZE;
  }

  /** Header and adaptation field of a packet that carries `take` bytes; `pes` starts in it. */
  #packet(
    into: Uint8Array,
    at: number,
    { pes, take }: { pes: Pes | undefined; take: number },
  ): void {
    const field = PAYLOAD - take;
    into[at] = SYNC_BYTE;
    into[at + 1] = (pes ? 0x40 : 0) | this.pid >> 8;
    into[at + 2] = this.pid & 0xFF;
    into[at + 3] = (field > 0 ? 0x30 : 0x10) | this.#counter;
    this.#counter = (this.#counter + 1) % COUNTER;
    if (field > 0) adaptationField(into.subarray(at + 4, at + 4 + field), pes);
  }
}

/** Fills `field`, length byte, flags and stuffing (§2.4.3.4). */
function adaptationField(
  field: Uint8Array,
  pes: { readonly randomAccess: boolean; readonly pcr?: number | undefined } | undefined,
): void {
  field.fill(0xFF);
  field[0] = field.length - 1;
  if (field.length === 1) return;
  field[1] = (pes?.randomAccess ? 0x40 : 0) | (pes?.pcr !== undefined ? 0x10 : 0);
  if (pes?.pcr === undefined) return;
  const base = pes.pcr % WRAP;
  const view = new DataView(field.buffer, field.byteOffset);
  view.setUint32(2, Math.floor(base / 2)); // 32 of the 33 bits, then the last one, 6 reserved, 9 of the extension
  view.setUint16(6, (base % 2) * 0x8000 | 0x7E00);
}

/** Header (§2.4.3.7) and data. The length is 0, unbounded, where it does not fit: allowed for pictures alone. */
function pesBytes(pes: Pes): Uint8Array {
  const header = headerSize(pes);
  const bytes = new Uint8Array(computePesSize(pes));
  const length = bytes.length - 6;
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x100 + pes.streamId); // 00 00 01, stream_id
  view.setUint16(4, length < 2 ** 16 ? length : 0);
  const decodes = pes.pts !== pes.dts;
  view.setUint16(6, 0x8400 | (decodes ? 0xC0 : 0x80)); // data aligned: an access unit starts right behind
  bytes[8] = header - 9;
  timestamp(view, 9, decodes ? 3 : 2, pes.pts);
  if (decodes) timestamp(view, 14, 1, pes.dts);
  let at = header;
  for (const part of pes.data) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** 33 bits in 5 bytes, with a marker bit behind each part (§2.4.3.7). */
function timestamp(view: DataView, at: number, prefix: number, ticks: number): void {
  const time = ticks % WRAP;
  const top = Math.floor(time / 2 ** 30);
  view.setUint8(at, prefix << 4 | top << 1 | 1);
  view.setUint16(at + 1, Math.floor(time / 2 ** 15) % 2 ** 15 << 1 | 1);
  view.setUint16(at + 3, time % 2 ** 15 << 1 | 1);
}
