/** Films as encoders write them: sizes of samples vary, frames are reordered, and audio has an almost constant bitrate. */

import type { Source } from "../lib/storage/source.ts";
import {
  ascii,
  concat,
  fullBox,
  memorySource,
  moov,
  stbl,
  trak,
  u32,
  u64,
} from "./mp4/movie_file.ts";
import { Prng } from "./robustness/prng.ts";
import { sampleDescriptions } from "./robustness/synthetic_movie.ts";

export interface FilmOptions {
  readonly seconds: number;
  readonly tracks: readonly ("video" | "audio")[];
  /** Of video, with a key frame every two seconds; default: 25 fps. */
  readonly timescale?: number;
  readonly frameDuration?: number;
  /** Of video, in bit/s; default: 5 Mbit/s. */
  readonly bitrate?: number;
}

const AUDIO = { timescale: 48_000, duration: 1024, bytesPerSample: 341 };

/** First byte of media: tables of ten hours are before it. */
const MEDIA_START = 2 ** 26;

/** A muxer starts another chunk after so many bytes. */
const MAX_CHUNK_SIZE = 2 ** 20;

interface FilmTrack {
  readonly type: "video" | "audio";
  readonly timescale: number;
  /** Of a sample, as well as delays. */
  readonly duration: number;
  readonly sizes: Uint32Array;
  /** Bytes from the start of the file. */
  readonly offsets: Float64Array;
  /** Of video: by how many frames each sample is presented later than it is decoded. */
  readonly delays?: readonly number[];
}

/** Returns a film whose tracks alternate sample by sample, as ffmpeg writes them. Bytes of samples are noise. */
export function buildFilm({ seconds, tracks: types, ...video }: FilmOptions): Source {
  const prng = new Prng(`film of ${seconds} seconds`);
  const tracks = types.map((type) =>
    type === "video" ? buildVideo({ seconds, ...video }, prng) : buildAudio(seconds, prng)
  );
  const end = placeSamples(tracks);
  const boxes = tracks.map((track, i) => buildTrack(i + 1, track, seconds));
  const head = concat(moov(boxes), u32(0), ascii("mdat"));
  if (head.length > MEDIA_START) throw new Error(`The moov has ${head.length} bytes`);
  const { source } = memorySource(head, "film.mp4");
  return {
    ...source,
    size: end,
    read(offset, into) {
      source.read(offset, into);
      for (let i = Math.max(0, head.length - offset); i < into.length; i++) {
        into[i] = toNoise(offset + i);
      }
    },
  };
}

/** Returns a byte that depends on all bits of a position. */
function toNoise(position: number): number {
  let mixed = Math.imul((position ^ (position >>> 15)) | 1, 0x2C1B3C6D) + position;
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297A2D39);
  return (mixed ^ (mixed >>> 15)) & 255;
}

function buildVideo(
  { seconds, timescale = 12_800, frameDuration: duration = 512, bitrate = 5e6 }: Omit<
    FilmOptions,
    "tracks"
  >,
  prng: Prng,
): FilmTrack {
  const count = Math.floor(seconds * timescale / duration);
  const delays = buildDelays(count, Math.round(2 * timescale / duration), prng);
  const mean = bitrate / 8 * duration / timescale;
  let scene = 1;
  const sizes = Uint32Array.from(delays, (delay, i) => {
    if (i % 150 === 0) scene = Math.exp(0.4 * toNormal(prng));
    const isKeyFrame = delay === KEY_FRAME_DELAY;
    const factor = isKeyFrame ? 6 : delay > KEY_FRAME_DELAY ? 1.4 : 0.5;
    return toSize(mean * factor * scene, 0.4, prng);
  });
  return { type: "video", timescale, duration, sizes, offsets: new Float64Array(count), delays };
}

function buildAudio(seconds: number, prng: Prng): FilmTrack {
  const { timescale, duration, bytesPerSample } = AUDIO;
  const count = Math.floor(seconds * timescale / duration);
  const sizes = Uint32Array.from({ length: count }, () => toSize(bytesPerSample, 0.15, prng));
  return { type: "audio", timescale, duration, sizes, offsets: new Float64Array(count) };
}

/** Frames by which encoders delay all for two levels of reordering; no other frame has this delay. */
const KEY_FRAME_DELAY = 2;

