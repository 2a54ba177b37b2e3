/** Bits a second that a rendition takes in transport streams, or as packed audio: from sizes alone, nothing is read. */

import { NON_SYNC } from "../mp4/sample_table.ts";
import { clocksBetween, streamTime } from "../mpegts/clock.ts";
import { filledUp, framesTogether, packetsFor } from "../mpegts/pes.ts";
import { PACKET_SIZE } from "../mpegts/psi.ts";
import { TIME_TAG_SIZE } from "../mpegts/time_tag.ts";
import { averageBandwidth, peakBandwidth, spans } from "./bandwidth.ts";
import type { MediaRendition, Presentation } from "./presentation.ts";
import { audioBeside, muxedAudio } from "./transport_stream.ts";

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

/** Peak and mean, in bit/s, with the sound that is in the same segments. Worked out once a rendition: variants ask again. */
export function streamBandwidths(
  presentation: Presentation,
  rendition: MediaRendition,
): Bandwidths {
  const bandwidths = known.get(rendition) ?? reckoned(presentation, rendition);
  known.set(rendition, bandwidths);
  return bandwidths;
}

function reckoned(
  presentation: Presentation,
  rendition: MediaRendition,
): Bandwidths {
  const audio = rendition.type === "video" ? muxedAudio(presentation) : undefined;
  const { samples } = rendition.timeline;
  const weights = spans(rendition).map((seconds, i) => {
    const span = { first: samples[i]!, end: samples[i + 1]! };
    if (rendition.type === "audio") {
      return { seconds, bytes: TIME_TAG_SIZE + packedSize(rendition, span) };
    }
    const beside = audio ? filledUp(audioPackets(audio, audioBeside(audio, rendition, i))) : 0;
    return { seconds, bytes: PACKET_SIZE * (TABLES + videoPackets(rendition, span) + beside) };
  });
  return {
    bandwidth: peakBandwidth(weights, presentation.targetDuration),
    averageBandwidth: averageBandwidth(weights),
  };
}

/** Bytes of each sample as streams have it: as far as the sample entry tells. */
function streamSizes({ track, codec }: MediaRendition, { first, end }: Span): number[] {
  const { sizes, flags } = track.samples.samples(first, end);
  const overhead = codec.mpegTs!.overhead(track.entries[track.samples.description(first)]!);
  return Array.from(sizes, (size, i) => {
    const sync = (flags[i]! & NON_SYNC) === 0;
    return size + overhead.sample + (sync ? overhead.sync : 0);
  });
}

function packedSize(rendition: MediaRendition, span: Span): number {
  return streamSizes(rendition, span).reduce((sum, size) => sum + size, 0);
}

/** Packets of pictures, and those of the clock alone, which don't count for the filling up. */
function videoPackets(rendition: MediaRendition, span: Span): number {
  const { timing } = rendition;
  let packets = 0;
  let clocks = 0;
  for (const [i, size] of streamSizes(rendition, span).entries()) {
    const index = span.first + i;
    const decodeTime = timing.decodeTime(index);
    const alike = timing.presentationTime(index) === decodeTime - timing.mediaTime + timing.delay;
    packets += packetsFor(CLOCK_FIELD + (alike ? HEADER : LONG_HEADER) + size);
    const next = streamTime(timing.decodeTime(index + 1), timing.timescale);
    clocks += clocksBetween(streamTime(decodeTime, timing.timescale), next).length;
  }
  return filledUp(packets) + clocks;
}

function audioPackets(rendition: MediaRendition, span: Span): number {
  const { timing } = rendition;
  const sizes = streamSizes(rendition, span);
  const times = sizes.map((_, i) =>
    streamTime(timing.presentationTime(span.first + i), timing.timescale)
  );
  let packets = 0;
  let first = 0;
  for (const end of sizes.length > 0 ? framesTogether(times) : []) {
    const together = sizes.slice(first, end).reduce((sum, size) => sum + size, 0);
    packets += packetsFor(2 + HEADER + together); // 2: random access
    first = end;
  }
  return packets;
}
