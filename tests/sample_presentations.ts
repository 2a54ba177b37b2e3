/** Presentations of testdata/ that cover codecs, audio, video and subtitles. */

import type { OpenPresentation } from "./open_presentation.ts";
import { openInputs, openPackage } from "./open_presentation.ts";
import type { InputOptions } from "./open_presentation.ts";
import type { Package, PackageTrack } from "../lib/package/package.ts";
import type { Presentation } from "../lib/presentation/presentation.ts";
import { openFile } from "../lib/storage/local/file.ts";

/** Files of testdata/ without audio and video that can be played: thumbnails, and Motion JPEG with PCM. */
export const NOT_PLAYABLE: readonly string[] = ["ladder-mjpeg-thumbs.mp4", "pair-mjpeg-pcm.mov"];

/** All media files of testdata/ that are presentations. */
export const MEDIA: readonly string[] = [...Deno.readDirSync("testdata")].map(({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|ismv)$/.test(name) && !NOT_PLAYABLE.includes(name)).sort();

/** Files whose edit lists have several entries, with duration and start of each edit in seconds; undefined: empty. */
export const SEVERAL_EDITS: Readonly<
  Record<string, readonly (readonly [duration: number, start: number | undefined])[]>
> = {
  "flash-avc-abuttingedits.mp4": [[1.4, 1], [0.7, 0.4], [0.5, 4]],
  "flash-avc-emptyedit.mp4": [[1.2, 0.2], [0.5, undefined], [1.2, 1.4], [1, 4]],
  "flash-avc-midgopedits.mp4": [[1, 0.52], [1.5, 3.28]],
  "test-avc-twoedits.mp4": [[1, 0], [2, 3]],
};

/** Copies all media files of testdata/ into a directory. */
export async function copyAllMedia(directory: string): Promise<void> {
  for (const media of MEDIA) await Deno.copyFile(`testdata/${media}`, `${directory}/${media}`);
}

const LADDER: readonly (string | InputOptions)[] = [
  "ladder-avc-240p.mp4",
  "ladder-avc-360p.mp4",
  "ladder-avc-720p.mp4",
  { file: "ladder-aac-eng.mp4", language: "eng" },
  { file: "ladder-aac-fra.mp4", language: "fra" },
  { file: "ladder-vtt-eng.vtt", language: "eng" },
  { file: "ladder-vtt-fra.vtt", language: "fra" },
  "ladder-mjpeg-thumbs.mp4",
];

/** A track of a package; its name is its type and index. */
type Track = Pick<PackageTrack, "file" | "type" | "language"> & Partial<PackageTrack>;

const CC1 = { channel: "CC1", language: "eng" };

/** Audio and subtitles with every kind of metadata, of few files. */
export const LABELED_INPUTS: readonly InputOptions[] = [
  { file: "ladder-avc-240p.mp4", captions: [CC1, { channel: "SERVICE2", language: "spa" }] },
  { file: "ladder-avc-360p.mp4", captions: [CC1] },
  { file: "ladder-aac-eng.mp4", language: "eng", label: "Stereo" },
  { file: "ladder-aac-fra.mp4", language: "fra", label: "Stereo", default: true },
  { file: "ladder-aac-eng.mp4", language: "deu" },
  { file: "ladder-aac-fra.mp4", language: "eng", role: "commentary" },
  { file: "ladder-aac-eng.mp4", language: "eng", role: "description" },
  {
    file: "ladder-aac-fra.mp4",
    language: "eng",
    role: "commentary",
    label: "English (Commentary)",
  },
  { file: "ladder-vtt-eng.vtt", language: "eng" },
  { file: "ladder-vtt-fra.vtt", language: "fra", role: "subtitle" },
  { file: "ladder-vtt-fra.vtt", language: "eng", role: "forced" },
  { file: "ladder-vtt-eng.vtt", language: "eng", role: "caption" },
  { file: "ladder-vtt-eng.vtt", language: "eng", role: "easyreader", label: "Easy" },
];

const PRESENTATIONS: Record<string, readonly (string | InputOptions)[] | readonly Track[]> = {
  "three bitrates with two languages, subtitles and thumbnails": LADDER,
  "one video": ["test-avc-frontmoov.mp4"],
  "one video and one audio": ["pair-avc-aac.mp4"],
  "one audio": ["tone-aac-mono.m4a"],
  "a shorter second video": ["ladder-avc-240p.mp4", "test-avc-endsearly.mp4"],
  "a shorter first video": ["test-avc-endsearly.mp4", "ladder-avc-240p.mp4"],
  "audio only, in two languages": [
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "fra" },
  ],
  "audio only, with subtitles": ["tone-ac3-surround.mp4", "ladder-vtt-eng.vtt"],
  "AVC, HEVC and AV1": [
    ...["test-hevc-hvc1.mp4", "test-av1-main.mp4", "test-avc-frontmoov.mp4", "ladder-aac-eng.mp4"],
  ],
  "HDR and SDR": ["test-hevc-hdr10.mp4", "test-hevc-hvc1.mp4"],
  "audio in three codecs, one language in one codec only": [
    "test-avc-frontmoov.mp4",
    { file: "tone-eac3-surround.mp4", language: "eng" },
    { file: "tone-ac3-surround.mp4", language: "eng" },
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "fra" },
  ],
  "audio at two bitrates": [
    "test-avc-frontmoov.mp4",
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "tone-aac-24khz.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "fra" },
  ],
  "audio only, at two bitrates": [
    { file: "tone-aac-24khz.mp4", language: "eng" },
    { file: "ladder-aac-eng.mp4", language: "eng" },
  ],
  "tracks of one language in one file": ["multi-avc-tracks.mp4"],
  "audio renditions that differ in name only": [
    { file: "test-avc-frontmoov.mp4", track: 1, type: "video", language: "und" },
    { file: "ladder-aac-eng.mp4", track: 1, type: "audio", language: "eng", label: "Movie, uncut" },
    { file: "ladder-aac-fra.mp4", track: 1, type: "audio", language: "eng", label: "Movie, uncut" },
    { file: "tone-aac-24khz.mp4", track: 1, type: "audio", language: "und" },
    { file: "ladder-vtt-eng.vtt", type: "text", language: "eng" },
    { file: "ladder-vtt-fra.vtt", type: "text", language: "eng" },
  ],
  "every kind of audio and subtitles, with captions": LABELED_INPUTS,
  "default subtitles, and CEA-608 captions": [
    { file: "test-avc-frontmoov.mp4", captions: [CC1, { ...CC1, channel: "CC3" }] },
    { file: "ladder-vtt-eng.vtt", language: "eng", role: "forced" },
    { file: "ladder-vtt-fra.vtt", language: "fra", default: true },
  ],
  "open GOPs": ["test-avc-opengop.mp4", "ladder-aac-eng.mp4"],
  "open GOPs in one of two videos": ["test-avc-frontmoov.mp4", "test-hevc-opengop.mp4"],
  "anamorphic video": ["test-avc-anamorphic.mp4"],
  "rotated video": ["test-avc-rotated.mp4"],
  "Dolby Vision of profile 5": ["test-hevc-dolbyvision5.mp4", "test-avc-frontmoov.mp4"],
  "mirrored video": ["test-avc-mirrored.mp4"],
  "stretched video": ["test-avc-stretched.mp4"],
  "video at 29.97 Hz, audio at 44.1 kHz": ["test-avc-2997fps.mp4", "tone-aac-mono.m4a"],
  "video with a variable frame rate": ["test-avc-vfr.mp4"],
  "video that starts late": ["flash-avc-videodelayed.mp4"],
  "audio that starts late": ["flash-avc-audiodelayed.mp4"],
  "video with an edit": ["flash-avc-trimmed.mp4"],
  "codecs that MPEG-TS mostly does not support": [
    "test-vp9-profile0.mp4",
    "tone-opus-stereo.mp4",
    "tone-mp3-stereo.mp4",
  ],
};

