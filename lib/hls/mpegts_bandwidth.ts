/** Bits a second that a rendition takes in transport streams, or as packed audio: from sizes alone, nothing is read. */

import { findUniformFields, IS_NON_SYNC } from "../mp4/samples/sample_table.ts";
import { countPcrs, mayNeedPcrs, toTsTime } from "../mpegts/timestamps.ts";
import { countPacketsOfSize, groupEqualFrames, groupFrames, roundUpTo16 } from "../mpegts/pes.ts";
import { PACKET_SIZE } from "../mpegts/psi.ts";
import { ID3_TIMESTAMP_SIZE } from "../mpegts/id3_timestamp.ts";
import { computeAverageBandwidth, computePeakBandwidth } from "../presentation/bandwidth.ts";
import { computeSegmentDurations } from "../presentation/segment_sizes.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { getWholeRendition } from "../selection/select.ts";
import { getMuxedAudio, getMuxedAudioSamples } from "./mpegts_support.ts";

/** Bytes of PES headers with one and with two timestamps, and of the adaptation field that says the clock. */
const HEADER = 14;
const LONG_HEADER = 19;
const CLOCK_FIELD = 8;

/** PAT and PMT. */
const TABLES = 2;

/** What a segment holds of a rendition. */
interface Span {
  readonly first: number;
  readonly end: number;
}

interface Bandwidths {
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

const known = new WeakMap<MediaRendition, Bandwidths>();

/**
 * Peak and mean, in bit/s, with the sound that is in the same segments; of a selection, those of the whole. Worked out once a
 * rendition: variants ask again.
 */
export function computeTsBandwidths(
  presentation: Presentation,
  rendition: MediaRendition,
): Bandwidths {
  const whole = getWholeRendition(presentation, rendition);
  const bandwidths = known.get(whole) ?? reckoned(presentation, whole);
  known.set(whole, bandwidths);
  return bandwidths;
}

function reckoned(
  presentation: Presentation,
  rendition: MediaRendition,
): Bandwidths {
  const audio = rendition.type === "video" ? getMuxedAudio(presentation) : undefined;
  const { samples } = rendition.timeline;
  const weights = computeSegmentDurations(rendition).map((seconds, i) => {
    const span = { first: samples[i]!, end: samples[i + 1]! };
    if (rendition.type === "audio") {
      return { seconds, bytes: ID3_TIMESTAMP_SIZE + packedSize(rendition, span) };
    }
    const beside = audio
      ? roundUpTo16(audioPackets(audio, getMuxedAudioSamples(audio, rendition, i)))
      : 0;
    return { seconds, bytes: PACKET_SIZE * (TABLES + videoPackets(rendition, span) + beside) };
  });
  return {
    bandwidth: computePeakBandwidth(weights, presentation.targetDuration),
    averageBandwidth: computeAverageBandwidth(weights),
  };
}

/** Samples of a span as streams have them: sizes as far as the sample entry tells, and what a fragment would say. */
function streamSamples({ track, codec, timing }: MediaRendition, { first, end }: Span) {
  const samples = track.samples.scanSamples(first, end);
  const { sizes, flags } = samples;
  const overhead = codec.mpegTs!.overhead(track.entries[track.samples.description(first)]!);
  for (let i = 0; i < sizes.length; i++) {
    sizes[i]! += overhead.sample + (flags[i]! & IS_NON_SYNC ? 0 : overhead.sync);
  }
  return { sizes, flags, ...timing.runFields(first, samples) };
}

function packedSize(rendition: MediaRendition, span: Span): number {
  return streamSamples(rendition, span).sizes.reduce((sum, size) => sum + size, 0);
}

/** Packets of pictures, and those of the clock alone, which don't count for the filling up. */
function videoPackets(rendition: MediaRendition, span: Span): number {
  const { timescale, delay, decodeTime } = rendition.timing;
  const { sizes, durations, compositionOffsets } = streamSamples(rendition, span);
  let time = decodeTime(span.first);
  let packets = 0;
  let clocks = 0;
  for (let i = 0; i < sizes.length; i++) {
    const header = compositionOffsets[i] === delay ? HEADER : LONG_HEADER; // one timestamp says both
    packets += countPacketsOfSize(CLOCK_FIELD + header + sizes[i]!);
    const next = time + durations[i]!;
    if (mayNeedPcrs(durations[i]!, timescale)) {
      clocks += countPcrs(toTsTime(time, timescale), toTsTime(next, timescale));
    }
    time = next;
  }
  return roundUpTo16(packets) + clocks;
}

function audioPackets(rendition: MediaRendition, span: Span): number {
  const { timing } = rendition;
  const samples = streamSamples(rendition, span);
  const { sizes } = samples;
  if (sizes.length === 0) return 0;
  const alike = findUniformFields(samples);
  const ends = alike.durations && alike.offsets
    ? groupEqualFrames(sizes.length)
    : groupFrames(Array.from(
      sizes,
      (_, i) => toTsTime(timing.presentationTime(span.first + i), timing.timescale),
    ));
  let packets = 0;
  let first = 0;
  for (const end of ends) {
    let together = 2 + HEADER; // 2: random access
    for (; first < end; first++) together += sizes[first]!;
    packets += countPacketsOfSize(together);
  }
  return packets;
}
