/** Presentations out of testdata/ that HLS has to tell right: one a family of codecs, of sounds, of pictures. */

import { openInputs, openPackage } from "../lib/presentation/open.ts";
import type { InputOptions } from "../lib/presentation/open.ts";
import type { Package, PackageTrack } from "../lib/package/package.ts";
import type { Presentation } from "../lib/presentation/presentation.ts";
import { openFile } from "../lib/storage/local/file.ts";

/** All media of testdata/ but the texts. */
export const MEDIA: readonly string[] = [...Deno.readDirSync("testdata")].map(({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|ismv)$/.test(name)).sort();

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

/** A package's track; its name is its place. */
type Track = Pick<PackageTrack, "file" | "type" | "language"> & Partial<PackageTrack>;

const CC1 = { channel: "CC1", language: "eng" };

/** Sounds and texts of every kind, some alike but for what is said of them: few files serve for all. */
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
  "a ladder with two languages, texts and thumbnails": LADDER,
  "one picture": ["test-avc-frontmoov.mp4"],
  "one picture and one sound": ["pair-avc-aac.mp4"],
  "one sound": ["tone-aac-mono.m4a"],
  "two languages of sound alone": [
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "fra" },
  ],
  "sound alone with a text": ["tone-ac3-surround.mp4", "ladder-vtt-eng.vtt"],
  "AVC, HEVC and AV1": [
    ...["test-hevc-hvc1.mp4", "test-av1-main.mp4", "test-avc-frontmoov.mp4", "ladder-aac-eng.mp4"],
  ],
  "HDR beside SDR": ["test-hevc-hdr10.mp4", "test-hevc-hvc1.mp4"],
  "sounds in three codecs, which one language lacks": [
    "test-avc-frontmoov.mp4",
    { file: "tone-eac3-surround.mp4", language: "eng" },
    { file: "tone-ac3-surround.mp4", language: "eng" },
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "fra" },
  ],
  "a sound at two bitrates": [
    "test-avc-frontmoov.mp4",
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "tone-aac-24khz.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "fra" },
  ],
  "bitrates of one sound alone": [
    { file: "tone-aac-24khz.mp4", language: "eng" },
    { file: "ladder-aac-eng.mp4", language: "eng" },
  ],
  "tracks of one language in one file": ["multi-avc-tracks.mp4"],
  "sounds that are alike but for their names": [
    { file: "test-avc-frontmoov.mp4", track: 1, type: "video", language: "und" },
    { file: "ladder-aac-eng.mp4", track: 1, type: "audio", language: "eng", label: "Film, uncut" },
    { file: "ladder-aac-fra.mp4", track: 1, type: "audio", language: "eng", label: "Film, uncut" },
    { file: "tone-aac-24khz.mp4", track: 1, type: "audio", language: "und" },
    { file: "ladder-vtt-eng.vtt", type: "text", language: "eng" },
    { file: "ladder-vtt-fra.vtt", type: "text", language: "eng" },
  ],
  "sounds and texts of every kind, with captions": LABELED_INPUTS,
  "a text by default, and captions of CEA-608": [
    { file: "test-avc-frontmoov.mp4", captions: [CC1, { ...CC1, channel: "CC3" }] },
    { file: "ladder-vtt-eng.vtt", language: "eng", role: "forced" },
    { file: "ladder-vtt-fra.vtt", language: "fra", default: true },
  ],
  "open GOPs": ["test-avc-opengop.mp4", "ladder-aac-eng.mp4"],
  "open GOPs in one of two": ["test-avc-frontmoov.mp4", "test-hevc-opengop.mp4"],
  "an anamorphic picture": ["test-avc-anamorphic.mp4"],
  "a rotated picture": ["test-avc-rotated.mp4"],
  "pictures at 29.97 Hz, sound at 44.1 kHz": ["test-avc-2997fps.mp4", "tone-aac-mono.m4a"],
  "pictures of varying duration": ["test-avc-vfr.mp4"],
  "pictures that start late": ["flash-avc-videodelayed.mp4"],
  "sound that starts late": ["flash-avc-audiodelayed.mp4"],
  "pictures that were cut": ["flash-avc-trimmed.mp4"],
  "what MPEG-TS carries little of": [
    "test-vp9-profile0.mp4",
    "tone-opus-stereo.mp4",
    "tone-mp3-stereo.mp4",
  ],
};

export const PRESENTATION_NAMES: readonly string[] = Object.keys(PRESENTATIONS);

const FOLDER = new URL("../testdata/", import.meta.url);

function open(file: string) {
  return openFile(decodeURIComponent(new URL(file, FOLDER).pathname), file);
}

/** Opens what the table says under this name, in segments of 2 seconds. */
export async function openSample(name: string): Promise<Presentation> {
  const parts = PRESENTATIONS[name]!;
  const isTracks = parts.some((part) => typeof part === "object" && "type" in part);
  if (!isTracks) return await openTestdata(parts as (string | InputOptions)[]);
  const tracks = (parts as Track[]).map((track, i) => ({ name: `${track.type}${i}`, ...track }));
  return await openTestPackage(tracks);
}

/** Opens one of them for a test, and closes it behind that. */
export async function withSample(
  name: string,
  test: (presentation: Presentation) => void,
): Promise<void> {
  const title = await openSample(name);
  try {
    test(title);
  } finally {
    title.close();
  }
}

/** Opens a package of files of testdata/, in segments of 2 seconds. */
export async function openTestPackage(tracks: readonly PackageTrack[]): Promise<Presentation> {
  return await openPackage({ segmentDuration: 2, tracks } as Package, open);
}

/** Opens files of testdata/. */
export async function openTestdata(
  inputs: readonly (string | InputOptions)[],
  segmentDuration = 2,
): Promise<Presentation> {
  const named = inputs.map((input) => typeof input === "string" ? { file: input } : input);
  return await openInputs(named, { segmentDuration, open });
}
