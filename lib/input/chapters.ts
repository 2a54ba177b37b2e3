import type { Movie, Track } from "../mp4/movie.ts";

/** Returns true for text or images of chapters, to which another track refers (14496-12 §8.3.3). */
export function isChapterTrack({ tracks }: Pick<Movie, "tracks">, { id }: Track): boolean {
  return tracks.some(({ chapterTrackIds = [] }) => chapterTrackIds.includes(id));
}
