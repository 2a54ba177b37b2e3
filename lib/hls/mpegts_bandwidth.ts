/** Bandwidth of MPEG-TS and packed audio, from sample sizes alone. */

import type { MpegTsMapping } from "../codecs/codec.ts";
import { areEqual, IS_NON_SYNC, type SampleFields } from "../mp4/samples/sample_table.ts";
import { countPcrs, mayNeedPcrs, toTsTime } from "../mpegts/timestamps.ts";
import { countPacketsOfSize, groupEqualFrames, groupFrames, roundUpTo16 } from "../mpegts/pes.ts";
import { PACKET_SIZE } from "../mpegts/psi.ts";
import { ID3_TIMESTAMP_SIZE } from "../mpegts/id3_timestamp.ts";
import { type Bandwidths, computeBandwidths } from "../presentation/bandwidth.ts";
import type { KeyFrame } from "../presentation/key_frames.ts";
import type { SampleTiming } from "../presentation/sample_timing.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { countTsSegments, findMuxedAudioStart, getMuxedAudio } from "./mpegts_support.ts";
import type { MuxedRenditions } from "./mpegts_support.ts";

const PES_HEADER_WITH_PTS_BYTES = 14;
const PES_HEADER_WITH_PTS_AND_DTS_BYTES = 19;

const ADAPTATION_FIELD_WITH_PCR_BYTES = 8;
const ADAPTATION_FIELD_WITH_FLAGS_BYTES = 2;

const PAT_AND_PMT_PACKETS = 2;

/** Samples that are read at once: a few segments, whose columns fit the processor's cache. */
const MIN_SCANNED = 4096;

interface SampleRange {
  readonly first: number;
  readonly end: number;
}

/** Computes the bandwidths of a rendition in MPEG-TS, with muxed audio, or as packed audio. A value of `DerivedValues`. */
export function computeTsBandwidths(presentation: Presentation, name: string): Bandwidths {
  const { targetDuration, renditions } = presentation;
  const rendition = renditions.get(name) as MediaRendition;
  const audio = rendition.type === "video" ? getMuxedAudio(presentation) : undefined;
  const count = countTsSegments(presentation, rendition);
  const scan = scanTsSamples(rendition, rendition.timeline.samples[count]!);
  const countMuxedPackets = audio
    ? createMuxedPacketCounter(presentation, { video: rendition, audio })
    : () => 0;
  const sizes: SegmentSize[] = [];
  for (let i = 0; i < count; i++) {
    sizes.push(
      computeTsSegmentSize(rendition, { index: i, scan, audioPackets: countMuxedPackets(i) }),
    );
  }
  return computeBandwidths(sizes, targetDuration);
}

/** Counts packets of audio in each segment of video, in ascending order. */
function createMuxedPacketCounter(
  presentation: Presentation,
  tracks: MuxedRenditions,
): (segment: number) => number {
  const scan = scanTsSamples(tracks.audio, tracks.audio.timing.end);
  let last = { segment: NaN, sample: 0 };
  const findStart = (segment: number) =>
    segment === last.segment ? last.sample : findMuxedAudioStart(presentation, tracks, segment);
  return (segment) => {
    const first = findStart(segment);
    const end = findStart(segment + 1);
    last = { segment: segment + 1, sample: end };
    return countAudioPackets(scan({ first, end }), tracks.audio.timing);
  };
}

function computeTsSegmentSize(
  rendition: MediaRendition,
  { index, scan, audioPackets }: {
    index: number;
    scan: (range: SampleRange) => TsSamples;
    audioPackets: number;
  },
): SegmentSize {
  const { type, timing, timeline: { samples, decodeTimes } } = rendition;
  const { timescale } = timing;
  const seconds = decodeTimes[index + 1]! / timescale - decodeTimes[index]! / timescale;
  const converted = scan({ first: samples[index]!, end: samples[index + 1]! });
  if (type === "audio") {
    return { seconds, bytes: ID3_TIMESTAMP_SIZE + computePackedSize(converted) };
  }
  const packets = PAT_AND_PMT_PACKETS + countVideoPackets(converted, timing) +
    roundUpTo16(audioPackets);
  return { seconds, bytes: PACKET_SIZE * packets };
}

/** Returns a function that computes the bytes of the resource that `planTsKeyFrame()` plans. */
export function createTsKeyFrameMeter(
  rendition: MediaRendition,
): (frame: Pick<KeyFrame, "sample">) => number {
  const { samples } = rendition.track;
  const getOverhead = createOverheadLookup(rendition);
  return ({ sample }) => {
    const overhead = getOverhead(sample);
    const size = samples.bytes(sample, sample + 1) + overhead.sample + overhead.sync;
    const packets = countPacketsOfSize(
      ADAPTATION_FIELD_WITH_PCR_BYTES + PES_HEADER_WITH_PTS_BYTES + size,
    );
    return PACKET_SIZE * (PAT_AND_PMT_PACKETS + roundUpTo16(packets));
  };
}

