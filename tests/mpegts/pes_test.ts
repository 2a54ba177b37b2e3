import { assert, assertEquals } from "@std/assert";
import {
  centreJoins,
  computePesSize,
  countPackets,
  groupFrames,
  Packetizer,
  padPacketCounts,
  sumGaps,
} from "../../lib/mpegts/pes.ts";
import type { Pes } from "../../lib/mpegts/pes.ts";

function pes(size: number, more: Partial<Pes> = {}): Pes {
  const data = [Uint8Array.from({ length: size }, (_, i) => i % 251)];
  return { streamId: 0xE0, pts: 903600, dts: 900000, data, randomAccess: false, ...more };
}

interface Packet {
  pid: number;
  start: boolean;
  counter: number;
  payload: Uint8Array;
  randomAccess: boolean;
  pcr: number | undefined;
}

/** Demuxes transport packets (13818-1 §2.4.3.2). */
function packets(bytes: Uint8Array): Packet[] {
  assertEquals(bytes.length % 188, 0);
  return Array.from({ length: bytes.length / 188 }, (_, i) => {
    const packet = bytes.subarray(188 * i, 188 * i + 188);
    assertEquals(packet[0], 0x47);
    const [hasField, hasPayload] = [packet[3]! & 0x20, packet[3]! & 0x10];
    const field = hasField ? packet[4]! : -1;
    const flags = field > 0 ? packet[5]! : 0;
    const view = new DataView(packet.buffer, packet.byteOffset);
    return {
      pid: view.getUint16(1) & 0x1FFF,
      start: (packet[1]! & 0x40) !== 0,
      counter: packet[3]! & 15,
      payload: hasPayload ? packet.subarray(5 + field) : new Uint8Array(0),
      randomAccess: (flags & 0x40) !== 0,
      pcr: flags & 0x10 ? view.getUint32(6) * 2 + (packet[10]! >> 7) : undefined,
    };
  });
}

function written(packet: Pes, count = countPackets(packet)): Packet[] {
  const bytes = new Uint8Array(188 * count);
  assertEquals(new Packetizer(0x100).write(packet, count, bytes, 0), bytes.length);
  return packets(bytes);
}

function timestamp(bytes: Uint8Array, at: number): number {
  const [a, b, c, d, e] = bytes.subarray(at, at + 5);
  return (a! >> 1 & 7) * 2 ** 30 + b! * 2 ** 22 + (c! >> 1) * 2 ** 15 + d! * 2 ** 7 + (e! >> 1);
}

for (const size of [0, 1, 100, 164, 165, 166, 169, 170, 183, 184, 185, 348, 349, 5000, 70000]) {
  for (const more of [{}, { pcr: 5 }, { randomAccess: true }, { dts: 903600 }]) {
    Deno.test(`Packetizer.write() writes all of ${size} bytes with ${JSON.stringify(more)}`, () => {
      const packet = pes(size, more);
      const parts = written(packet);
      const whole = parts.flatMap(({ payload }) => [...payload]);
      assertEquals(whole.length, computePesSize(packet));
      assertEquals(whole.slice(whole.length - size), [...packet.data[0]!]);
      assertEquals(parts.map(({ start }) => start), parts.map((_, i) => i === 0));
      assertEquals(parts.map(({ counter }) => counter), parts.map((_, i) => i % 16));
      assertEquals(parts[0]!.pcr, packet.pcr);
      assertEquals(parts[0]!.randomAccess, packet.randomAccess);
    });
  }
}

for (const time of [0, 1, 2 ** 15 - 1, 2 ** 15, 2 ** 30 + 12345, 2 ** 33 - 1, 2 ** 33 + 7]) {
  Deno.test(`Packetizer.write() writes 33 bits of ${time}`, () => {
    const [packet] = written(pes(10, { pts: time + 3600, dts: time, pcr: time }));
    const { payload, pcr } = packet!;
    assertEquals([...payload.subarray(0, 4)], [0, 0, 1, 0xE0]);
    assertEquals(timestamp(payload, 9), (time + 3600) % 2 ** 33);
    assertEquals(timestamp(payload, 14), time % 2 ** 33);
    assertEquals(pcr, time % 2 ** 33);
  });
}

