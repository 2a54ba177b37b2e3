/** Samples as access units of an elementary stream (13818-1 §2.1). */

import { withFileName } from "../errors.ts";
import type { MpegTsMapping } from "../codecs/codec.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { separateTsTimes, toTsTime } from "../mpegts/timestamps.ts";
import { IS_NON_SYNC } from "../mp4/samples/sample_table.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { ByteRange } from "../storage/read_plan.ts";

/** Times in ticks of 90 kHz. */
export interface AccessUnit {
  readonly pts: number;
  readonly dts: number;
  readonly nextDts: number;
  readonly sync: boolean;
  /** True for the first unit too: a segment without a key frame has parameter sets at its start. */
  readonly hasParameterSets: boolean;
  readonly size: number;
  readonly entryIndex: number;
}

export interface AccessUnits {
  readonly units: readonly AccessUnit[];
  readonly ranges: readonly ByteRange[];
  readonly size: number;
}

/**
 * Reads the samples `[first, end)`. Decode times increase strictly, also in the preroll before an edit. They include
 * the delay of a track that starts late, so that a decoder does not receive data long before it is presented.
 */
export function readAccessUnits(
  rendition: MediaRendition,
  first: number,
  end: number,
): AccessUnits {
  const { track: { samples: table }, timing, source } = rendition;
  const samples = table.readSamples(first, end);
  const toDts = (index: number) =>
    toTsTime(timing.decodeTime(index) - timing.mediaTime + timing.delay, timing.timescale);
  const presentationTimes = computePresentationTimes(rendition, first, end);
  const units: AccessUnit[] = [];
  let size = 0;
  let lastDts = -Infinity;
  for (let i = 0; i < end - first; i++) {
    const dts = Math.max(toDts(first + i), lastDts + 1);
    const pts = Math.max(dts, presentationTimes[i]!);
    const next = Math.max(dts + 1, toDts(first + i + 1));
    const sync = (samples.flags[i]! & IS_NON_SYNC) === 0;
    const description = table.description(first + i);
    units.push({
      pts,
      dts,
      nextDts: next,
      sync,
      hasParameterSets: sync || i === 0,
      size: samples.sizes[i]!,
      entryIndex: description,
    });
    size += samples.sizes[i]!;
    lastDts = dts;
  }
  return { units, ranges: toSampleRanges(source, samples), size };
}

/** Samples that several edits hide may last less than a tick of 90 kHz. */
function computePresentationTimes(
  { track: { samples }, timing }: MediaRendition,
  first: number,
  end: number,
): ArrayLike<number> {
  const { timescale } = timing;
  const times = Array.from({ length: end - first }, (_, i) => timing.presentationTime(first + i));
  if (!samples.hidden?.length) return times.map((time) => toTsTime(time, timescale));
  const next = end < timing.end ? timing.presentationTime(end) : Infinity;
  return separateTsTimes(times, next, timescale);
}

/**
 * Converts the samples in `bytes`, which may be overwritten, to the format of the elementary stream.
 *
 * @throws MediaError, with the file name, if a sample cannot be converted
 */
export function toElementaryStream(
  { codec, file, track: { entries } }: MediaRendition,
  units: readonly AccessUnit[],
  bytes: Uint8Array,
): (readonly Uint8Array[])[] {
  const mpegTs = codec.mpegTs!;
  const converters = new Map<number, ReturnType<MpegTsMapping["createConverter"]>>();
  let offset = 0;
  return withFileName(file, () =>
    units.map(({ size, hasParameterSets, entryIndex }) => {
      const convert = converters.get(entryIndex) ?? mpegTs.createConverter(entries[entryIndex]!);
      converters.set(entryIndex, convert);
      offset += size;
      return convert(bytes.subarray(offset - size, offset), hasParameterSets);
    }));
}
