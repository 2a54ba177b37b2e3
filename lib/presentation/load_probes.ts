import { withFileName } from "../errors.ts";
import { locateFirstBytes } from "../input/track_input.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { type BytePlace, loadTogether } from "../storage/load_ahead.ts";
import { listCaptionProbes } from "./caption_probe.ts";
import { locatePointMedia } from "./hashed_points.ts";
import { listOpenGopProbes } from "./open_gop.ts";
import type { SegmentedTrack } from "./segmenter.ts";

/** The whole file would be read for more. */
const MAX_PROBES_PER_TRACK = 64;

/**
 * Loads all media that the build of a presentation looks at, at the same time where sources can.
 *
 * @param hasPoints returns whether the hashed points of a track are known
 * @throws MediaError of a source
 */
export async function loadProbes(
  tracks: readonly SegmentedTrack[],
  hasPoints: (track: SegmentedTrack) => boolean,
): Promise<void> {
  await loadTogether(
    tracks,
    (track) => withFileName(track.options.file, () => locateProbes(track, hasPoints(track))),
  );
}

async function locateProbes(track: SegmentedTrack, hasPoints: boolean): Promise<BytePlace[]> {
  const keyFrames = await withPages(() => listOpenGopProbes(track));
  const samples = [...keyFrames, ...listCaptionProbes(track)].slice(0, MAX_PROBES_PER_TRACK);
  const places: BytePlace[] = hasPoints ? [] : await locatePointMedia(track);
  for (const sample of samples) places.push(await locateFirstBytes(track.track, sample));
  return places;
}
