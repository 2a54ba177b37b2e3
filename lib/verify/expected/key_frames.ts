/** Expected key frames (docs/design/key-frames.md), independent of presentation/key_frames.ts. */

import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { SourceSamples } from "./source_track.ts";

const MIN_SECONDS = 1;

export interface ExpectedKeyFrame {
  /** Presentation time, in the rendition's timescale. */
  readonly time: number;
  /** The only sample, which lasts until the next key frame of the segment, or to its end. */
  readonly samples: SourceSamples;
}

/**
 * @param end of the segment, in the timescale
 * @param isCovered whether a sample is of a cut and is needed only for decoding
 */
export function findExpectedKeyFrames(
  samples: SourceSamples,
  { timescale, end, isCovered = () => false }: {
    timescale: number;
    end: number;
    isCovered?: (index: number) => boolean;
  },
): ExpectedKeyFrame[] {
  const rows = [...samples.flags.keys()].filter((row) =>
    (samples.flags[row]! & IS_NON_SYNC) === 0 && !isCovered(samples.first + row)
  );
  const start = samples.presentationTimes.reduce((min, time) => Math.min(min, time), Infinity);
  const listed: { row: number; time: number }[] = [];
  for (const row of rows) {
    const time = samples.presentationTimes[row]!;
    const last = listed.at(-1);
    const isDue = last ? time - last.time >= MIN_SECONDS * timescale : time >= Math.max(0, start);
    if (isDue && time < end) listed.push({ row, time });
  }
  return listed.map(({ row, time }, i) => ({
    time,
    samples: selectRow(samples, row, (listed[i + 1]?.time ?? end) - time),
  }));
}

function selectRow(samples: SourceSamples, row: number, duration: number): SourceSamples {
  const { sizes, flags, descriptions, decodeTimes, presentationTimes, byteOffsets } = samples;
  return {
    first: samples.first + row,
    count: 1,
    sizes: sizes.subarray(row, row + 1),
    flags: flags.subarray(row, row + 1),
    descriptions: descriptions.subarray(row, row + 1),
    durations: Float64Array.of(duration),
    decodeTimes: decodeTimes.subarray(row, row + 1),
    presentationTimes: presentationTimes.subarray(row, row + 1),
    byteOffsets: byteOffsets.subarray(row, row + 2),
    bytes: samples.bytes,
  };
}
