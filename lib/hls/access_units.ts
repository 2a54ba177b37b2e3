/** The samples of a segment as PES packets want them: when, where in the buffer, and in what form. */

import type { MpegTsMapping } from "../codecs/codec.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { toTsTime } from "../mpegts/timestamps.ts";
import { IS_NON_SYNC } from "../mp4/samples/sample_table.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { ByteRange } from "../storage/read_plan.ts";

/** One sample. Times in ticks of 90 kHz. */
export interface AccessUnit {
  readonly pts: number;
  readonly dts: number;
  /** Decode time of the next one. */
  readonly next: number;
  readonly sync: boolean;
  readonly size: number;
  /** Index into the track's sample entries. */
  readonly description: number;
}

export interface AccessUnits {
  readonly units: readonly AccessUnit[];
  readonly ranges: readonly ByteRange[];
  /** Bytes of all of them. */
  readonly size: number;
}

/**
 * The samples from `first` up to, not with, `end`. Decode times rise, also where pictures are squeezed before an edit; in
 * a track that starts late they do so too, as streams must not be decoded long before they are shown.
 */
export function readAccessUnits(
  { track: { samples: table }, timing, source }: MediaRendition,
  first: number,
  end: number,
): AccessUnits {
  const samples = table.readSamples(first, end);
  const decodeTime = (index: number) =>
    toTsTime(timing.decodeTime(index) - timing.mediaTime + timing.delay, timing.timescale);
  const units: AccessUnit[] = [];
  let size = 0;
  let last = -Infinity;
  for (let i = 0; i < end - first; i++) {
    const dts = Math.max(decodeTime(first + i), last + 1);
    const pts = Math.max(dts, toTsTime(timing.presentationTime(first + i), timing.timescale));
    const next = Math.max(dts + 1, decodeTime(first + i + 1));
    const sync = (samples.flags[i]! & IS_NON_SYNC) === 0;
    const description = table.description(first + i);
    units.push({ pts, dts, next, sync, size: samples.sizes[i]!, description });
    size += samples.sizes[i]!;
    last = dts;
  }
  return { units, ranges: toSampleRanges(source, samples), size };
}

/**
 * Each access unit in the form that streams have.
 *
 * @param bytes of the samples, one after the other; they may be written over
 * @throws MediaError when a sample can't take that form
 */
export function toElementaryStream(
  { codec, track: { entries } }: MediaRendition,
  units: readonly AccessUnit[],
  bytes: Uint8Array,
): (readonly Uint8Array[])[] {
  const mpegTs = codec.mpegTs!;
  const converters = new Map<number, ReturnType<MpegTsMapping["createConverter"]>>();
  let at = 0;
  return units.map(({ size, sync, description }) => {
    const convert = converters.get(description) ?? mpegTs.createConverter(entries[description]!);
    converters.set(description, convert);
    at += size;
    return convert(bytes.subarray(at - size, at), sync);
  });
}
