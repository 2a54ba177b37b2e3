/** Muxes PES packets in the order of their decode times. */

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

export interface TsTrack {
  readonly units: readonly AccessUnit[];
  readonly ranges: readonly ByteRange[];
  readonly firstSample: number;
  /** End of each PES packet in `units`: one unit of video, several of audio. */
  readonly pesEnds: readonly number[];
  readonly mpegTs: MpegTsMapping;
  readonly rendition: MediaRendition;
  readonly pid: number;
}

export interface PesRange {
  readonly first: number;
  readonly end: number;
}

/** Arrays are by track. */
export interface TsSlice {
  readonly pesRanges: readonly PesRange[];
  readonly packetCounts: readonly (readonly number[])[];
  /** Transport packets before this slice, for the continuity counter. */
  readonly precedingPackets: readonly number[];
  /** PAT and PMT; may be empty. */
  readonly tables: Uint8Array;
}

export function getWholePesRange({ pesEnds }: TsTrack): PesRange {
  return { first: 0, end: pesEnds.length };
}

export function getUnitRange(
  { pesEnds }: TsTrack,
  { first, end }: PesRange,
): { first: number; end: number } {
  return { first: pesEnds[first - 1] ?? 0, end: pesEnds[end - 1] ?? 0 };
}

/** `bytes` has the samples of one track after the other, and may be overwritten. */
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

function createPes(
  { mpegTs, pid, units }: TsTrack,
  { first }: { first: number },
  data: readonly Uint8Array[],
): Pes {
  const { pts, dts, sync } = units[first]!;
  const pcr = pid === VIDEO_PID ? toPcr(dts) : undefined;
  return { streamId: mpegTs.streamId, pts, dts, data, randomAccess: sync, pcr };
}

/** Returns the PCRs that have packets of their own before the next PES packet. */
export function getPcrs({ pid, units }: TsTrack, index: number): number[] {
  if (pid !== VIDEO_PID) return [];
  const { dts, nextDts } = units[index]!;
  return computePcrs(dts, nextDts);
}

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

/** For equal decode times, the first track precedes. */
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
