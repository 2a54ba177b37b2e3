/** Packed audio, after an ID3 tag with the time of the first frame (RFC 8216bis §3.1.3). */

import { encryptSegment } from "../cmaf/aes128.ts";
import { centreJoins, sumGaps } from "../mpegts/pes.ts";
import { id3Timestamp } from "../mpegts/id3_timestamp.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import { readAccessUnits, toElementaryStream } from "./access_units.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

export function planPackedAudio(
  audio: MediaRendition,
  index: number,
  protection: SegmentProtection,
): SegmentPlan {
  const { timeline: { samples }, codec: { mpegTs }, track: { samples: { hidden } } } = audio;
  const { units, ranges } = readAccessUnits(audio, samples[index]!, samples[index + 1]!);
  const times = units.map(({ pts }) => pts);
  const shift = hidden ? centreJoins(times) : sumGaps(times); // frames after a gap are on time, those before it late
  const tag = id3Timestamp(times[0]! + shift);
  const plan: SegmentPlan = {
    type: mpegTs!.packed!.type,
    header: new Uint8Array(0),
    ranges,
    transform: (bytes) => concatenate([tag, ...toElementaryStream(audio, units, bytes).flat()]),
  };
  return encryptSegment(plan, protection, index);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
