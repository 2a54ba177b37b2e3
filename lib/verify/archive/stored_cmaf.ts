/** Compares CMAF segments of several chunks with the samples in the files of an archive. */

import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { tryRead } from "../build.ts";
import { compareFragment } from "../checks/cmaf.ts";
import { checkInit, type InitData } from "../checks/init.ts";
import { compareSamples } from "../checks/sample_match.ts";
import { type MediaContext, SegmentCheck } from "../checks/segment_check.ts";
import { readHeader, viewBytes } from "../readers/boxes.ts";
import { getFragmentSample, readFragment } from "../readers/fragment.ts";

export class StoredCmafCheck extends SegmentCheck<SourceSamples> {
  /** Undefined if it cannot be read. */
  readonly init: InitData | undefined;

  constructor(readonly source: SourceTrack, readonly context: MediaContext) {
    super("CMAF", source.rendition.name, context.builder);
    this.init = checkInit(source, context, this.reportAt());
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const report = this.reportAt(index);
    const { generators: { cmafSegment } } = this.builder;
    const bytes = await this.buildSegment(() => cmafSegment(this.source.rendition, index), index);
    const { init } = this;
    if (!bytes || !init) return;
    let first = 0;
    for (const chunk of splitChunks(bytes)) {
      const fragment = tryRead(() => readFragment(chunk, init.defaults), report);
      if (!fragment) return;
      const { count } = fragment.samples;
      const expected = sliceSamples(samples, first, first + count);
      const sample = (i: number) => getFragmentSample(chunk, fragment.samples, i);
      const pairs = compareSamples({ count, sample }, expected, report);
      compareFragment(fragment, { init, samples: expected, pairs, report });
      first += count;
    }
    this.count(bytes.length, first);
    if (first !== samples.count) {
      report("lost sample", `the segment has ${first} samples, expected ${samples.count}`);
    }
  }
}

/** Splits a segment behind each mdat; what cannot be read is one chunk. */
function splitChunks(bytes: Uint8Array): Uint8Array[] {
  const view = viewBytes(bytes);
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at + 8 <= bytes.length;) {
    const { type, headerSize, size } = readHeader(view, at);
    if (size < headerSize || at + size > bytes.length) break;
    at += size;
    if (type !== "mdat") continue;
    chunks.push(bytes.subarray(start, at));
    start = at;
  }
  if (start < bytes.length) chunks.push(bytes.subarray(start));
  return chunks;
}

function sliceSamples(samples: SourceSamples, first: number, end: number): SourceSamples {
  const slice = <T extends { subarray(first: number, end: number): T }>(column: T) =>
    column.subarray(first, end);
  return {
    first: samples.first + first,
    count: Math.max(0, Math.min(end, samples.count) - first),
    sizes: slice(samples.sizes),
    flags: slice(samples.flags),
    descriptions: slice(samples.descriptions),
    durations: slice(samples.durations),
    decodeTimes: slice(samples.decodeTimes),
    presentationTimes: slice(samples.presentationTimes),
    byteOffsets: samples.byteOffsets.subarray(first, end + 1),
    bytes: samples.bytes,
  };
}
