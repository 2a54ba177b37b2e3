/** Supported codecs. A new codec is a file and a line here. */

import type { SampleEntry } from "../mp4/sample_entry.ts";
import { aac } from "./aac.ts";
import { ac3 } from "./ac3.ts";
import { ac4 } from "./ac4.ts";
import { alac } from "./alac.ts";
import { av1 } from "./av1.ts";
import { avc } from "./avc.ts";
import type { Codec } from "./codec.ts";
import {
  dolbyVisionAv1,
  dolbyVisionAvc,
  dolbyVisionHevc,
  findDolbyVisionCodec,
} from "./dolby_vision/dolby_vision.ts";
import { dts } from "./dts.ts";
import { dtsx } from "./dtsx.ts";
import { eac3 } from "./eac3.ts";
import { readEsds } from "./esds.ts";
import { flac } from "./flac.ts";
import { hevc } from "./hevc.ts";
import { iamf } from "./iamf.ts";
import { mjpeg } from "./mjpeg.ts";
import { mp3 } from "./mp3.ts";
import { mpegh } from "./mpegh.ts";
import { opus } from "./opus.ts";
import { pcm } from "./pcm.ts";
import { stpp } from "./stpp.ts";
import type { SubtitleCodec } from "./subtitle_codec.ts";
import { tx3g } from "./tx3g.ts";
import { vp9 } from "./vp9.ts";
import { vvc } from "./vvc.ts";
import { wvtt } from "./wvtt.ts";

export const CODECS: readonly Codec[] = [
  ...[avc, hevc, av1, vp9, dolbyVisionAvc, dolbyVisionHevc, dolbyVisionAv1, vvc, mjpeg],
  ...[aac, ac3, eac3, opus, flac, mp3, alac, ...pcm, ac4, ...dts, dtsx, ...mpegh, iamf],
];

const SUBTITLE_CODECS: readonly SubtitleCodec[] = [tx3g, wvtt, stpp];

export function findSubtitleCodec({ type }: SampleEntry): SubtitleCodec | undefined {
  return SUBTITLE_CODECS.find(({ entries }) => entries.includes(type));
}

const SHARED = ["mp4a", "mp4v"];

/** @throws MediaError if `mp4a` or `mp4v` has no valid `esds`, or a configuration of Dolby Vision is truncated */
export function findCodec(entry: SampleEntry): Codec | undefined {
  const dolbyVision = findDolbyVisionCodec(entry);
  if (dolbyVision) return dolbyVision;
  const candidates = CODECS.filter(({ entries }) => entries.includes(entry.type));
  if (!SHARED.includes(entry.type)) return candidates[0];
  const { objectType } = readEsds(entry);
  return candidates.find(({ objectTypes }) => objectTypes?.includes(objectType));
}
