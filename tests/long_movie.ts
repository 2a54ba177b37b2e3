/** Movies of ten hours with one byte per sample, at whose end errors of times accumulate. */

import { openInputs } from "./open_presentation.ts";
import type { OpenPresentation } from "./open_presentation.ts";
import {
  sampleDescriptions,
  syntheticMovie,
  type SyntheticTrack,
} from "./robustness/synthetic_movie.ts";
import type { Source } from "../lib/storage/source.ts";
import {
  ascii,
  concat,
  fullBox,
  memorySource,
  moov,
  type Part,
  stbl,
  trak,
  u32,
} from "./mp4/movie_file.ts";

const SECONDS = 36_000;

/** 29.97 fps with two frames of reordering; an edit skips the delay in a movie timescale of 1000. */
export const LONG_VIDEO: SyntheticTrack = longTrack("test-avc-2997fps.mp4", 30000, {
  duration: 1001,
  syncEvery: 60,
  delay: 2002,
});

/** 44.1 kHz without priming. */
export const LONG_AUDIO: SyntheticTrack = longTrack("tone-aac-mono.m4a", 44100, { duration: 1024 });

function longTrack(
  like: string,
  timescale: number,
  { duration, syncEvery, delay = 0 }: { duration: number; syncEvery?: number; delay?: number },
): SyntheticTrack {
  const count = Math.floor(SECONDS * timescale / duration);
  return {
    like,
    timescale,
    durations: [[count, duration]],
    sizes: { each: 1, count },
    ...delay > 0 ? { compositionOffsets: [[count, delay]], edits: [[0, delay]] } : {},
    ...syncEvery
      ? { syncs: Array.from({ length: Math.ceil(count / syncEvery) }, (_, i) => 1 + i * syncEvery) }
      : {},
  };
}

/** Opens a movie of one track, in segments of 2 seconds. */
export async function openLongMovie(track: SyntheticTrack): Promise<OpenPresentation> {
  const { count } = track.sizes as { count: number };
  const { source } = memorySource(syntheticMovie([track], count));
  return await openInputs([{ file: "long.mp4" }], { segmentDuration: 2, open: () => source });
}

/**
 * Returns a movie of video and audio in chunks of half a second, by default with tables of 19 MB: a size for each sample, and
 * composition offsets that differ from frame to frame. Bytes after the moov are a pattern.
 *
 * @param more boxes of moov
 */
export function buildLongFile(
  { seconds = SECONDS, thumbnails = false, more = [] }: {
    seconds?: number;
    thumbnails?: boolean;
    more?: Part;
  } = {},
): { source: Source; reads: [offset: number, size: number][] } {
  const video = seconds * 25;
  const audio = Math.floor(seconds * 48000 / 1024);
  const chunks = 2 * seconds;
  const start = 20_000_000;
  const movie = moov(
    trak({
      id: 1,
      timescale: 25,
      tables: stbl({
        stsd: sampleDescriptions({ like: "test-avc-2997fps.mp4" }),
        stts: rows("stts", 1, 2, (i) => i ? 1 : video),
        ctts: rows("ctts", video, 2, (i) => i % 2 ? OFFSETS[(i >> 1) % 4]! : 1),
        stss: rows("stss", video / 50, 1, (i) => 50 * i + 1),
        stsz: concatSizes(video, (i) => 1 + i % 3),
        stsc: rows(
          "stsc",
          chunks,
          3,
          (i) => [Math.floor(i / 3) + 1, 12 + Math.floor(i / 3) % 2, 1][i % 3]!,
        ),
        stco: rows("stco", chunks, 1, (i) => start + CHUNK_SIZE * i),
      }),
    }),
    trak({
      id: 2,
      handler: "soun",
      timescale: 48000,
      tables: stbl({
        stsd: sampleDescriptions({ like: "tone-aac-mono.m4a" }),
        stts: rows("stts", 1, 2, (i) => i ? 1024 : audio),
        stsz: concatSizes(audio, (i) => 1 + i % 5),
        stsc: rows("stsc", 1, 3, (i) => [1, 24, 1][i]!),
        stco: rows("stco", chunks, 1, (i) => start + CHUNK_SIZE * i + 40),
      }),
    }),
    thumbnails ? buildThumbnails({ seconds, start }) : [],
    more,
  );
  const head = concat(movie, u32(0), ascii("mdat"));
  if (head.length > start) throw new Error(`The moov has ${head.length} bytes`);
  const size = start + CHUNK_SIZE * chunks;
  const { source, reads } = memorySource(head, "long.mp4");
  return {
    reads,
    source: {
      ...source,
      size,
      read(offset, into) {
        source.read(offset, into);
        for (let i = Math.max(0, head.length - offset); i < into.length; i++) {
          into[i] = (offset + i) % 251;
        }
      },
    },
  };
}

const THUMBNAIL_INTERVAL = 10;

/** Returns a track of images, each in a chunk that starts with those of video and audio. */
function buildThumbnails({ seconds, start }: { seconds: number; start: number }): Uint8Array {
  const count = seconds / THUMBNAIL_INTERVAL;
  return trak({
    id: 3,
    timescale: 1,
    tables: stbl({
      stsd: sampleDescriptions({ like: "ladder-mjpeg-thumbs.mp4" }),
      stts: rows("stts", 1, 2, (i) => i ? THUMBNAIL_INTERVAL : count),
      stsz: concatSizes(count, (i) => 20 + i % 9),
      stsc: rows("stsc", 1, 3, () => 1),
      stco: rows("stco", count, 1, (i) => start + 2 * THUMBNAIL_INTERVAL * CHUNK_SIZE * i),
    }),
  });
}

/** Half a second of both tracks. */
const CHUNK_SIZE = 200;

const OFFSETS = [2, 5, 1, 0];

function rows(
  type: string,
  count: number,
  columns: number,
  value: (i: number) => number,
): Uint8Array {
  return fullBox(type, 0, 0, u32(count), column(count * columns, value));
}

function concatSizes(count: number, value: (i: number) => number): Uint8Array {
  return fullBox("stsz", 0, 0, u32(0, count), column(count, value));
}

function column(count: number, value: (i: number) => number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * count));
  for (let i = 0; i < count; i++) view.setUint32(4 * i, value(i));
  return new Uint8Array(view.buffer);
}
