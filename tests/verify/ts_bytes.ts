/** Transport packets from hexadecimal text, and offsets in MPEG-TS for mutations. */

import { assert } from "@std/assert";
import { hex } from "../codecs/entry.ts";

const PACKET = 188;

/** Builds transport packets of 188 bytes from hexadecimal text; FF follows the bytes of each. */
export function tsPacket(...packets: string[]): Uint8Array {
  const bytes = new Uint8Array(packets.length * PACKET).fill(0xFF);
  for (const [i, packet] of packets.entries()) bytes.set(hex(packet), i * PACKET);
  return bytes;
}

/** Offsets of a transport packet and of its payload. */
export interface PacketOffsets {
  readonly at: number;
  readonly payload: number;
}

/** Finds the packets of a PID. */
export function findPackets(bytes: Uint8Array, pid: number): PacketOffsets[] {
  const places: PacketOffsets[] = [];
  for (let at = 0; at < bytes.length; at += PACKET) {
    if ((bytes[at + 1]! & 31) * 256 + bytes[at + 2]! !== pid) continue;
    const field = bytes[at + 3]! & 0x20 ? 1 + bytes[at + 4]! : 0;
    places.push({ at, payload: at + 4 + field });
  }
  return places;
}

/** Finds the packets of a PID in which a PES packet starts. */
export function findPesStarts(bytes: Uint8Array, pid: number): PacketOffsets[] {
  const starts = findPackets(bytes, pid).filter(({ at }) => bytes[at + 1]! & 0x40);
  assert(starts.length > 0);
  return starts;
}

/** Adds ticks to a timestamp of 33 bits. */
export function addTicks(bytes: Uint8Array, at: number, ticks: number): void {
  const low = (bytes[at + 3]! * 256 + bytes[at + 4]!) >> 1;
  const value = low + ticks;
  assert(value >= 0 && value < 2 ** 15, "Cannot carry");
  bytes[at + 3] = value >> 7;
  bytes[at + 4] = (value & 127) << 1 | 1;
}

/** Adds ticks to the base of a PCR. */
export function addToPcr(bytes: Uint8Array, packet: number, ticks: number): void {
  assert(bytes[packet + 5]! & 0x10, "Cannot find a PCR");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const base = view.getUint32(packet + 6) * 2 + (bytes[packet + 10]! >> 7) + ticks;
  view.setUint32(packet + 6, Math.floor(base / 2));
  bytes[packet + 10] = (bytes[packet + 10]! & 127) | (base % 2) << 7;
}

/** Removes the packet at an offset. */
export function removePacket(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + PACKET)]);
}

/** Makes a function of a change in place. */
export function inPlace(change: (bytes: Uint8Array) => void): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    change(bytes);
    return bytes;
  };
}
