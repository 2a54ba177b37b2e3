/** MPEG-TS segments (13818-1; RFC 8216bis §3.1.2). */

import { encryptSegment } from "../cmaf/aes128.ts";
import { groupFrames, padPacketCounts } from "../mpegts/pes.ts";
import type { Pes } from "../mpegts/pes.ts";
import { PACKET_SIZE, psi } from "../mpegts/psi.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import { MediaError, RequestError } from "../errors.ts";
import {
  computeTsCost,
  countTsSegments,
  findFirstTsSegment,
  getMuxedAudio,
  getMuxedAudioSamples,
  MAX_TS_COST,
} from "./mpegts_support.ts";
import { readAccessUnits } from "./access_units.ts";
import { AUDIO_PID, byDecodeTime, getPcrs, muxTs, toPes } from "./ts_muxer.ts";
import { getUnitRange, getWholePesRange, VIDEO_PID } from "./ts_muxer.ts";
import type { TsSlice, TsTrack } from "./ts_muxer.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";

const EMPTY = new Uint8Array(0);

/**
 * Plans a segment with the audio that is muxed with video.
 *
 * @throws RequestError `NOT_FOUND` for a segment of a live presentation that lacks audio; MediaError `MEDIA_UNSUPPORTED` if its audio
 * is as large as segments must not be
 */
export function planTsSegment(
  presentation: Presentation,
  video: MediaRendition,
  { index, protection }: { readonly index: number; readonly protection: SegmentProtection },
): SegmentPlan {
  const { samples, firstOrdinal = 0 } = video.timeline;
  const first = findFirstTsSegment(presentation, video);
  if (index < first || index >= countTsSegments(presentation, video)) {
    throw new RequestError(
      "NOT_FOUND",
      `Cannot find segment ${index} of '${video.name}': its audio is not ${
        index < first ? "listed" : "complete yet"
      }`,
    );
  }
  const tracks = [createVideoTrack(video, { first: samples[index]!, end: samples[index + 1]! })];
  const audio = getMuxedAudio(presentation);
  if (audio) {
    const range = getMuxedAudioSamples(presentation, { video, audio }, index);
    checkMuxedAudio(audio, range);
    tracks.push(createTrack(audio, AUDIO_PID, range));
  }
  return encryptSegment(planWholeTracks(tracks, (firstOrdinal + index) % 16), protection, index);
}

/** Video that has segments of its own may have longer ones than audio. */
function checkMuxedAudio(
  { file, track: { samples } }: MediaRendition,
  { first, end }: { first: number; end: number },
): void {
  const cost = computeTsCost({ bytes: samples.bytes(first, end), samples: end - first });
  if (cost <= MAX_TS_COST) return;
  const why = `Cannot mux ${end - first} samples of audio into one segment of MPEG-TS`;
  throw new MediaError(why, "MEDIA_UNSUPPORTED").inFile(file);
}

/** @param counter continuity counter of PAT and PMT */
export function planWholeTracks(tracks: readonly TsTrack[], counter: number): SegmentPlan {
  return {
    type: "video/mp2t",
    header: EMPTY,
    ranges: tracks.flatMap(({ ranges }) => ranges),
    transform(bytes) {
      const pes = toPes(tracks, tracks.map(getWholePesRange), bytes);
      return muxTs(tracks, pes, wholeSlice(tracks, pes, counter));
    },
    slices(bytes, minSize) {
      const pes = toPes(tracks, tracks.map(getWholePesRange), bytes);
      return splitSegment(tracks, pes, { ...wholeSlice(tracks, pes, counter), minSize });
    },
  };
}

/** Each sample `[first, end)` is a PES packet. */
export function createVideoTrack(
  video: MediaRendition,
  range: { first: number; end: number },
): TsTrack {
  return createTrack(video, VIDEO_PID, range);
}

function createTrack(
  rendition: MediaRendition,
  pid: number,
  { first, end }: { first: number; end: number },
): TsTrack {
  const mpegTs = rendition.codec.mpegTs!;
  const { units, ranges } = readAccessUnits(rendition, first, end);
  const ends = pid === VIDEO_PID
    ? units.map((_, i) => i + 1)
    : groupFrames(units.map(({ pts }) => pts));
  return { units, ranges, firstSample: first, pesEnds: ends, mpegTs, rendition, pid };
}

function wholeSlice(
  tracks: readonly TsTrack[],
  pes: readonly (readonly Pes[])[],
  counter: number,
): TsSlice {
  const streams = tracks.map(({ pid, mpegTs }) => ({ pid, type: mpegTs.streamType }));
  return {
    pesRanges: tracks.map(getWholePesRange),
    packetCounts: pes.map(padPacketCounts),
    precedingPackets: tracks.map(() => 0),
    tables: psi(streams, counter),
  };
}

/** Slices have at least `minSize` bytes, except the last. Each reads its own samples again. */
function splitSegment(
  tracks: readonly TsTrack[],
  pes: readonly (readonly Pes[])[],
  whole: TsSlice & { readonly minSize: number },
): PlanSlice[] {
  const slices: PlanSlice[] = [];
  let { tables } = whole;
  let starts = tracks.map(() => 0);
  let before = whole.precedingPackets;
  const [ends, sums] = [[...starts], [...before]];
  let size = tables.length;
  let left = pes.reduce((sum, { length }) => sum + length, 0);
  for (const [track, index] of byDecodeTime(pes)) {
    const count = whole.packetCounts[track]![index]!;
    ends[track]!++;
    sums[track]! += count;
    size += PACKET_SIZE * (count + getPcrs(tracks[track]!, index).length);
    if (--left > 0 && size < whole.minSize) continue;
    const spans = starts.map((first, i) => ({ first, end: ends[i]! }));
    const counts = whole.packetCounts.map((all, i) => all.slice(spans[i]!.first, spans[i]!.end));
    slices.push({
      plan: planSlice(tracks, {
        pesRanges: spans,
        packetCounts: counts,
        precedingPackets: before,
        tables,
      }),
      size,
    });
    [starts, before, tables, size] = [[...ends], [...sums], EMPTY, 0];
  }
  return slices;
}

function planSlice(tracks: readonly TsTrack[], slice: TsSlice): SegmentPlan {
  const { pesRanges } = slice;
  return {
    type: "video/mp2t",
    header: EMPTY,
    ranges: tracks.flatMap((track, i) => {
      const { first, end } = getUnitRange(track, pesRanges[i]!);
      const { rendition: { source, track: { samples } } } = track;
      return toSampleRanges(
        source,
        samples.readSamples(track.firstSample + first, track.firstSample + end),
      );
    }),
    transform: (bytes) => muxTs(tracks, toPes(tracks, pesRanges, bytes), slice),
  };
}
