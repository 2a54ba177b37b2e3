/**
 * A strict demuxer of MPEG-TS (13818-1): it throws on any violation of the standard. It is independent of the code under
 * test.
 */

import { assert, assertEquals } from "@std/assert";

/** An elementary stream of the program. Times in ticks of 90 kHz. */
export interface ElementaryStream {
  readonly pid: number;
  /** stream_type. */
  readonly type: number;
  readonly descriptors: Uint8Array;
  readonly packets: PesPacket[];
}

export interface PesPacket {
  /** Index of the segment. */
  readonly segment: number;
  readonly streamId: number;
  readonly pts: number;
  readonly dts: number;
  readonly randomAccess: boolean;
  readonly data: Uint8Array;
  /** Last PCR before it, or that of its own first packet. */
  readonly pcr: number | undefined;
}

const SIZE = 188;

interface PartialPes {
  readonly segment: number;
  readonly randomAccess: boolean;
  readonly pcr: number | undefined;
  readonly parts: Uint8Array[];
}

/** Reads consecutive segments, as a player does: continuity counters continue. */
export class TsDemuxer {
  readonly streams = new Map<number, ElementaryStream>();
  /** All PCRs, in order. */
  readonly pcrs: number[] = [];
  readonly #counters = new Map<number, number>();
  readonly #partial = new Map<number, PartialPes>();
  #segment = -1;
  #pcrPid = -1;
  #pmtPid = -1;

