/** Sound of a transport stream or of packed audio, held against the file's. */

import type { SamplePair } from "./sample_diff.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { DemuxedPes } from "../readers/ts_demuxer.ts";
import type { Report } from "../findings.ts";
import { pairSamples } from "./sample_match.ts";
import { createSplitter } from "./audio_frames.ts";
import { sampleBytes } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { compareTimes, computeTsTimes } from "../expected/ts_times.ts";
import type { TsTimes } from "../expected/ts_times.ts";
import { readBack } from "../build.ts";
import type { Rule } from "../rules.ts";

/** Frames, and of which packet each is. */
interface Frames {
  readonly frames: readonly Uint8Array[];
  /** The first frame of each packet. */
  readonly firsts: readonly number[];
}

/**
 * Frames of a whole segment of packed audio, or of the packets of a stream.
 *
 * @param open more of the window may follow in the next segment
 * @returns pairs of frames with samples of the window
 */
export function checkAudioFrames(
  parts: readonly Uint8Array[],
  { source, window, report, open }: {
    source: SourceTrack;
    window: SourceSamples;
    report: Report;
    open: boolean;
  },
): Frames & { readonly pairs: readonly SamplePair[] } {
  const splitter = readBack(() => createSplitter(source, report), report, "ADTS");
  const frames: Uint8Array[] = [];
  const firsts: number[] = [];
  for (const part of parts) {
    firsts.push(frames.length);
    const split = readBack(() => splitter?.(part, window, frames.length), report, "frames");
    frames.push(...split ?? []);
  }
  const pairs = pairSamples(frames.length, window, {
    equal: (got, own) => bytesEqual(frames[got]!, sampleBytes(window, own)),
    differs({ got, source: own }) {
      const [theirs, ours] = [frames[got]!.length, window.sizes[own]!];
      const message = theirs === ours ? "it differs" : `it has ${theirs} bytes instead of ${ours}`;
      report("bytes", message, window.first + own);
    },
    report,
    open,
  });
  return { frames, firsts, pairs };
}

/** A PES packet says the time of its first frame; the others follow it without a gap. */
export function checkAudio(
  packets: readonly DemuxedPes[],
  { source, window, report }: { source: SourceTrack; window: SourceSamples; report: Report },
): readonly SamplePair[] {
  const parts = packets.map(({ data }) => data);
  const { pairs, firsts } = checkAudioFrames(parts, { source, window, report, open: true });
  const times = computeTsTimes(source, window);
  const partner = new Map(pairs.map(({ got, source }) => [got, source]));
  for (const [i, packet] of packets.entries()) {
    const own = partner.get(firsts[i]!);
    if (own === undefined) continue;
    const tell = (rule: Rule, message: string) => report(rule, message, window.first + own);
    compareTimes(packet, { pts: times.pts[own]!, dts: times.dts[own]! }, tell);
    if (!packet.aligned) tell("PES", "its data are not said to start with a frame");
    const { streamId } = source.rendition.codec.mpegTs!;
    if (packet.streamId !== streamId) tell("PES", `its stream_id is ${packet.streamId}`);
    const last = partner.get((firsts[i + 1] ?? partner.size) - 1) ?? own;
    if (isBroken(times, own, last)) {
      tell("PTS", "frames behind it in its PES packet are due at other times");
    }
  }
  return pairs;
}

/** What a step may differ by from the others, in ticks: each time is rounded. */
const ROUNDING = 2;

/** Frames that share a packet follow one another evenly: else a decoder, which counts on from the first, plays them elsewhere. */
function isBroken({ pts }: TsTimes, first: number, last: number): boolean {
  for (let i = first + 2; i <= last; i++) {
    const [step, before] = [pts[i]! - pts[i - 1]!, pts[i - 1]! - pts[i - 2]!];
    if (Math.abs(step - before) > 2 * ROUNDING) return true;
  }
  return false;
}