type TsOverhead = ReturnType<MpegTsMapping["overhead"]>;

/** Returns a function that finds what MPEG-TS adds to a sample, which reads each sample description once. */
function createOverheadLookup(
  { track: { samples, entries }, codec }: MediaRendition,
): (sample: number) => TsOverhead {
  const overheads: TsOverhead[] = [];
  return (sample) => {
    const description = samples.description(sample);
    return overheads[description] ??= codec.mpegTs!.overhead(entries[description]!);
  };
}

/** Times in the rendition's timescale. */
interface TsColumns {
  /** In bytes, without what MPEG-TS adds. */
  readonly sizes: Uint32Array;
  readonly flags: Uint32Array;
  readonly durations: Uint32Array;
  readonly compositionOffsets: Uint32Array;
}

/** Samples of a segment. */
interface TsSamples extends TsColumns {
  readonly first: number;
  readonly overhead: TsOverhead;
}

/**
 * Returns a function that reads samples in ascending order, several segments at a time.
 *
 * @param last end of the samples
 */
function scanTsSamples(
  rendition: MediaRendition,
  last: number,
): (range: SampleRange) => TsSamples {
  const { track: { samples: table }, timing } = rendition;
  const getOverhead = createOverheadLookup(rendition);
  let scanned:
    | (SampleRange & { readonly samples: SampleFields; readonly columns: TsColumns })
    | undefined;
  return ({ first, end }) => {
    if (!scanned || first < scanned.first || end > scanned.end) {
      const scannedEnd = Math.max(end, Math.min(last, first + MIN_SCANNED));
      const samples = table.scanSamples(first, scannedEnd, scanned?.samples);
      const { sizes, flags } = samples;
      const columns = { sizes, flags, ...timing.runFields(first, samples) };
      scanned = { first, end: scannedEnd, samples, columns };
    }
    const [from, to] = [first - scanned.first, end - scanned.first];
    const { sizes, flags, durations, compositionOffsets } = scanned.columns;
    return {
      first,
      sizes: sizes.subarray(from, to),
      flags: flags.subarray(from, to),
      durations: durations.subarray(from, to),
      compositionOffsets: compositionOffsets.subarray(from, to),
      overhead: getOverhead(first),
    };
  };
}

function computePackedSize({ sizes, overhead }: TsSamples): number {
  let sum = overhead.sample * sizes.length;
  for (let i = 0; i < sizes.length; i++) sum += sizes[i]!;
  return sum;
}

/** Packets of video are padded to a multiple of 16, those of the PCR alone are not. */
function countVideoPackets(
  { first, sizes, flags, durations, compositionOffsets, overhead }: TsSamples,
  { timescale, delay, decodeTime }: SampleTiming,
): number {
  let time = decodeTime(first);
  let packets = 0;
  let pcrs = 0;
  for (let i = 0; i < sizes.length; i++) {
    const header = compositionOffsets[i] === delay
      ? PES_HEADER_WITH_PTS_BYTES
      : PES_HEADER_WITH_PTS_AND_DTS_BYTES;
    const hasParameterSets = i === 0 || !(flags[i]! & IS_NON_SYNC);
    const size = sizes[i]! + overhead.sample + (hasParameterSets ? overhead.sync : 0);
    packets += countPacketsOfSize(ADAPTATION_FIELD_WITH_PCR_BYTES + header + size);
    const next = time + durations[i]!;
    if (mayNeedPcrs(durations[i]!, timescale)) {
      pcrs += countPcrs(toTsTime(time, timescale), toTsTime(next, timescale));
    }
    time = next;
  }
  return roundUpTo16(packets) + pcrs;
}

function countAudioPackets(samples: TsSamples, timing: SampleTiming): number {
  const { sizes, durations, compositionOffsets, overhead } = samples; // all are sync samples, for which no audio codec adds more
  if (sizes.length === 0) return 0;
  const ends = areEqual(durations) && areEqual(compositionOffsets)
    ? groupEqualFrames(sizes.length)
    : groupFrames(computeTsTimes(samples, timing));
  let packets = 0;
  let first = 0;
  for (const end of ends) {
    let size = ADAPTATION_FIELD_WITH_FLAGS_BYTES + PES_HEADER_WITH_PTS_BYTES +
      overhead.sample * (end - first);
    for (; first < end; first++) size += sizes[first]!;
    packets += countPacketsOfSize(size);
  }
  return packets;
}

/** Computes presentation times in ticks of 90 kHz. */
function computeTsTimes(
  { first, durations, compositionOffsets }: TsSamples,
  { timescale, mediaTime, decodeTime }: SampleTiming,
): Float64Array {
  const times = new Float64Array(durations.length);
  let time = decodeTime(first) - mediaTime;
  for (let i = 0; i < times.length; i++) {
    times[i] = toTsTime(time + compositionOffsets[i]!, timescale);
    time += durations[i]!;
  }
  return times;
}
