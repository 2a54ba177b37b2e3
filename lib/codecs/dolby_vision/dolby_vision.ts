/**
 * Dolby Vision that no other decoder plays: sample entries of its own around AVC, HEVC and AV1. What other decoders play
 * stands in theirs, and is described there, with a supplemental codec.
 */

import { MediaError } from "../../errors.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { av1, describeAv1 } from "../av1.ts";
import { avc, describeAvc, getAvcEntryType, getAvcRandomAccess } from "../avc.ts";
import type { Codec, VideoDescription } from "../codec.ts";
import { formatDolbyVisionCodec, readDolbyVision } from "./configuration.ts";
import { describeHevc, getHevcEntryType, getHevcRandomAccess, hevc } from "../hevc.ts";

export const dolbyVisionAvc: Codec = {
  family: "dolby-vision-avc",
  entries: ["dva1", "dvav"],
  needsSample: avc.needsSample!,
  describe: (entry, sample) =>
    toDolbyVision(getAvcEntryType(entry), entry, describeAvc(entry, sample)),
  initEntryType: getAvcEntryType,
  randomAccess: getAvcRandomAccess,
};

export const dolbyVisionHevc: Codec = {
  family: "dolby-vision-hevc",
  entries: ["dvh1", "dvhe"],
  needsSample: hevc.needsSample!,
  describe: (entry, sample) =>
    toDolbyVision(getHevcEntryType(entry), entry, describeHevc(entry, sample)),
  initEntryType: getHevcEntryType,
  randomAccess: getHevcRandomAccess,
};

export const dolbyVisionAv1: Codec = {
  family: "dolby-vision-av1",
  entries: ["dav1"],
  needsSample: av1.needsSample!,
  describe: (entry, sample) => toDolbyVision("dav1", entry, describeAv1(entry, sample)),
};

function toDolbyVision(
  entryType: string,
  entry: SampleEntry,
  base: VideoDescription,
): VideoDescription {
  const dolbyVision = readDolbyVision(entry);
  if (!dolbyVision) {
    throw new MediaError(`Cannot describe ${entry.type} without dvcC, dvvC or dvwC`);
  }
  return { ...base, codec: formatDolbyVisionCodec(entryType, dolbyVision) };
}