/** A frame that others refer to, and those that are decoded after it, but presented before it. */
const MINI_GOPS = [[3, 1], [4, 1, 1], [5, 3, 0, 1]];

function buildDelays(count: number, gop: number, prng: Prng): number[] {
  const delays: number[] = [];
  while (delays.length < count) {
    const position = delays.length % gop;
    const next = position === 0 ? [KEY_FRAME_DELAY] : prng.pick(MINI_GOPS);
    delays.push(...next.slice(0, gop - position));
  }
  return delays.slice(0, count);
}

function toSize(mean: number, spread: number, prng: Prng): number {
  return Math.max(16, Math.round(mean * Math.exp(spread * toNormal(prng))));
}

/** Returns a number of the standard normal distribution, by sums of uniform ones. */
function toNormal(prng: Prng): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += prng.below(65536) / 65536;
  return sum;
}

/** Fills offsets in by decode time. Returns the end of the last sample. */
function placeSamples(tracks: readonly FilmTrack[]): number {
  const next = tracks.map(() => 0);
  const toTime = ({ sizes, duration, timescale }: FilmTrack, i: number) =>
    next[i]! < sizes.length ? next[i]! * duration / timescale : Infinity;
  for (let at = MEDIA_START;;) {
    const times = tracks.map(toTime);
    const i = times.indexOf(Math.min(...times));
    if (times[i] === Infinity) return at;
    const { sizes, offsets } = tracks[i]!;
    const sample = next[i]!++;
    offsets[sample] = at;
    at += sizes[sample]!;
  }
}

/** With an edit list that skips the delay of video, or the priming of audio. */
function buildTrack(id: number, track: FilmTrack, seconds: number): Uint8Array {
  const { type, timescale, duration, sizes, delays } = track;
  const isVideo = type === "video";
  const skipped = isVideo ? KEY_FRAME_DELAY * duration : duration;
  return trak({
    id,
    handler: isVideo ? "vide" : "soun",
    timescale,
    edits: fullBox("elst", 1, 0, u32(1), u64(1000 * seconds, skipped), u32(65536)),
    tables: stbl({
      stsd: sampleDescriptions({ like: isVideo ? "test-avc-2997fps.mp4" : "ladder-aac-eng.mp4" }),
      stts: fullBox("stts", 0, 0, u32(1, sizes.length, duration)),
      ...delays && {
        ctts: rows("ctts", 2, toRuns(delays.map((delay) => delay * duration))),
        stss: rows("stss", 1, delays.flatMap((it, i) => it === KEY_FRAME_DELAY ? [i + 1] : [])),
      },
      stsz: fullBox("stsz", 0, 0, u32(0, sizes.length), words(sizes)),
      ...buildChunks(track),
    }),
  });
}

function buildChunks({ sizes, offsets }: FilmTrack): { stsc: Uint8Array; stco: Uint8Array } {
  const firsts: number[] = [];
  for (let i = 0; i < sizes.length; i++) {
    const isNext = i > 0 && offsets[i] === offsets[i - 1]! + sizes[i - 1]! &&
      offsets[i]! - offsets[firsts.at(-1)!]! < MAX_CHUNK_SIZE;
    if (!isNext) firsts.push(i);
  }
  const counts = firsts.map((first, i) => (firsts[i + 1] ?? sizes.length) - first);
  const runs = counts.flatMap((count, i) => count === counts[i - 1] ? [] : [i + 1, count, 1]);
  const starts = firsts.flatMap((first) => {
    const offset = offsets[first]!;
    return [Math.floor(offset / 2 ** 32), offset % 2 ** 32];
  });
  return { stsc: rows("stsc", 3, runs), stco: rows("co64", 2, starts) };
}

/** Returns alternately a number of values and their value. */
function toRuns(values: readonly number[]): number[] {
  const runs: number[] = [];
  for (const value of values) {
    if (runs.at(-1) === value) runs[runs.length - 2]!++;
    else runs.push(1, value);
  }
  return runs;
}

function rows(type: string, columns: number, values: ArrayLike<number>): Uint8Array {
  return fullBox(type, 0, 0, u32(values.length / columns), words(values));
}

function words(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) view.setUint32(4 * i, values[i]!);
  return new Uint8Array(view.buffer);
}
