/** Transport streams (13818-1; RFC 8216bis §3.1.2): a segment of pictures, with the sound where it is the only one. */

import { groupFrames, padPacketCounts } from "../mpegts/pes.ts";
import type { Pes } from "../mpegts/pes.ts";
import { PACKET_SIZE, psi } from "../mpegts/psi.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { getMuxedAudio, getMuxedAudioSamples } from "./mpegts_support.ts";
import { readAccessUnits } from "./access_units.ts";
import { AUDIO_PID, byDecodeTime, getPcrs, muxTs, toPes } from "./ts_muxer.ts";
import { getPesRange, getUnitRange, VIDEO_PID } from "./ts_muxer.ts";
import type { TsSlice, TsTrack } from "./ts_muxer.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";

const NOTHING = new Uint8Array(0);

/** @param index of the segment in the timeline of `rendition`, which is video */
export function planTsSegment(
  presentation: Presentation,
  rendition: MediaRendition,
  index: number,
): SegmentPlan {
  const { samples } = rendition.timeline;
  const tracks = [
    trackOf(rendition, VIDEO_PID, { first: samples[index]!, end: samples[index + 1]! }),
  ];
  const audio = getMuxedAudio(presentation);
  if (audio) tracks.push(trackOf(audio, AUDIO_PID, getMuxedAudioSamples(audio, rendition, index)));
  return {
    type: "video/mp2t",
    header: NOTHING,
    ranges: tracks.flatMap(({ ranges }) => ranges),
    transform(bytes) {
      const streams = toPes(tracks, tracks.map(getPesRange), bytes);
      return muxTs(tracks, streams, wholePiece(tracks, streams, index));
    },
    slices(bytes, least) {
      const streams = toPes(tracks, tracks.map(getPesRange), bytes);
      return stretchesOf(tracks, streams, { ...wholePiece(tracks, streams, index), least });
    },
  };
}

function trackOf(
  rendition: MediaRendition,
  pid: number,
  { first, end }: { first: number; end: number },
): TsTrack {
  const mpegTs = rendition.codec.mpegTs!;
  const { units, ranges } = readAccessUnits(rendition, first, end);
  const ends = pid === VIDEO_PID
    ? units.map((_, i) => i + 1)
    : groupFrames(units.map(({ pts }) => pts));
  return { units, ranges, first, pesEnds: ends, mpegTs, rendition, pid };
}

function wholePiece(
  tracks: readonly TsTrack[],
  streams: readonly (readonly Pes[])[],
  index: number,
): TsSlice {
  const tables = psi(
    tracks.map(({ pid, mpegTs, rendition }) => ({
      pid,
      type: mpegTs.streamType,
      descriptors: mpegTs.descriptors?.(rendition.track.entries[0]!) ?? NOTHING,
    })),
    index % 16,
  );
  return {
    pesRanges: tracks.map(getPesRange),
    packetCounts: streams.map(padPacketCounts),
    precedingPackets: tracks.map(() => 0),
    tables,
  };
}

/** The same packets in pieces, each a plan of its own samples: they are read again when it is their turn. */
function stretchesOf(
  tracks: readonly TsTrack[],
  streams: readonly (readonly Pes[])[],
  whole: TsSlice & { readonly least: number },
): PlanSlice[] {
  const stretches: PlanSlice[] = [];
  let { tables } = whole;
  let starts = tracks.map(() => 0);
  let before = whole.precedingPackets;
  const [ends, sums] = [[...starts], [...before]];
  let size = tables.length;
  let left = streams.reduce((sum, { length }) => sum + length, 0);
  for (const [track, place] of byDecodeTime(streams)) {
    const count = whole.packetCounts[track]![place]!;
    ends[track]!++;
    sums[track]! += count;
    size += PACKET_SIZE * (count + getPcrs(tracks[track]!, place).length);
    if (--left > 0 && size < whole.least) continue;
    const spans = starts.map((first, i) => ({ first, end: ends[i]! }));
    const counts = whole.packetCounts.map((all, i) => all.slice(spans[i]!.first, spans[i]!.end));
    stretches.push({
      plan: planOf(tracks, {
        pesRanges: spans,
        packetCounts: counts,
        precedingPackets: before,
        tables,
      }),
      size,
    });
    [starts, before, tables, size] = [[...ends], [...sums], NOTHING, 0];
  }
  return stretches;
}

function planOf(tracks: readonly TsTrack[], piece: TsSlice): SegmentPlan {
  const { pesRanges } = piece;
  return {
    type: "video/mp2t",
    header: NOTHING,
    ranges: tracks.flatMap((track, i) => {
      const { first, end } = getUnitRange(track, pesRanges[i]!);
      const { rendition: { source, track: { samples } } } = track;
      return toSampleRanges(source, samples.readSamples(track.first + first, track.first + end));
    }),
    transform: (bytes) => muxTs(tracks, toPes(tracks, pesRanges, bytes), piece),
  };
}
