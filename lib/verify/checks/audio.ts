/** Compares the audio of MPEG-TS and packed audio with the source. */

import type { SamplePair } from "./sample_diff.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { DemuxedPes } from "../readers/ts_demuxer.ts";
import type { Report } from "../findings.ts";
import { pairSamples } from "./sample_match.ts";
import { createSplitter } from "./audio_frames.ts";
import { getSourceSample } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { checkPesTimes, computeTsTimes } from "../expected/ts_times.ts";
import type { TsTimes } from "../expected/ts_times.ts";
import { tryRead } from "../build.ts";
import type { Rule } from "../rules.ts";

interface AudioFrames {
  readonly frames: readonly Uint8Array[];
  readonly partStarts: readonly number[];
  readonly pairs: readonly SamplePair[];
}

/**
 * Compares frames with a window of source samples, whose rest may be in the next segment if it is `open`.
 *
 * @param parts payloads of PES packets, or a segment of packed audio
 */
export function checkAudioFrames(
  parts: readonly Uint8Array[],
  { source, window, report, open }: {
    source: SourceTrack;
    window: SourceSamples;
    report: Report;
    open: boolean;
  },
): AudioFrames {
  const splitter = tryRead(() => createSplitter(source, report), report, "ADTS");
  const frames: Uint8Array[] = [];
  const partStarts: number[] = [];
  for (const part of parts) {
    partStarts.push(frames.length);
    const split = tryRead(() => splitter?.(part, window, frames.length), report, "frames");
    for (const frame of split ?? []) frames.push(frame);
  }
  const pairs = pairSamples(frames.length, window, {
    equal: (g, s) => bytesEqual(frames[g]!, getSourceSample(window, s)),
    onDifference({ got: g, source: s }) {
      const [size, expected] = [frames[g]!.length, window.sizes[s]!];
      const message = size === expected ? "differs" : `got ${size} bytes, expected ${expected}`;
      report("bytes", message, window.first + s);
    },
    report,
    open,
  });
  return { frames, partStarts, pairs };
}

export function checkAudio(
  packets: readonly DemuxedPes[],
  { source, window, report }: { source: SourceTrack; window: SourceSamples; report: Report },
): readonly SamplePair[] {
  const parts = packets.map(({ data }) => data);
  const { pairs, partStarts } = checkAudioFrames(parts, { source, window, report, open: true });
  const times = computeTsTimes(source, window);
  const sampleByFrame = new Map(pairs.map(({ got, source }) => [got, source]));
  for (const [i, packet] of packets.entries()) {
    const first = sampleByFrame.get(partStarts[i]!);
    if (first === undefined) continue;
    const reportPes = (rule: Rule, message: string) => report(rule, message, window.first + first);
    checkPesTimes(packet, { pts: times.pts[first]!, dts: times.dts[first]! }, reportPes);
    if (!packet.aligned) reportPes("PES", "data_alignment_indicator is not set");
    const { streamId } = source.rendition.codec.mpegTs!;
    if (packet.streamId !== streamId) {
      reportPes("PES", `got stream_id ${packet.streamId}, expected ${streamId}`);
    }
    const last = sampleByFrame.get((partStarts[i + 1] ?? sampleByFrame.size) - 1) ?? first;
    if (!isContinuous(times, first, last)) {
      reportPes("PTS", "there is a gap among the frames of its PES packet");
    }
  }
  return pairs;
}

const ROUNDING_TICKS = 2;

/** Decoders derive the times of frames in a PES packet from its first. */
function isContinuous({ pts }: TsTimes, first: number, last: number): boolean {
  for (let i = first + 2; i <= last; i++) {
    const [step, previous] = [pts[i]! - pts[i - 1]!, pts[i - 1]! - pts[i - 2]!];
    if (Math.abs(step - previous) > 2 * ROUNDING_TICKS) return false;
  }
  return true;
}
