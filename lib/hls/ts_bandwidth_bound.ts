/**
 * Upper bounds of the bandwidth of MPEG-TS and packed audio, without reading samples: from the bandwidth of CMAF segments and the
 * number of samples. All servers of a recording declare the same, whatever they have read of it.
 */

import { findMax } from "../extremes.ts";
import { ID3_TIMESTAMP_SIZE } from "../mpegts/id3_timestamp.ts";
import { MAX_FRAMES_PER_PES, PAYLOAD_SIZE } from "../mpegts/pes.ts";
import { PACKET_SIZE } from "../mpegts/psi.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { getMuxedAudio, getMuxedAudioTail } from "./mpegts_support.ts";

/** Adaptation field with PCR, and a PES header with PTS and DTS. */
const HEADER_BYTES = 8 + 19;

/** PAT, PMT, and up to 15 packets of padding for each of two tracks. */
const SEGMENT_PACKETS = 2 + 15 + 15;

/** A second; frames that follow each other sooner have them. */
const MAX_PCR_PACKETS = 12;

/** Shorter segments are averaged with others. */
const MIN_SEGMENT = 0.5;

/** Packets of audio may end early, at gaps. */
const PES_MARGIN = 2;

export function boundTsBandwidths(
  presentation: Presentation,
  rendition: MediaRendition,
): Bandwidths {
  const { targetDuration } = presentation;
  const { timeline: { decodeTimes }, timing: { timescale } } = rendition;
  const seconds = (decodeTimes.at(-1)! - decodeTimes[0]!) / timescale;
  const segmentsPerSecond = 1 / Math.min(MIN_SEGMENT * targetDuration, seconds);
  if (rendition.type === "audio") {
    const { bytes } = getOverhead(rendition);
    return add(rendition, 8 * Math.ceil(bytes + segmentsPerSecond * ID3_TIMESTAMP_SIZE));
  }
  const audio = getMuxedAudio(presentation);
  const video = getOverhead(rendition);
  const pcrs = video.samples < MAX_PCR_PACKETS ? MAX_PCR_PACKETS : 0;
  const packets = SEGMENT_PACKETS * segmentsPerSecond + pcrs + video.samples +
    (video.bytes + HEADER_BYTES * video.samples) / PAYLOAD_SIZE;
  const own = inPackets(rendition, packets);
  if (!audio) return own;
  const frames = getOverhead(audio);
  const pes = PES_MARGIN * frames.samples / MAX_FRAMES_PER_PES;
  const muxed = inPackets(audio, pes + (frames.bytes + HEADER_BYTES * pes) / PAYLOAD_SIZE);
  const tail = getMuxedAudioTail(presentation, { video: rendition, audio });
  return {
    bandwidth: own.bandwidth + Math.ceil(muxed.bandwidth * (1 + tail * segmentsPerSecond)),
    averageBandwidth: own.averageBandwidth +
      Math.ceil(muxed.averageBandwidth * (1 + tail / seconds)),
  };
}

/** Returns samples a second, and the bytes a second that MPEG-TS adds to them. */
function getOverhead(
  { codec, track: { entries }, timeline: { samples, decodeTimes }, timing: { timescale } }:
    MediaRendition,
): { samples: number; bytes: number } {
  const seconds = (decodeTimes.at(-1)! - decodeTimes[0]!) / timescale;
  const count = samples.at(-1)! - samples[0]!;
  const perSecond = Math.ceil(Math.round(1000 * count / seconds) / 1000);
  const overheads = entries.map((entry) => codec.mpegTs!.overhead(entry));
  const bytes = findMax(overheads.map(({ sample, sync }) => sample + sync));
  return { samples: perSecond, bytes: bytes * perSecond };
}

/** @param packets a second for what is not in CMAF segments */
function inPackets({ bandwidth, averageBandwidth }: Bandwidths, packets: number): Bandwidths {
  const added = 8 * Math.ceil(PACKET_SIZE * packets);
  const scale = PACKET_SIZE / PAYLOAD_SIZE;
  return {
    bandwidth: Math.ceil(bandwidth * scale) + added,
    averageBandwidth: Math.ceil(averageBandwidth * scale) + added,
  };
}

function add({ bandwidth, averageBandwidth }: Bandwidths, bitRate: number): Bandwidths {
  return { bandwidth: bandwidth + bitRate, averageBandwidth: averageBandwidth + bitRate };
}
