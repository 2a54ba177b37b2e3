/** Joins the edits of synthetic tracks. */

import { readEditList } from "../../lib/input/edit_list.ts";
import { joinEdits } from "../../lib/input/edited_track.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { buildSampleTiming } from "../../lib/presentation/sample_timing.ts";
import { buildTrack, type Columns, MOVIE_TIMESCALE } from "../presentation/synthetic_track.ts";

/** @param duration in milliseconds */
export const edit = (duration: number, mediaTime: number): Edit => ({
  duration,
  mediaTime,
  rate: 1,
});
export const empty = (duration: number): Edit => ({ duration, mediaTime: -1, rate: 1 });

export type Type = "video" | "audio";

/** Returns a track with its edits joined, its timing, and the track of the file. */
export async function join(
  columns: Columns,
  timescale: number,
  edits: Edit[],
  type: Type = "video",
) {
  const track = buildTrack(columns, timescale, edits);
  const options = { type, movieTimescale: MOVIE_TIMESCALE };
  const joined = await joinEdits(track, readEditList(track, MOVIE_TIMESCALE), options);
  return { ...joined, timing: buildSampleTiming(joined.track, joined.edit, type), source: track };
}
