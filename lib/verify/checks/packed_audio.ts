/** Compares packed audio (RFC 8216bis §3.1.3) with the source. */

import { ByteReader } from "../../bytes.ts";
import { findMax, findMin } from "../../extremes.ts";
import { MediaError } from "../../errors.ts";
import { checkAudioFrames } from "./audio.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { computeTsTimes, WRAP } from "../expected/ts_times.ts";
import { tryRead } from "../build.ts";
import { type MediaContext, SegmentCheck } from "./segment_check.ts";

export class PackedAudioCheck extends SegmentCheck<SourceSamples> {
  constructor(readonly source: SourceTrack, readonly context: MediaContext) {
    super("MPEG-TS", source.rendition.name, context.builder);
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { builder, source, context } = this;
    const report = this.reportAt(index);
    const { packedAudioSegment } = builder.generators;
    const plan = () => packedAudioSegment(source.rendition, index);
    const sent = await this.buildSegment(plan, index);
    const bytes = sent && context.decryption.segment(sent, { sequence: index, samples }, report);
    const tagged = bytes && tryRead(() => readId3(bytes), report, "time tag");
    if (!tagged) return;
    context.measurements.tsSizes[index] = sent.length;
    const { pts } = computeTsTimes(source, samples);
    const expected = (source.edited ? computeEditedStart(pts) : computeStart(pts)) % WRAP;
    if (tagged.time !== expected) {
      report("time tag", `got ${tagged.time}, expected ${expected} (90 kHz)`);
    }
    const parts = [tagged.frames];
    const { frames } = checkAudioFrames(parts, { source, window: samples, report, open: false });
    this.count(sent.length, frames.length);
  }
}

const MIN_GAP_TICKS = 900; // 10 ms

/** Frames have no times of their own: after a gap, the timestamp is that of the frames that follow it. */
function computeStart(pts: Float64Array): number {
  return listDeviations(pts).filter((gap) => gap > MIN_GAP_TICKS)
    .reduce((sum, gap) => sum + gap, pts[0]!);
}

const MIN_JOIN_TICKS = 180; // 2 ms

/** Where edits join, frames overlap or leave a gap: the earliest one is as early as the latest one is late. */
function computeEditedStart(pts: Float64Array): number {
  const joins = listDeviations(pts).filter((join) => Math.abs(join) > MIN_JOIN_TICKS);
  const sums = joins.map((_, i) => joins.slice(0, i + 1).reduce((sum, join) => sum + join, 0));
  const [least, most] = [findMin([0, ...sums]), findMax([0, ...sums])];
  return pts[0]! + Math.round((least + most) / 2);
}

/** Returns by how much each frame is later than the one before it and the usual duration. */
function listDeviations(pts: Float64Array): number[] {
  const steps = Array.from(pts.subarray(1), (time, i) => time - pts[i]!);
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const [usual = 0] = [...counts].reduce((a, b) => b[1] > a[1] ? b : a, [0, 0]);
  return steps.map((step) => step - usual);
}

const OWNER = "com.apple.streaming.transportStreamTimestamp";

function readId3(bytes: Uint8Array): { time: number; frames: Uint8Array } {
  const r = new ByteReader(bytes);
  if (r.ascii(3) !== "ID3" || r.u8() !== 4) {
    throw new MediaError("Cannot find an ID3 tag of version 2.4");
  }
  r.skip(2);
  const tag = r.take(readSyncsafe(r));
  const frames = r.rest().bytes;
  const type = tag.ascii(4);
  const content = tag.take(readSyncsafe(tag, 2));
  const owner = content.cstring();
  if (type !== "PRIV" || owner !== OWNER || content.left !== 8) {
    throw new MediaError(`Cannot find a timestamp in ${type} of ${owner}`);
  }
  return { time: content.u64(), frames };
}

function readSyncsafe(r: ByteReader, flagBytes = 0): number {
  let size = 0;
  for (let i = 0; i < 4; i++) size = size * 128 + (r.u8() & 127);
  r.skip(flagBytes);
  return size;
}
