/** Transport streams (13818-1; RFC 8216bis §3.1.2): a segment of pictures, with the sound where it is the only one. */

import { groupFrames, packetCounts } from "../mpegts/pes.ts";
import type { Pes } from "../mpegts/pes.ts";
import { PACKET_SIZE, psi } from "../mpegts/psi.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { getMuxedAudio, muxedAudioSamples } from "./mpegts_support.ts";
import { accessUnits } from "./access_units.ts";
import { AUDIO_PID, getPcrs, inOrder, muxTs, toPes } from "./ts_muxer.ts";
import { getAccessUnits, VIDEO_PID, wholeSegmentSlice } from "./ts_muxer.ts";
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
  if (audio) tracks.push(trackOf(audio, AUDIO_PID, muxedAudioSamples(audio, rendition, index)));
  return {
    type: "video/mp2t",
    header: NOTHING,
    ranges: tracks.flatMap(({ ranges }) => ranges),
    transform(bytes) {
      const streams = toPes(tracks, tracks.map(wholeSegmentSlice), bytes);
      return muxTs(tracks, streams, wholePiece(tracks, streams, index));
    },
    slices(bytes, least) {
      const streams = toPes(tracks, tracks.map(wholeSegmentSlice), bytes);
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
  const { units, ranges } = accessUnits(rendition, first, end);
  const ends = pid === VIDEO_PID
    ? units.map((_, i) => i + 1)
    : groupFrames(units.map(({ pts }) => pts));
  return { units, ranges, first, ends, mpegTs, rendition, pid };
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
    spans: tracks.map(wholeSegmentSlice),
    counts: streams.map(packetCounts),
    before: tracks.map(() => 0),
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
  let before = whole.before;
  const [ends, sums] = [[...starts], [...before]];
  let size = tables.length;
  let left = streams.reduce((sum, { length }) => sum + length, 0);
  for (const [track, place] of inOrder(streams)) {
    const count = whole.counts[track]![place]!;
    ends[track]!++;
    sums[track]! += count;
    size += PACKET_SIZE * (count + getPcrs(tracks[track]!, place).length);
    if (--left > 0 && size < whole.least) continue;
    const spans = starts.map((first, i) => ({ first, end: ends[i]! }));
    const counts = whole.counts.map((all, i) => all.slice(spans[i]!.first, spans[i]!.end));
    stretches.push({ plan: planOf(tracks, { spans, counts, before, tables }), size });
    [starts, before, tables, size] = [[...ends], [...sums], NOTHING, 0];
  }
  return stretches;
}

function planOf(tracks: readonly TsTrack[], piece: TsSlice): SegmentPlan {
  const { spans } = piece;
  return {
    type: "video/mp2t",
    header: NOTHING,
    ranges: tracks.flatMap((track, i) => {
      const { first, end } = getAccessUnits(track, spans[i]!);
      const { rendition: { source, track: { samples } } } = track;
      return toSampleRanges(source, samples.readSamples(track.first + first, track.first + end));
    }),
    transform: (bytes) => muxTs(tracks, toPes(tracks, spans, bytes), piece),
  };
}
