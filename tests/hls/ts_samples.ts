/** Checks that an elementary stream contains the samples of a file: none lost, repeated, changed or moved. */

import { assert, assertEquals } from "@std/assert";
import { readBytes } from "../../lib/storage/source.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import {
  type ElementaryStream,
  joinBytes,
  type PesPacket,
  readAdtsFrames,
  splitNalUnits,
} from "../mpegts.ts";
import { type BoxSample, readTracks } from "../mp4box.ts";

/** Samples expected in an elementary stream. */
export interface SourceSamples {
  readonly samples: readonly { readonly time: BoxSample; readonly bytes: Uint8Array }[];
  /** avcC or hvcC; undefined for audio. */
  readonly configurations: readonly Uint8Array[];
  /** Start of presentation; frames before it are compressed to its start. In seconds. */
  readonly start: number;
  readonly codec: string;
}

/** Times as mp4box reads them, and bytes of the file. */
export async function sourceSamples(rendition: MediaRendition): Promise<SourceSamples> {
  const { source, track, timing: { first, end }, codec } = rendition;
  const file = await readBytes(source, 0, source.size);
  const tracks = readTracks(file as Uint8Array<ArrayBuffer>, false);
  const { samples, start } = tracks.find(({ id }) => id === track.id)!;
  const { offsets, sizes } = track.samples.readSamples(first, end);
  const bytes = Array.from(offsets, (offset, i) => file.subarray(offset, offset + sizes[i]!));
  return {
    samples: samples.slice(first, end).map((time, i) => ({ time, bytes: bytes[i]! })),
    configurations: track.entries.flatMap(({ boxes }) =>
      boxes.get("avcC") ?? boxes.get("hvcC") ?? []
    ),
    start,
    codec: codec.family,
  };
}

/** 90 kHz, 10 s ahead. */
function ticks(seconds: number): number {
  return 90000 * (10 + seconds);
}

/** Half a tick, and the rounding error of doubles in mp4box. */
const HALF_A_TICK = 0.5 + 1e-6;

/** Upper limit of the duration of a preroll, in seconds; frames within it may be moved. */
const MAX_PREROLL = 0.0005;

function assertInPreroll(pts: number, start: number): void {
  assert(
    pts >= ticks(start) - HALF_A_TICK && pts <= ticks(start + MAX_PREROLL),
    `compressed to ${pts}`,
  );
}

/** SPS and PPS; VPS, SPS and PPS. */
const AVC = { delimiter: 9, sets: [7, 8], typeOf: (nal: Uint8Array) => nal[0]! & 31 };
const HEVC = { delimiter: 35, sets: [32, 33, 34], typeOf: (nal: Uint8Array) => nal[0]! >> 1 & 63 };

/** @throws AssertionError that names the frame and the difference */
export function checkVideo({ packets, type }: ElementaryStream, source: SourceSamples): void {
  const codec = type === 0x1B ? AVC : HEVC;
  assertEquals(packets.length, source.samples.length, "frames");
  for (const [i, { time, bytes }] of source.samples.entries()) {
    const { pts, dts, data, randomAccess, streamId } = packets[i]!;
    assertEquals([streamId, randomAccess], [0xE0, time.sync], `frame ${i}`);
    if (time.presentationTime < source.start + MAX_PREROLL) assertInPreroll(pts, source.start);
    else assertTime(pts, time.presentationTime, `frame ${i}`);
    assert(dts <= pts);
    checkNalUnits(splitNalUnits(data), nalUnitsOfSample(bytes), { codec, source, sync: time.sync });
  }
}

function checkNalUnits(
  got: readonly Uint8Array[],
  own: readonly Uint8Array[],
  { codec, source, sync }: { codec: typeof AVC; source: SourceSamples; sync: boolean },
): void {
  const expected = own.filter((nal) => codec.typeOf(nal) !== codec.delimiter);
  const added = got.slice(0, got.length - expected.length);
  assertEquals(got.slice(added.length), expected);
  assertEquals(added.slice(0, 1).map(codec.typeOf), [codec.delimiter], "a delimiter in front");
  const sets = added.slice(1);
  const inside = (set: Uint8Array) =>
    source.configurations.some((configuration) => indexOf(configuration, set) >= 0);
  assert(sets.every((set) => codec.sets.includes(codec.typeOf(set)) && inside(set)));
  if (!sync) return assertEquals(sets, []);
  const before = got.slice(0, got.findIndex((nal) => isSlice(nal, codec)));
  const types = new Set(before.map(codec.typeOf));
  assert(
    codec.sets.every((type) => types.has(type)),
    `parameter sets before a frame: ${[...types]}`,
  );
}

function isSlice(nal: Uint8Array, codec: typeof AVC): boolean {
  const type = codec.typeOf(nal);
  return codec === AVC ? type >= 1 && type <= 5 : type < 32;
}

/** NAL units of all test media have lengths of 4 bytes. */
function nalUnitsOfSample(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at);
    units.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return units;
}

/** @param packets each with one or more whole frames, the first at its time */
export function checkAudio(packets: readonly PesPacket[], source: SourceSamples): void {
  let next = 0;
  for (const [i, { pts, dts, data }] of packets.entries()) {
    assertEquals(dts, pts, "audio has equal DTS and PTS");
    const first = source.samples[next];
    assert(first, `packet ${i} contains audio that is not in the file`);
    assertTime(pts, first.time.presentationTime, `packet ${i}`);
    next = checkFrames(data, source, next);
  }
  assertEquals(next, source.samples.length, "frames");
}

/** Checks frames from `next` on, and returns the index after them. */
export function checkFrames(data: Uint8Array, source: SourceSamples, next: number): number {
  if (source.codec === "aac") return checkAdts(data, source, next);
  let [end, size] = [next, 0];
  while (size < data.length) size += source.samples[end++]!.bytes.length;
  assertEquals(data, joinBytes(source.samples.slice(next, end).map(({ bytes }) => bytes)));
  return end;
}

/** With a channel configuration of 0, each frame starts with a program_config_element. */
function checkAdts(data: Uint8Array, { samples }: SourceSamples, next: number): number {
  const frames = readAdtsFrames(data);
  for (const [i, frame] of frames.entries()) {
    const own = samples[next + i]!.bytes;
    const more = frame.data.length - own.length;
    assertEquals(frame.data.slice(more), own.slice(), `frame ${next + i}`);
    assert(frame.channels === 0 ? more > 0 && frame.data[0]! >> 5 === 5 : more === 0);
    assertEquals(frame.objectType, 2);
  }
  return next + frames.length;
}

export function assertTime(got: number, seconds: number, what: string): void {
  const off = got - ticks(seconds);
  assert(Math.abs(off) <= HALF_A_TICK, `${what} is ${off} ticks off`);
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
