/** Muxes the PES packets of tracks, in the order of their decode times. */

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

/** Samples of a track that become PES packets. */
export interface TsTrack {
  readonly units: readonly AccessUnit[];
  readonly ranges: readonly ByteRange[];
  /** Index of the sample of the first unit. */
  readonly firstSample: number;
  /** End of each PES packet in `units`: video has a packet per unit, audio several units per packet. */
  readonly pesEnds: readonly number[];
  readonly mpegTs: MpegTsMapping;
  readonly rendition: MediaRendition;
  readonly pid: number;
}

/** PES packets `[first, end)` of a track. */
export interface PesRange {
  readonly first: number;
  readonly end: number;
}

/** A slice of a segment. Arrays are by track. */
export interface TsSlice {
  readonly pesRanges: readonly PesRange[];
  /** Transport packets of each PES packet. */
  readonly packetCounts: readonly (readonly number[])[];
  /** Transport packets of the track before this slice. */
  readonly precedingPackets: readonly number[];
  /** PAT and PMT at the start; may be empty. */
  readonly tables: Uint8Array;
}

/** Returns the range of all PES packets of a track. */
export function getWholePesRange({ pesEnds }: TsTrack): PesRange {
  return { first: 0, end: pesEnds.length };
}

/** Returns the units `[first, end)` of a range of PES packets. */
export function getUnitRange(
  { pesEnds }: TsTrack,
  { first, end }: PesRange,
): { first: number; end: number } {
  return { first: pesEnds[first - 1] ?? 0, end: pesEnds[end - 1] ?? 0 };
}

/**
 * Converts samples to PES packets.
 *
 * @param bytes samples of the ranges, one track after the other; they may be overwritten
 */
export function toPes(
  tracks: readonly TsTrack[],
  pesRanges: readonly PesRange[],
  bytes: Uint8Array,
): Pes[][] {
  let offset = 0;
  return tracks.map((track, i) => {
    const { first, end } = getUnitRange(track, pesRanges[i]!);
    const units = track.units.slice(first, end);
    const size = units.reduce((sum, unit) => sum + unit.size, 0);
    const data = toElementaryStream(track.rendition, units, bytes.subarray(offset, offset += size));
    const { first: from, end: to } = pesRanges[i]!;
    return track.pesEnds.slice(from, to).map((_, i) => {
      const packet = getUnitRange(track, { first: from + i, end: from + i + 1 });
      return createPes(track, packet, data.slice(packet.first - first, packet.end - first).flat());
    });
  });
}

/** Video carries the PCR. */
function createPes(
  { mpegTs, pid, units }: TsTrack,
  { first }: { first: number },
  data: readonly Uint8Array[],
): Pes {
  const { pts, dts, sync } = units[first]!;
  const pcr = pid === VIDEO_PID ? toPcr(dts) : undefined;
  return { streamId: mpegTs.streamId, pts, dts, data, randomAccess: sync, pcr };
}

/** Returns the PCRs between a PES packet of video and the next one. */
export function getPcrs({ pid, units }: TsTrack, index: number): number[] {
  if (pid !== VIDEO_PID) return [];
  const { dts, nextDts } = units[index]!;
  return computePcrs(dts, nextDts);
}

/** Writes the tables, then the PES packets of all tracks by decode time. */
export function muxTs(
  tracks: readonly TsTrack[],
  pes: readonly (readonly Pes[])[],
  { pesRanges, packetCounts, precedingPackets, tables }: TsSlice,
): Uint8Array {
  const { first, end } = pesRanges[0]!;
  const pcrs = Array.from({ length: end - first }, (_, i) => getPcrs(tracks[0]!, first + i));
  const packets = packetCounts.flat().reduce((sum, count) => sum + count, 0) + pcrs.flat().length;
  const out = new Uint8Array(tables.length + packets * PACKET_SIZE);
  out.set(tables);
  const packetizers = tracks.map(({ pid }, i) => new Packetizer(pid, precedingPackets[i]!));
  let at = tables.length;
  for (const [track, index] of byDecodeTime(pes)) {
    at = packetizers[track]!.write(pes[track]![index]!, packetCounts[track]![index]!, out, at);
    if (track > 0) continue;
    for (const pcr of pcrs[index]!) at = packetizers[0]!.writePcr(pcr, out, at);
  }
  return out;
}

/** Yields track and index of each PES packet, by decode time; of equal ones the first track's. */
export function* byDecodeTime(
  pes: readonly (readonly Pes[])[],
): Generator<[track: number, index: number]> {
  const next = pes.map(() => 0);
  for (;;) {
    let earliest = -1;
    for (const [track, packets] of pes.entries()) {
      const candidate = packets[next[track]!];
      if (candidate && (earliest < 0 || candidate.dts < pes[earliest]![next[earliest]!]!.dts)) {
        earliest = track;
      }
    }
    if (earliest < 0) return;
    yield [earliest, next[earliest]!++];
  }
}
