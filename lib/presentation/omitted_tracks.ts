import { findCodec } from "../codecs/mod.ts";
import { isDecodable, isNamedCodec } from "../codecs/unsupported_codec.ts";
import { MediaError } from "../errors.ts";
import { formatFfmpegCommand } from "../ffmpeg_command.ts";
import { isChapterTrack } from "../input/chapters.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { Source } from "../storage/source.ts";

/** A track of a media file that is no part of the presentation. */
export interface OmittedTrack {
  /** For messages. */
  readonly file: string;
  readonly source: Source;
  readonly track: Track;
  /** End of a sentence. */
  readonly reason: string;
  /** What viewers miss; undefined for covers, chapters and subtitles. */
  readonly loss?: "audio" | "video" | undefined;
  /** True if another codec makes the track playable. */
  readonly isEncodable?: boolean;
  /** True if the file has other video, so that ffmpeg needs the ID of this track. */
  readonly hasOtherVideo?: boolean;
}

/** Thumbnails are seconds apart; more images than these are a movie. */
const MAX_IMAGES_PER_SECOND = 2;

/** Rates differ by rounding. */
const RATE_TOLERANCE = 1.01;

/** Players never start if video is shorter than this and audio is not. */
const MIN_VIDEO_SECONDS = 0.25;

/** Greatest share of a cover in the longest other track; one image for all of a short movie is a thumbnail. */
const MAX_COVER_SHARE = { video: 0.5, image: 0.1 };

/** In seconds. Tracks of very short files differ by less without harm. */
const MIN_COVER_DIFFERENCE = 0.5;

/** Video of more frames is no cover, so that tables of movies need not be searched for their duration. */
const MAX_COVER_FRAMES = 64;

/**
 * Separates the tracks that players can present from covers, images of chapters and Motion JPEG movies, which are stored like
 * thumbnails or video.
 */
export async function omitTracks(
  inputs: readonly TrackInput[],
): Promise<{ offered: TrackInput[]; omitted: OmittedTrack[] }> {
  const media = inputs.filter((input) => input.type !== "text");
  const found = await withPages(() =>
    new Map(media.map((input) => [input as TrackInput, findReason(input, media)]))
  );
  return {
    offered: inputs.filter((input) => !found.get(input)),
    omitted: media.flatMap((input) => {
      const { source, track, options: { file } } = input;
      const reason = found.get(input);
      return reason ? [{ file, source, track, ...reason }] : [];
    }),
  };
}

type Omission = Pick<OmittedTrack, "reason" | "loss" | "isEncodable" | "hasOtherVideo">;

function findReason(
  input: MediaInput,
  media: readonly MediaInput[],
): Omission | undefined {
  const { type, isChapters, track: { samples: { count } } } = input;
  if (type === "audio") return undefined;
  if (isChapters) return { reason: "it contains the images of chapters" };
  if (count <= MAX_COVER_FRAMES && isCover(input, type, media)) {
    const frames = count === 1 ? "one frame" : `${count} frames`;
    return { reason: `it is a cover: ${frames} in ${+getSeconds(input).toFixed(3)} s` };
  }
  const rate = type === "image" ? getImageRate(input) : 0;
  if (rate <= MAX_IMAGES_PER_SECOND * RATE_TOLERANCE) return undefined;
  const reason = `it is Motion JPEG of ${+rate.toFixed(2)} images a second, ` +
    `which players do not show as video`;
  const hasOtherVideo = media.some((other) =>
    other.type === "video" && other.source === input.source
  );
  return { reason, loss: "video", isEncodable: true, hasOtherVideo };
}

/** Returns true for one frame, or a moment of video, next to much longer audio; images are compared with video too. */
function isCover(
  input: MediaInput,
  type: "video" | "image",
  media: readonly MediaInput[],
): boolean {
  const seconds = getSeconds(input);
  if (input.track.samples.count > 1 && seconds >= MIN_VIDEO_SECONDS) return false;
  const longest = media
    .filter((other) => other.type === "audio" || type === "image" && other.type === "video")
    .reduce((longest, other) => Math.max(longest, getSeconds(other)), 0);
  return seconds < MAX_COVER_SHARE[type] * longest && longest - seconds > MIN_COVER_DIFFERENCE;
}

/** Returns how long a track lasts. @throws MissingPages, to be called in `withPages()` */
export function getSeconds({ edit, track: { samples, timescale } }: MediaInput): number {
  const ticks = samples.decodeTime(samples.count) - samples.decodeTime(0);
  return Math.min(ticks, edit.end - edit.start) / timescale;
}

