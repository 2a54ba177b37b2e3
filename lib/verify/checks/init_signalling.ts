/** Compares what an init segment declares with the file, by readers that the product does not use. */

import type { Rendition } from "../../presentation/presentation.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { canonicalize, isSameLanguage, isSamePrimary } from "../expected/language_tags.ts";
import { describeDirections, findDirections } from "../expected/orientation.ts";
import {
  type ExpectedVideo,
  getSquareSize,
  resolveAudio,
  type SourceSignalling,
} from "../expected/signalling.ts";
import type { Report } from "../findings.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { AudioDeclaration } from "../readers/aac_declaration.ts";
import { readAudioDeclarations } from "../readers/audio_declaration.ts";
import { findBoxes } from "../readers/boxes.ts";
import type { EntryDeclaration } from "../readers/sample_description.ts";
import { readTrackDeclarations, type TrackDeclaration } from "../readers/track_declaration.ts";
import { readVideoDeclaration } from "../readers/video_declaration.ts";
import type { ColourDeclaration } from "../readers/video_usability.ts";
import { tryRead } from "../build.ts";

const NO_SAMPLE = new Uint8Array();

/** Boxes of static metadata of HDR (14496-12 §12.1.6, §12.1.7). */
const HDR_BOXES = ["mdcv", "clli"];

/** @param init an init segment that can be read */
export function checkInitSignalling(
  init: Uint8Array,
  { rendition, measurements }: { rendition: Rendition; measurements: RenditionMeasurements },
  report: Report,
): void {
  const [track] = findBoxes(init, "moov").flatMap(readTrackDeclarations);
  const { signalling } = measurements;
  if (!track || !signalling) return;
  checkInitLanguage(init, rendition.language, report);
  const entry = track.entries[signalling.description];
  if (!entry) return;
  if (signalling.video) {
    checkMatrix(track, signalling.video, report);
    checkVideoEntry(entry, track, signalling, report);
  }
  if (rendition.type === "audio") checkAudioEntry(entry, signalling, { measurements, report });
}

/** mdhd has three letters; elng is needed for a tag of which these are a part (14496-12 §8.4.6). */
export function checkInitLanguage(init: Uint8Array, language: string, report: Report): void {
  const [track] = findBoxes(init, "moov").flatMap(readTrackDeclarations);
  if (!track) return;
  const { extendedLanguage } = track;
  const declared = track.language || "und";
  const isThreeLetters = canonicalize(language).split("-")[0]!.length <= 3;
  if (isThreeLetters && !isSamePrimary(declared, language) && declared !== "und") {
    report("language", `got ${declared} in mdhd, expected ${language}`);
  }
  const whole = extendedLanguage || declared;
  if (!isSameLanguage(whole, language)) report("language", `got ${whole}, expected ${language}`);
}

/** In pixels. */
const MAX_OFFSET = 1;

function checkMatrix(
  { matrix, width, height }: TrackDeclaration,
  video: ExpectedVideo,
  report: Report,
) {
  const [got, expected] = [findDirections(matrix), video.directions].map(describeDirections);
  if (got !== expected) report("matrix", `got ${got}, expected ${expected}`);
  const [a, b, c, d, x, y] = matrix;
  const [left, top] = [
    x + Math.min(0, a * width) + Math.min(0, c * height),
    y + Math.min(0, b * width) + Math.min(0, d * height),
  ];
  if (Math.max(Math.abs(left), Math.abs(top)) > MAX_OFFSET) {
    report("matrix", `the image starts at (${left}, ${top}), expected (0, 0)`);
  }
}

/** Sizes are 16.16. */
const MAX_ROUNDING = 2 ** -16;

function checkVideoEntry(
  entry: EntryDeclaration,
  track: TrackDeclaration,
  { video, track: source }: SourceSignalling,
  report: Report,
): void {
  const expected = getSquareSize(video!);
  const maxDeviation = MAX_ROUNDING + expected.width * video!.expectedAspect.tolerance;
  if (
    Math.abs(track.width - expected.width) > maxDeviation || track.height !== expected.height
  ) {
    report(
      "size",
      `got ${track.width} × ${track.height} in tkhd, expected ${expected.width} × ${expected.height}`,
    );
  }
  const [own] = source.entries;
  if (own && (entry.width !== own.width || entry.height !== own.height)) {
    const size = ({ width, height }: EntryDeclaration) => `${width} × ${height}`;
    report("size", `got ${size(entry)} in the sample entry, expected ${size(own)}`);
  }
  const got = tryRead(() => readVideoDeclaration(entry, NO_SAMPLE), SILENT);
  if (got) compareVideo(got, video!, report);
  for (const type of HDR_BOXES) {
    const [box, ownBox] = [entry, own].map((one) => one?.boxes.get(type));
    const isSame = box && ownBox ? bytesEqual(box, ownBox) : box === ownBox;
    if (!isSame) report("colour", `its ${type} differs from the file`);
  }
}

/** Entries without parameter sets are read with the first sample, which an init segment does not contain. */
const SILENT: Report = () => {};

function compareVideo(
  got: NonNullable<ReturnType<typeof readVideoDeclaration>>,
  video: ExpectedVideo,
  report: Report,
): void {
  const { expectedAspect: { ratio, tolerance }, codecs } = video;
  if (Math.abs(got.aspect / ratio - 1) > tolerance) {
    report("sample aspect", `got ${got.aspect}, expected ${ratio}`);
  }
  if (!got.codecs.some((codec) => codecs.includes(codec))) {
    report("codec", `got ${got.codecs[0]}, expected ${codecs[0]}`);
  }
  const [actual, expected] = [got.colour, video.colour].map(describeColour);
  if (actual !== expected) report("colour", `got ${actual}, expected ${expected}`);
}

function describeColour({ primaries, transfer, matrix, fullRange }: ColourDeclaration): string {
  return `${primaries}, ${transfer}, ${matrix}, ${fullRange ? "full" : "limited"} range`;
}

function checkAudioEntry(
  entry: EntryDeclaration,
  { audio }: SourceSignalling,
  { measurements, report }: { measurements: RenditionMeasurements; report: Report },
): void {
  const isMpegAudio = audio.some(({ codec }) => /^mp4a\.6[9B]$/.test(codec)); // only samples describe it
  const got = isMpegAudio
    ? []
    : tryRead(() => readAudioDeclarations(entry, NO_SAMPLE), report) ?? [];
  const expected = resolveAudio(audio, got);
  measurements.audio = expected;
  if (got.length > 0 && expected) compareAudio(got[0]!, expected, report);
}

function compareAudio(got: AudioDeclaration, expected: AudioDeclaration, report: Report): void {
  if (got.codec !== expected.codec) report("codec", `got ${got.codec}, expected ${expected.codec}`);
  if (got.channels !== expected.channels) {
    report("channels", `got ${got.channels}, expected ${expected.channels}`);
  }
  if (got.sampleRate !== expected.sampleRate) {
    report("rate", `got ${got.sampleRate} Hz, expected ${expected.sampleRate} Hz`);
  }
}
