/** Places in a transport stream, for tests that change what stands there. */

import { assert } from "@std/assert";

const PACKET = 188;

/** Where a transport packet starts, and where what it carries does. */
export interface Place {
  readonly at: number;
  readonly payload: number;
}

/** All packets of a PID, in order. */
export function packetsOf(bytes: Uint8Array, pid: number): Place[] {
  const places: Place[] = [];
  for (let at = 0; at < bytes.length; at += PACKET) {
    if ((bytes[at + 1]! & 31) * 256 + bytes[at + 2]! !== pid) continue;
    const field = bytes[at + 3]! & 0x20 ? 1 + bytes[at + 4]! : 0;
    places.push({ at, payload: at + 4 + field });
  }
  return places;
}

/** Those in which a PES packet starts. */
export function startsOf(bytes: Uint8Array, pid: number): Place[] {
  const starts = packetsOf(bytes, pid).filter(({ at }) => bytes[at + 1]! & 0x40);
  assert(starts.length > 0);
  return starts;
}

/** Adds to the 33 bits of a timestamp. */
export function addTicks(bytes: Uint8Array, at: number, ticks: number): void {
  const low = (bytes[at + 3]! * 256 + bytes[at + 4]!) >> 1;
  const value = low + ticks;
  assert(value >= 0 && value < 2 ** 15, "the test would have to carry");
  bytes[at + 3] = value >> 7;
  bytes[at + 4] = (value & 127) << 1 | 1;
}

/** Adds to the base of a clock, in an adaptation field that has one. */
export function addToClock(bytes: Uint8Array, packet: number, ticks: number): void {
  assert(bytes[packet + 5]! & 0x10, "the packet has no clock");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const base = view.getUint32(packet + 6) * 2 + (bytes[packet + 10]! >> 7) + ticks;
  view.setUint32(packet + 6, Math.floor(base / 2));
  bytes[packet + 10] = (bytes[packet + 10]! & 127) | (base % 2) << 7;
}

/** Without a packet. */
export function withoutPacket(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + PACKET)]);
}

/** A change of the bytes in place. */
export function patch(change: (bytes: Uint8Array) => void): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    change(bytes);
    return bytes;
  };
}
