/** Digests of files, with which a package recognizes them. */

import { createHash, type Hash } from "node:crypto";
import { MediaError } from "../errors.ts";
import type { Track } from "../mp4/movie.ts";
import { readMovie } from "../mp4/read_movie.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { digestContent } from "../storage/content_digest.ts";
import type { Source } from "../storage/source.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import { readHashedPoints } from "./hashed_points.ts";

/** Incremented when the digest of the same file is computed otherwise. */
const DIGEST_REVISION = 1;

/**
 * Returns `sha256:` and the digest, in hexadecimal, of what the version in media URLs takes from a file: of a media file the size, and
 * of each track the sample entries, and rows and bytes of samples at 16 positions; of subtitles all bytes. It depends on no package.
 *
 * @throws MediaError of the source, or if it is no media file
 */
export async function digestFile(file: string, source: Source): Promise<string> {
  if (isSubtitleFile(file)) return await digestContent(source);
  const hash = createHash("sha256");
  const movie = await readMovie(source);
  hash.update(JSON.stringify([DIGEST_REVISION, source.size, movie.tracks.length]));
  for (const track of movie.tracks) await hashTrack(hash, track, source);
  movie.releasePages();
  return `sha256:${hash.digest("hex")}`;
}

/** A track that cannot be read is part of the digest, since the others may play without it. */
async function hashTrack(hash: Hash, track: Track, source: Source): Promise<void> {
  const { id, handler, timescale, entries, samples } = track;
  const { count } = samples;
  try {
    const end = await withPages(() => samples.decodeTime(count));
    hash.update(JSON.stringify([id, handler, timescale, count, end]));
    for (const { bytes } of entries) hash.update(bytes);
    if (count === 0) return;
    const timing = { first: 0, end: count };
    for await (const bytes of readHashedPoints({ track, source, timing })) hash.update(bytes);
  } catch (error) {
    if (!(error instanceof MediaError) || error.code === "MEDIA_READ") throw error;
    hash.update(JSON.stringify([id, error.reason]));
  }
}