  /** @throws AssertionError */
  read(segment: Uint8Array): void {
    this.#segment++;
    assertEquals(segment.length % SIZE, 0, "whole packets");
    for (let at = 0; at < segment.length; at += SIZE) {
      this.#packet(segment.subarray(at, at + SIZE), at / SIZE);
    }
    for (const pid of [...this.#partial.keys()]) this.#close(pid); // a segment ends with a whole PES packet
  }

  #packet(packet: Uint8Array, place: number): void {
    assertEquals(packet[0], 0x47, "sync byte");
    assertEquals(packet[1]! & 0xA0, 0, "transport error or priority");
    const pid = (packet[1]! & 0x1F) * 256 + packet[2]!;
    assertEquals(packet[3]! & 0xC0, 0, "scrambling");
    const [hasField, hasPayload] = [(packet[3]! & 0x20) !== 0, (packet[3]! & 0x10) !== 0];
    this.#count(pid, packet[3]! & 15, hasPayload);
    if (place < 2) assertEquals(pid, place === 0 ? 0 : this.#pmtPid, "PAT and PMT in front");
    const field = hasField ? packet.subarray(4, 5 + packet[4]!) : packet.subarray(4, 4);
    if (hasField) assert(hasPayload ? packet[4]! <= 182 : packet[4] === 183, "field length");
    const { pcr, randomAccess } = this.#field(pid, field);
    if (!hasPayload) return;
    const payload = packet.subarray(4 + field.length);
    const start = (packet[1]! & 0x40) !== 0;
    if (pid === 0 || pid === this.#pmtPid) return this.#section(pid, payload, start);
    assert(this.streams.has(pid), `PID ${pid} is not in the PMT`);
    if (start) this.#open(pid, { randomAccess, pcr });
    assert(this.#partial.has(pid), "a PES packet that has no start");
    this.#partial.get(pid)!.parts.push(payload);
  }

  /** continuity_counter (§2.4.3.3) counts packets with payload only. */
  #count(pid: number, counter: number, hasPayload: boolean): void {
    const last = this.#counters.get(pid);
    const expected = last === undefined ? counter : hasPayload ? (last + 1) % 16 : last;
    assertEquals(counter, expected, `continuity of PID ${pid} in segment ${this.#segment}`);
    this.#counters.set(pid, counter);
  }

  #field(pid: number, field: Uint8Array): { pcr: number | undefined; randomAccess: boolean } {
    if (field.length < 2) return { pcr: this.pcrs.at(-1), randomAccess: false };
    assertEquals(field[1]! & 0xAF, 0, "discontinuity, OPCR, splicing, private data");
    const hasPcr = (field[1]! & 0x10) !== 0;
    const stuffing = field.subarray(hasPcr ? 8 : 2);
    assert(stuffing.every((byte) => byte === 0xFF), "stuffing");
    if (hasPcr) {
      assertEquals(pid, this.#pcrPid, "the PID of the clock");
      assertEquals(field[6]! & 0x7E, 0x7E, "reserved bits of the clock");
      const [a, b, c, d, e] = field.subarray(2, 7);
      this.pcrs.push(((a! * 256 + b!) * 256 + c!) * 512 + d! * 2 + (e! >> 7));
    }
    return { pcr: this.pcrs.at(-1), randomAccess: (field[1]! & 0x40) !== 0 };
  }

  #section(pid: number, payload: Uint8Array, start: boolean): void {
    assert(start && payload[0] === 0, "a section starts after its pointer_field");
    const length = (payload[2]! & 15) * 256 + payload[3]!;
    const section = payload.subarray(1, 4 + length);
    assertEquals(payload[2]! & 0xF0, 0xB0, "syntax indicator");
    assertEquals(crc(section), 0, "CRC");
    assert(payload.subarray(4 + length).every((byte) => byte === 0xFF), "stuffing");
    assertEquals(section[0], pid === 0 ? 0 : 2, "table_id");
    assertEquals([...section.subarray(5, 8)], [0xC1, 0, 0], "version, section numbers");
    const body = section.subarray(8, -4);
    if (pid === 0) {
      assertEquals(body.length, 4, "one programme");
      this.#pmtPid = (body[2]! & 31) * 256 + body[3]!;
    } else this.#map(body);
  }

  #map(body: Uint8Array): void {
    this.#pcrPid = (body[0]! & 31) * 256 + body[1]!;
    assertEquals(body[3], 0, "programme descriptors");
    for (let at = 4; at < body.length;) {
      const pid = (body[at + 1]! & 31) * 256 + body[at + 2]!;
      const length = (body[at + 3]! & 15) * 256 + body[at + 4]!;
      const descriptors = body.slice(at + 5, at + 5 + length);
      const known = this.streams.get(pid);
      if (known) assertEquals([known.type, known.descriptors], [body[at], descriptors]);
      else this.streams.set(pid, { pid, type: body[at]!, descriptors, packets: [] });
      at += 5 + length;
    }
    assert(this.streams.has(this.#pcrPid), "the clock's stream is there");
  }

  #open(pid: number, flags: Pick<PartialPes, "randomAccess" | "pcr">): void {
    this.#close(pid);
    this.#partial.set(pid, { ...flags, segment: this.#segment, parts: [] });
  }

  #close(pid: number): void {
    const half = this.#partial.get(pid);
    if (!half) return;
    this.#partial.delete(pid);
    const { parts, ...rest } = half;
    this.streams.get(pid)!.packets.push({ ...rest, ...readPes(joinBytes(parts)) });
  }
}

function readPes(bytes: Uint8Array): Pick<PesPacket, "streamId" | "pts" | "dts" | "data"> {
  assertEquals([...bytes.subarray(0, 3)], [0, 0, 1], "start code of a PES packet");
  const streamId = bytes[3]!;
  const length = bytes[4]! * 256 + bytes[5]!;
  const isVideo = (streamId & 0xF0) === 0xE0;
  if (length > 0 || !isVideo) assertEquals(length, bytes.length - 6, "PES_packet_length");
  assertEquals(bytes[6]! & 0xF4, 0x84, "marker, not scrambled, aligned");
  const flags = bytes[7]!;
  assert(flags === 0x80 || flags === 0xC0, "PTS, or PTS and DTS");
  const both = flags === 0xC0;
  assertEquals(bytes[8], both ? 10 : 5, "PES_header_data_length");
  const pts = timestamp(bytes.subarray(9, 14), both ? 3 : 2);
  const dts = both ? timestamp(bytes.subarray(14, 19), 1) : pts;
  return { streamId, pts, dts, data: bytes.subarray(both ? 19 : 14) };
}

function timestamp(bytes: Uint8Array, prefix: number): number {
  const [a, b, c, d, e] = bytes;
  assertEquals([a! >> 4, a! & 1, c! & 1, e! & 1], [prefix, 1, 1, 1], "markers of a timestamp");
  return (a! >> 1 & 7) * 2 ** 30 + (b! * 128 + (c! >> 1)) * 2 ** 15 + d! * 128 + (e! >> 1);
}

/** CRC (annex A), bit by bit; 0 for a section with its CRC. */
function crc(bytes: Uint8Array): number {
  let remainder = 0xFFFFFFFFn;
  for (const byte of bytes) {
    for (let bit = 7n; bit >= 0n; bit--) {
      const top = remainder >> 31n ^ (BigInt(byte) >> bit & 1n);
      remainder = (remainder << 1n & 0xFFFFFFFFn) ^ (top ? 0x04C11DB7n : 0n);
    }
  }
  return Number(remainder);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Splits a byte stream into NAL units (14496-10 annex B), without trailing zeros. */
export function splitNalUnits(bytes: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i] === 0 && bytes[i + 1] === 0 && bytes[i + 2] === 1) starts.push(i + 3);
  }
  return starts.map((start, i) => {
    let end = i + 1 < starts.length ? starts[i + 1]! - 3 : bytes.length;
    while (end > start && bytes[end - 1] === 0) end--;
    return bytes.subarray(start, end);
  });
}

