/** What a package says of long tracks, so that their tables need not be passed through; and how it comes to be said. */

import { createHash } from "node:crypto";
import type { KnownTables, TableCheckpoints } from "../mp4/samples/checkpoints.ts";
import type { Track } from "../mp4/movie.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { formatIndex, parseIndex, type TrackIndex } from "../package/track_index.ts";
import type { MediaRendition, Presentation } from "./presentation.ts";
import { computeSegmentBytes, restoreSegmentBytes } from "./segment_bytes.ts";
import { type Boundaries } from "./boundaries.ts";
import { MAX_SEGMENT_SAMPLES } from "./timeline_builder.ts";
import { type Timeline } from "./segment_timeline.ts";
import type { SampleTiming } from "./sample_timing.ts";
import { REVISION } from "./content_version.ts";

/** Raised when the same boundaries cut a track in other places. */
const CUT_REVISION = 1;

/** What a package says of its tracks, read. */
export class TrackIndexes {
  readonly #indexes = new Map<PackageTrack, TrackIndex | undefined>();

  constructor({ tracks }: Pick<Package, "tracks">) {
    for (const track of tracks) {
      if (track.index !== undefined) this.#indexes.set(track, parseIndex(track.index));
    }
  }

  get(track: PackageTrack): TrackIndex | undefined {
    return this.#indexes.get(track);
  }

  /** Of all tracks of a file. */
  getTables(file: string): KnownTables {
    const known = new Map<number, TableCheckpoints>();
    for (const [track, index] of this.#indexes) {
      if (index && track.file === file) known.set(track.track!, index.tables);
    }
    return known;
  }

  /** A sentence for each that was of no use. */
  warnings({ renditions }: Presentation): string[] {
    return [...this.#indexes].flatMap(([{ file, name }, index]) => {
      const rendition = renditions.get(name);
      if (!rendition || rendition.type === "text") return [];
      if (
        index && matchesTrack(index, rendition.track) &&
        index.segmentationId === rendition.segmentationId
      ) {
        return [];
      }
      return [
        `${file}: the index of ${name} in the package is of another file or segment duration: ` +
        `first answers take longer until it is packaged anew`,
      ];
    });
  }
}

/** It was made of this very table. */
export function matchesTrack({ tables: { moovDigest } }: TrackIndex, { samples }: Track): boolean {
  return samples.moovDigest === moovDigest;
}

/** Names all that decides where boundaries cut a track. */
export function computeSegmentationId(
  type: "video" | "audio",
  timing: SampleTiming,
  { times, timescale, step }: Boundaries,
): string {
  const { first, end, mediaTime, delay } = timing;
  const said = [CUT_REVISION, REVISION, type, step, timescale, timing.timescale, first, end]
    .concat([mediaTime, delay, timing.decodeTime(end), timing.presentationTime(first)]);
  return createHash("sha256")
    .update(JSON.stringify(said))
    .update(new Uint8Array(new Float64Array(times).buffer))
    .digest("hex").slice(0, 32);
}

/** The timeline that an index says, where it was cut by the same and fits. */
export function restoreTimeline(
  index: TrackIndex,
  name: string,
  timing: SampleTiming,
): Timeline | undefined {
  const { segmentationId, times, samples, firstSampleTimes, totals, headers } = index;
  if (segmentationId !== name) return undefined;
  const timeline = { times, samples, firstSampleTimes };
  if (!isTimelineOf(timing, timeline)) return undefined;
  if (totals.length !== firstSampleTimes.length || headers.length !== firstSampleTimes.length) {
    return undefined;
  }
  restoreSegmentBytes(timeline, { totals, headers });
  return timeline;
}

/** False for one that could not be of these samples: it comes from outside. */
function isTimelineOf(
  { first, end }: SampleTiming,
  { times, samples, firstSampleTimes }: Timeline,
): boolean {
  const count = firstSampleTimes.length;
  if (count === 0 || times.length !== count + 1 || samples.length !== count + 1) return false;
  if (samples[0] !== first || samples[count] !== end || !(times[0]! >= 0)) return false;
  for (let i = 0; i < count; i++) {
    const held = samples[i + 1]! - samples[i]!;
    if (!(held > 0 && held <= MAX_SEGMENT_SAMPLES && times[i + 1]! > times[i]!)) return false;
  }
  return true;
}

/** What a package says of a track whose tables are large; undefined: of others nothing. */
export function formatTrackIndex(rendition: MediaRendition): string | undefined {
  const tables = rendition.track.samples.checkpoints?.();
  const { segmentationId, timeline } = rendition;
  if (!tables || segmentationId === undefined) return undefined;
  return formatIndex({
    tables,
    segmentationId: segmentationId,
    ...timeline,
    ...computeSegmentBytes(rendition),
  });
}
