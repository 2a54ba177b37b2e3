/** Bandwidth of MPEG-TS and packed audio, from sample sizes alone. */

import { findUniformFields, IS_NON_SYNC } from "../mp4/samples/sample_table.ts";
import { countPcrs, mayNeedPcrs, toTsTime } from "../mpegts/timestamps.ts";
import { countPacketsOfSize, groupEqualFrames, groupFrames, roundUpTo16 } from "../mpegts/pes.ts";
import { PACKET_SIZE } from "../mpegts/psi.ts";
import { ID3_TIMESTAMP_SIZE } from "../mpegts/id3_timestamp.ts";
import { extendBandwidth, getBandwidths } from "../presentation/bandwidth.ts";
import type { Bandwidths, BandwidthState } from "../presentation/bandwidth.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { countTsSegments, getMuxedAudio, getMuxedAudioSamples } from "./mpegts_support.ts";

const PES_HEADER_WITH_PTS_BYTES = 14;
const PES_HEADER_WITH_PTS_AND_DTS_BYTES = 19;

const ADAPTATION_FIELD_WITH_PCR_BYTES = 8;
const ADAPTATION_FIELD_WITH_FLAGS_BYTES = 2;

const PAT_AND_PMT_PACKETS = 2;

interface SampleRange {
  readonly first: number;
  readonly end: number;
}

/** Bandwidths of a rendition in MPEG-TS, with muxed audio. */
export interface TsSizes extends Bandwidths {
  /** Excludes the last segment unless the presentation is live: it has all audio to the end. */
  readonly settled: BandwidthState;
}

/** Measures the segments that `previous` has not settled; see `DerivedValues`. */
export function extendTsSizes(
  previous: TsSizes | undefined,
  presentation: Presentation,
  name: string,
): TsSizes {
  const { targetDuration, renditions, live } = presentation;
  const rendition = renditions.get(name) as MediaRendition;
  const known = previous?.settled.target === targetDuration ? previous.settled : undefined;
  const audio = rendition.type === "video" ? getMuxedAudio(presentation) : undefined;
  const countMuxedPackets = (segment: number) =>
    audio
      ? countAudioPackets(
        audio,
        getMuxedAudioSamples(presentation, { video: rendition, audio }, segment),
      )
      : 0;
  const sizes: SegmentSize[] = [];
  for (let i = known?.count ?? 0; i < countTsSegments(presentation, rendition); i++) {
    sizes.push(computeTsSegmentSize(rendition, i, countMuxedPackets(i)));
  }
  const settledCount = live ? sizes.length : Math.max(0, sizes.length - 1);
  const settled = extendBandwidth(known, sizes.slice(0, settledCount), targetDuration);
  const all = extendBandwidth(settled, sizes.slice(settledCount), targetDuration);
  return { settled, ...getBandwidths(all) };
}

function computeTsSegmentSize(
  rendition: MediaRendition,
  index: number,
  audioPackets: number,
): SegmentSize {
  const { timing: { timescale }, timeline: { samples, decodeTimes } } = rendition;
  const seconds = decodeTimes[index + 1]! / timescale - decodeTimes[index]! / timescale;
  const range = { first: samples[index]!, end: samples[index + 1]! };
  if (rendition.type === "audio") {
    return { seconds, bytes: ID3_TIMESTAMP_SIZE + computePackedSize(rendition, range) };
  }
  const packets = PAT_AND_PMT_PACKETS + countVideoPackets(rendition, range) +
    roundUpTo16(audioPackets);
  return { seconds, bytes: PACKET_SIZE * packets };
}

/** Computes the bytes of the resource that `planTsKeyFrame()` plans. */
export function computeTsKeyFrameSize(rendition: MediaRendition, sample: number): number {
  const { track: { samples, entries }, codec } = rendition;
  const overhead = codec.mpegTs!.overhead(entries[samples.description(sample)]!);
  const size = samples.bytes(sample, sample + 1) + overhead.sample + overhead.sync;
  const packets = countPacketsOfSize(
    ADAPTATION_FIELD_WITH_PCR_BYTES + PES_HEADER_WITH_PTS_BYTES + size,
  );
  return PACKET_SIZE * (PAT_AND_PMT_PACKETS + roundUpTo16(packets));
}

function getConvertedSamples(
  { track, codec, timing }: MediaRendition,
  { first, end }: SampleRange,
) {
  const samples = track.samples.scanSamples(first, end);
  const { sizes, flags } = samples;
  const overhead = codec.mpegTs!.overhead(track.entries[track.samples.description(first)]!);
  for (let i = 0; i < sizes.length; i++) {
    sizes[i]! += overhead.sample + (flags[i]! & IS_NON_SYNC ? 0 : overhead.sync);
  }
  return { sizes, flags, ...timing.runFields(first, samples) };
}

function computePackedSize(rendition: MediaRendition, range: SampleRange): number {
  return getConvertedSamples(rendition, range).sizes.reduce((sum, size) => sum + size, 0);
}

/** Packets of video are padded to a multiple of 16, those of the PCR alone are not. */
function countVideoPackets(rendition: MediaRendition, range: SampleRange): number {
  const { timescale, delay, decodeTime } = rendition.timing;
  const { sizes, durations, compositionOffsets } = getConvertedSamples(rendition, range);
  let time = decodeTime(range.first);
  let packets = 0;
  let pcrs = 0;
  for (let i = 0; i < sizes.length; i++) {
    const header = compositionOffsets[i] === delay
      ? PES_HEADER_WITH_PTS_BYTES
      : PES_HEADER_WITH_PTS_AND_DTS_BYTES;
    packets += countPacketsOfSize(ADAPTATION_FIELD_WITH_PCR_BYTES + header + sizes[i]!);
    const next = time + durations[i]!;
    if (mayNeedPcrs(durations[i]!, timescale)) {
      pcrs += countPcrs(toTsTime(time, timescale), toTsTime(next, timescale));
    }
    time = next;
  }
  return roundUpTo16(packets) + pcrs;
}

function countAudioPackets(rendition: MediaRendition, range: SampleRange): number {
  const { timing } = rendition;
  const samples = getConvertedSamples(rendition, range);
  const { sizes } = samples;
  if (sizes.length === 0) return 0;
  const uniform = findUniformFields(samples);
  const ends = uniform.durations && uniform.offsets
    ? groupEqualFrames(sizes.length)
    : groupFrames(Array.from(
      sizes,
      (_, i) => toTsTime(timing.presentationTime(range.first + i), timing.timescale),
    ));
  let packets = 0;
  let first = 0;
  for (const end of ends) {
    let size = ADAPTATION_FIELD_WITH_FLAGS_BYTES + PES_HEADER_WITH_PTS_BYTES;
    for (; first < end; first++) size += sizes[first]!;
    packets += countPacketsOfSize(size);
  }
  return packets;
}