export const PRESENTATION_NAMES: readonly string[] = Object.keys(PRESENTATIONS);

const DIRECTORY = new URL("../testdata/", import.meta.url);

function open(file: string) {
  return openFile(decodeURIComponent(new URL(file, DIRECTORY).pathname), file);
}

/** Opens a presentation of the table, with segments of 2 seconds. */
export async function openSample(name: string): Promise<OpenPresentation> {
  const parts = PRESENTATIONS[name]!;
  const isTracks = parts.some((part) => typeof part === "object" && "type" in part);
  if (!isTracks) return await openTestdata(parts as (string | InputOptions)[]);
  const tracks = (parts as Track[]).map((track, i) => ({ name: `${track.type}${i}`, ...track }));
  return await openTestPackage(tracks);
}

/** Opens a presentation for a test, and closes it afterwards. */
export async function withSample(
  name: string,
  test: (presentation: Presentation) => void,
): Promise<void> {
  const presentation = await openSample(name);
  try {
    test(presentation);
  } finally {
    presentation.close();
  }
}

/** Opens a package of files of testdata/, with segments of 2 seconds. */
export async function openTestPackage(tracks: readonly PackageTrack[]): Promise<OpenPresentation> {
  return await openPackage({ segmentDuration: 2, tracks } as Package, open);
}

/** Opens files of testdata/. */
export async function openTestdata(
  inputs: readonly (string | InputOptions)[],
  segmentDuration = 2,
): Promise<OpenPresentation> {
  const named = inputs.map((input) => typeof input === "string" ? { file: input } : input);
  return await openInputs(named, { segmentDuration, open });
}