Deno.test("padPacketCounts() rounds up to a multiple of 16", () => {
  for (const sizes of [[40], [5000, 30], [30, 5000, 3], [9, 9, 9, 40], Array(33).fill(90)]) {
    const stream = sizes.map((size) => pes(size));
    const counts = padPacketCounts(stream);
    assertEquals(counts.reduce((a, b) => a + b) % 16, 0, `${sizes}`);
    const packetizer = new Packetizer(0x100);
    const bytes = new Uint8Array(188 * counts.reduce((a, b) => a + b));
    stream.reduce((at, packet, i) => packetizer.write(packet, counts[i]!, bytes, at), 0);
    const all = packets(bytes);
    assertEquals(all.map(({ counter }) => counter), all.map((_, i) => i % 16));
    assert(all.every(({ payload }) => payload.length > 0));
    assertEquals(
      all.flatMap(({ payload }) => [...payload]).length,
      stream.reduce((sum, packet) => sum + computePesSize(packet), 0),
    );
  }
});

Deno.test("Packetizer.writePcr() writes the PCR without counting the packet", () => {
  const packetizer = new Packetizer(0x100);
  const bytes = new Uint8Array(3 * 188);
  packetizer.write(pes(10), 1, bytes, 0);
  packetizer.writePcr(12345, bytes, 188);
  packetizer.write(pes(10), 1, bytes, 376);
  const all = packets(bytes);
  assertEquals(all.map(({ counter }) => counter), [0, 0, 1]);
  assertEquals([all[1]!.pcr, all[1]!.payload.length], [12345, 0]);
});

const together: [name: string, times: number[], ends: number[]][] = [
  ["eight at most", Array.from({ length: 20 }, (_, i) => 1920 * i), [8, 16, 20]],
  [
    "44.1 kHz, with rounded intervals",
    Array.from({ length: 9 }, (_, i) => Math.round(i * 2089.8)),
    [8, 9],
  ],
  ["a new packet after a gap", [0, 7200, 9120, 11040], [1, 4]],
  ["none that comes early", [0, 1920, 3840, 4000, 5920], [3, 5]],
  ["one", [5], [1]],
];

for (const [name, times, ends] of together) {
  Deno.test(`groupFrames(): ${name}`, () => assertEquals(groupFrames(times), ends));
}

const gapped: [name: string, times: number[], gaps: number][] = [
  ["none", [], 0],
  ["one frame", [900000], 0],
  ["steady", [0, 1920, 3840, 5760], 0],
  ["rounded", [0, 2090, 4180, 6269, 8359], 0],
  ["in milliseconds", [0, 1890, 3870, 5760, 7650, 9630], 0],
  ["a first frame that lasts", [0, 7200, 9120, 11040], 5280],
  ["two gaps", [0, 1920, 3840, 7680, 9600, 11520, 14440], 1920 + 1000],
];

for (const [name, times, gaps] of gapped) {
  Deno.test(`sumGaps(): ${name}`, () => assertEquals(sumGaps(times), gaps));
}

const joined: [name: string, times: number[], offset: number][] = [
  ["none", [], 0],
  ["steady", [0, 1920, 3840, 5760], 0],
  ["in milliseconds", [0, 1890, 3870, 5760, 7650, 9630], 0],
  ["a gap", [0, 1920, 3840, 6760, 8680], 500],
  ["an overlap", [0, 1920, 3840, 4760, 6680], -500],
  ["both, one after the other", [0, 1920, 4840, 6760, 7680, 9600], 500],
  ["overlaps that add up", [0, 1920, 3240, 5160, 6480, 8400], -600],
];

for (const [name, times, offset] of joined) {
  Deno.test(`centreJoins(): ${name}`, () => assertEquals(centreJoins(times), offset));
}