function getImageRate({ track: { samples, timescale } }: MediaInput): number {
  if (samples.count < 2) return 0;
  const ticks = samples.decodeTime(samples.count - 1) - samples.decodeTime(0);
  return (samples.count - 1) * timescale / Math.max(1, ticks);
}

/** Describes a track that cannot be an input, because of an error in it or for a reason that is the end of a sentence. */
export function describeOmission(
  movie: Movie,
  track: Track,
  cause: MediaError | string,
): Omission {
  const { handler, entries: [entry] } = track;
  const isError = cause instanceof MediaError;
  const isUnsupported = !isError && entry !== undefined && !isKnown(entry);
  const isMissed = (isError || isUnsupported) && !isChapterTrack(movie, track);
  const isMovie = isMovieTrack(track);
  return {
    reason: isError ? cause.message : cause,
    loss: !isMissed ? undefined : isMovie ? "video" : handler === "soun" ? "audio" : undefined,
    isEncodable: isUnsupported && isDecodable(entry),
    hasOtherVideo: movie.tracks.some((other) => other !== track && isMovieTrack(other)),
  };
}

/** Returns false for a cover. */
function isMovieTrack({ handler, samples }: Track): boolean {
  return handler === "vide" && samples.count > 1;
}

function isKnown(entry: SampleEntry): boolean {
  try {
    return findCodec(entry) !== undefined;
  } catch {
    return true; // mp4a without esds, in a track that has no sample
  }
}

/**
 * Formats warnings, video first. The first one of a file whose codec is the cause names the command that cures all of them.
 *
 * @param segmentDuration in seconds
 */
export function warnOmitted(omitted: readonly OmittedTrack[], segmentDuration: number): string[] {
  const isVideo = ({ loss }: OmittedTrack) => loss === "video";
  const cured = new Set<string>();
  return [...omitted.filter(isVideo), ...omitted.filter((one) => !isVideo(one))].map((one) => {
    const { file, track, reason } = one;
    const subject = isVideo(one)
      ? `VIDEO IS LEFT OUT, track ${track.id}`
      : `track ${track.id} is left out`;
    const text = `${file}: ${subject}: ${reason}`;
    if (!isCurable(one) || cured.has(file)) return text;
    cured.add(file);
    const ofFile = omitted.filter((other) => other.file === file);
    return `${text}; ${formatCure(ofFile, segmentDuration)}`;
  });
}

function isCurable({ loss, isEncodable }: OmittedTrack): boolean {
  return loss !== undefined && isEncodable === true;
}

/** @param omitted tracks of one file */
function formatCure(omitted: readonly OmittedTrack[], segmentDuration: number): string {
  const has = (type: OmittedTrack["loss"]) =>
    omitted.some((one) => isCurable(one) && one.loss === type);
  const keyFrames = `-force_key_frames "expr:gte(t,n_forced*${segmentDuration})"`;
  const video = has("video") ? `-c:v libx264 -pix_fmt yuv420p ${keyFrames}` : "-c:v copy";
  const audio = has("audio") ? "-c:a aac" : "-c:a copy";
  const other = omitted.find(({ loss, hasOtherVideo }) => loss === "video" && hasOtherVideo);
  const options = `-map ${other ? `0:i:${other.track.id}` : "0:v:0?"} -map 0:a? ${video} ${audio}`;
  const command = formatFfmpegCommand(omitted[0]!.source.name, { options, extension: ".mp4" });
  const isCertain = omitted.filter(isCurable).every(({ track: { entries: [entry] } }) =>
    entry !== undefined && (isKnown(entry) || isNamedCodec(entry))
  );
  return `\`${command}\` converts it${isCertain ? "" : ", if ffmpeg knows the codec"}`;
}

/** @param images tracks that have no meaning without video or audio */
export function createNothingPlayableError(
  omitted: readonly OmittedTrack[],
  { images = [], segmentDuration }: { images?: readonly TrackInput[]; segmentDuration: number },
): MediaError {
  const file = omitted[0]?.file ?? images[0]?.options.file;
  const ofFile = omitted.filter((one) => one.file === file)
    .sort((a, b) => a.track.id - b.track.id);
  const reasons = [
    ...ofFile.map(({ track, reason }) => `track ${track.id} is left out: ${reason}`),
    ...images.length > 0 ? ["it has thumbnails only"] : [],
    ...ofFile.some(isCurable) ? [formatCure(ofFile, segmentDuration)] : [],
  ];
  const error = new MediaError(
    ["Cannot find a track to play", reasons.join("; ")].filter(Boolean).join(": "),
    "MEDIA_UNSUPPORTED",
  );
  return file ? error.inFile(file) : error;
}