/** An ADTS frame (14496-3 §1.A.3.2). */
export interface AdtsFrame {
  readonly objectType: number;
  readonly rateIndex: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

export function readAdtsFrames(bytes: Uint8Array): AdtsFrame[] {
  const frames: AdtsFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const [a, b, c, d, e, f, g] = bytes.subarray(at, at + 7);
    assertEquals([a, b! & 0xF6], [0xFF, 0xF0], "syncword and layer");
    assertEquals(b! & 1, 1, "no CRC");
    const size = (d! & 3) * 2048 + e! * 8 + (f! >> 5);
    assert(size > 7 && at + size <= bytes.length, "aac_frame_length");
    assertEquals(g! & 3, 0, "one frame in a frame");
    frames.push({
      objectType: (c! >> 6) + 1,
      rateIndex: c! >> 2 & 15,
      channels: (c! & 1) * 4 + (d! >> 6),
      data: bytes.subarray(at + 7, at + size),
    });
    at += size;
  }
  return frames;
}

/** Reads the ID3 tag before packed audio (RFC 8216bis §3.1.3, id3.org 2.4): its time, and the bytes after it. */
export function readId3Timestamp(bytes: Uint8Array): { time: number; rest: Uint8Array } {
  const text = (start: number, end: number) =>
    new TextDecoder("latin1").decode(bytes.subarray(start, end));
  const size = (at: number) => {
    const digits = bytes.subarray(at, at + 4);
    assert(digits.every((digit) => digit < 128), "sync-safe");
    return digits.reduce((sum, digit) => sum * 128 + digit, 0);
  };
  assertEquals([text(0, 3), bytes[3], bytes[4], bytes[5]], ["ID3", 4, 0, 0]);
  const end = 10 + size(6);
  assertEquals([text(10, 14), bytes[18], bytes[19]], ["PRIV", 0, 0]);
  assertEquals(20 + size(14), end, "one frame");
  const owner = "com.apple.streaming.transportStreamTimestamp\0";
  assertEquals(text(20, 20 + owner.length), owner);
  assertEquals(end - 20 - owner.length, 8, "eight bytes of time");
  const time = new DataView(bytes.buffer, bytes.byteOffset + end - 8).getBigUint64(0);
  assert(time < 2n ** 33n, "33 bits");
  return { time: Number(time), rest: bytes.subarray(end) };
}
