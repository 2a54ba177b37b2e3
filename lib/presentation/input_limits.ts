import { MediaError } from "../errors.ts";
import type { SubtitleInput } from "../input/subtitle_input.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";

/** As many as a package may list (docs/package-format.md). */
const MAX_TRACKS = 1000;

/** All samples of ten hours in twenty renditions are 40 million. */
const MAX_ALL_SAMPLES = 2 ** 26;

/** Ten hours in sixty languages have 600,000 cues. Each takes 400 bytes of memory besides its text. */
const MAX_ALL_CUES = 2 ** 20;
const MAX_ALL_TEXT_BYTES = 2 ** 26;

/** Bounds what a presentation is built from: subtitles are in memory, and segments of all tracks are found without a pause. */
export class InputLimits {
  #trackCount = 0;
  #sampleCount = 0;
  #cueCount = 0;
  #textBytes = 0;
  /** Sample tables and subtitles: several tracks may share them. */
  readonly #counted = new Set<object>();

  /**
   * Counts a track, and its samples or cues unless another track has the same ones.
   *
   * @throws MediaError `MEDIA_UNSUPPORTED` if the presentation has too many of them
   */
  add(input: TrackInput): void {
    checkCount("tracks", ++this.#trackCount, MAX_TRACKS);
    const content = input.type === "text" ? input.webvtt : input.track.samples;
    if (this.#counted.has(content)) return;
    this.#counted.add(content);
    if (input.type === "text") return this.#addSubtitles(input);
    this.#sampleCount += countSamples(input);
    checkCount("samples of all tracks", this.#sampleCount, MAX_ALL_SAMPLES);
  }

  #addSubtitles({ webvtt, webvttBytes }: SubtitleInput): void {
    this.#cueCount += webvtt.cues.length;
    this.#textBytes += webvttBytes.length;
    checkCount("cues of all subtitles", this.#cueCount, MAX_ALL_CUES);
    checkCount("bytes of all subtitles", this.#textBytes, MAX_ALL_TEXT_BYTES);
  }
}

/** Frames of PCM, as samples of this many. */
const FRAMES_PER_SAMPLE = 1024;

function countSamples({ codec, track: { samples: { count } } }: MediaInput): number {
  return codec.hasFrameSamples ? Math.ceil(count / FRAMES_PER_SAMPLE) : count;
}

function checkCount(what: string, count: number, max: number): void {
  if (count <= max) return;
  const reason = `Cannot serve ${count} ${what}, expected at most ${max}`;
  throw new MediaError(reason, "MEDIA_UNSUPPORTED");
}
