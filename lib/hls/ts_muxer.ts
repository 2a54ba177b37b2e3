/** PES packets of several streams, one after the other in the order of their decode times. */

import type { MpegTsMapping } from "../codecs/codec.ts";
import { computePcrs, toPcr } from "../mpegts/timestamps.ts";
import { Packetizer } from "../mpegts/pes.ts";
import type { Pes } from "../mpegts/pes.ts";
import { PACKET_SIZE } from "../mpegts/psi.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { toElementaryStream } from "./access_units.ts";
import type { AccessUnit } from "./access_units.ts";
import type { ByteRange } from "../storage/read_plan.ts";

export const VIDEO_PID = 0x100;
export const AUDIO_PID = 0x101;

/** A stream on its way into packets. */
export interface TsTrack {
  readonly units: readonly AccessUnit[];
  readonly ranges: readonly ByteRange[];
  /** Sample of the first unit. */
  readonly first: number;
  /** Where each PES packet ends, among the units: pictures have one each, sounds share them. */
  readonly pesEnds: readonly number[];
  readonly mpegTs: MpegTsMapping;
  readonly rendition: MediaRendition;
  readonly pid: number;
}

/** PES packets of a track, from one up to, not with, another. */
export interface PesRange {
  readonly first: number;
  readonly end: number;
}

/** Of each track, what stands together; in the order of tracks. */
export interface TsSlice {
  readonly pesRanges: readonly PesRange[];
  /** Transport packets of each PES packet of a span. */
  readonly packetCounts: readonly (readonly number[])[];
  /** Transport packets that the track has before it. */
  readonly precedingPackets: readonly number[];
  /** What it starts with. */
  readonly tables: Uint8Array;
}

/** All that a track has. */
export function getPesRange({ pesEnds }: TsTrack): PesRange {
  return { first: 0, end: pesEnds.length };
}

/** Units of the PES packets of a span: from the first up to, not with, the end. */
export function getUnitRange(
  { pesEnds }: TsTrack,
  { first, end }: PesRange,
): { first: number; end: number } {
  return { first: pesEnds[first - 1] ?? 0, end: pesEnds[end - 1] ?? 0 };
}

/** @param bytes of the samples of the spans, one track after the other; they are used up */
export function toPes(
  tracks: readonly TsTrack[],
  spans: readonly PesRange[],
  bytes: Uint8Array,
): Pes[][] {
  let at = 0;
  return tracks.map((track, i) => {
    const { first, end } = getUnitRange(track, spans[i]!);
    const units = track.units.slice(first, end);
    const size = units.reduce((sum, unit) => sum + unit.size, 0);
    const data = toElementaryStream(track.rendition, units, bytes.subarray(at, at += size));
    const { first: from, end: to } = spans[i]!;
    return track.pesEnds.slice(from, to).map((_, place) => {
      const packet = getUnitRange(track, { first: from + place, end: from + place + 1 });
      return pesOf(track, packet, data.slice(packet.first - first, packet.end - first).flat());
    });
  });
}

/** Pictures bring the clock. */
function pesOf(
  { mpegTs, pid, units }: TsTrack,
  { first }: { first: number },
  data: readonly Uint8Array[],
): Pes {
  const { pts, dts, sync } = units[first]!;
  const pcr = pid === VIDEO_PID ? toPcr(dts) : undefined;
  return { streamId: mpegTs.streamId, pts, dts, data, randomAccess: sync, pcr };
}

/** Clocks that follow a PES packet of pictures, until the next. */
export function getPcrs({ pid, units }: TsTrack, place: number): number[] {
  if (pid !== VIDEO_PID) return [];
  const { dts, next } = units[place]!;
  return computePcrs(dts, next);
}

/** Tables, then the PES packets of all tracks in the order of their decode times. */
export function muxTs(
  tracks: readonly TsTrack[],
  streams: readonly (readonly Pes[])[],
  { pesRanges, packetCounts, precedingPackets, tables }: TsSlice,
): Uint8Array {
  const { first, end } = pesRanges[0]!;
  const clocks = Array.from({ length: end - first }, (_, i) => getPcrs(tracks[0]!, first + i));
  const packets = packetCounts.flat().reduce((sum, count) => sum + count, 0) + clocks.flat().length;
  const out = new Uint8Array(tables.length + packets * PACKET_SIZE);
  out.set(tables);
  const packetizers = tracks.map(({ pid }, i) => new Packetizer(pid, precedingPackets[i]!));
  let at = tables.length;
  for (const [track, place] of byDecodeTime(streams)) {
    at = packetizers[track]!.write(streams[track]![place]!, packetCounts[track]![place]!, out, at);
    if (track > 0) continue;
    for (const pcr of clocks[place]!) at = packetizers[0]!.writePcr(pcr, out, at);
  }
  return out;
}

/** Track and place of each PES packet, earliest decode time first. */
export function* byDecodeTime(
  streams: readonly (readonly Pes[])[],
): Generator<[track: number, place: number]> {
  const next = streams.map(() => 0);
  for (;;) {
    let earliest = -1;
    for (const [track, stream] of streams.entries()) {
      const pes = stream[next[track]!];
      if (pes && (earliest < 0 || pes.dts < streams[earliest]![next[earliest]!]!.dts)) {
        earliest = track;
      }
    }
    if (earliest < 0) return;
    yield [earliest, next[earliest]!++];
  }
}
