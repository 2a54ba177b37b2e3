/** Compares the sample entries of an init segment with those of the file. */

import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { findAacDifference } from "./aac_configuration.ts";

/** Types that may replace an entry's own, since the configuration contains all parameter sets. */
const ALTERNATIVE_TYPES: Record<string, string> = {
  avc3: "avc1",
  hev1: "hvc1",
  dvav: "dva1",
  dvhe: "dvh1",
};

/** Types for a base layer that is not compatible. */
const DOLBY_VISION_TYPES: Record<string, string> = {
  ...{ avc1: "dva1", avc3: "dvav", hvc1: "dvh1", hev1: "dvhe", av01: "dav1" },
};

const DOLBY_VISION_BOXES = ["dvcC", "dvvC", "dvwC"];

const AUDIO_CONFIGURATIONS = ["esds", "dac3", "dec3", "dOps", "dfLa", "chnl"];

export function findEntryDifference(
  got: SampleEntry,
  expected: SampleEntry,
  rendition: MediaRendition,
): string | undefined {
  const isConverted = expected.quickTimeAudioVersion > 0 || got.type !== expected.type ||
    expected.boxes.has("wave");
  if (rendition.type === "audio" && isConverted) {
    return findAudioEntryDifference(got, expected, rendition);
  }
  const types = [expected.type, ALTERNATIVE_TYPES[expected.type]];
  if (DOLBY_VISION_BOXES.some((type) => expected.boxes.has(type))) {
    types.push(...types.map((type) => DOLBY_VISION_TYPES[type!]));
  }
  if (!types.includes(got.type)) {
    return `its type is ${got.type}, expected ${expected.type}`;
  }
  const compared = isAac(rendition, expected) ? AAC_CONFIGURATION : "";
  for (const [type, body] of expected.boxes) {
    if (type === compared) continue;
    const box = got.boxes.get(type);
    if (!box || !bytesEqual(box, body)) return `its ${type} differs from the file`;
  }
  if (rendition.type !== "video") {
    const [actualBody, expectedBody] = [got, expected].map((entry) => getBody(entry, compared));
    if (!bytesEqual(actualBody!, expectedBody!)) return "its bytes differ from the file";
    return compared ? findAacDifference(got, expected, rendition.description) : undefined;
  }
  for (const type of got.boxes.keys()) {
    if (!expected.boxes.has(type) && type !== "pasp") return `its ${type} is not in the file`;
  }
  const [actualFields, expectedFields] = [got, expected].map(getVisualFields);
  return bytesEqual(actualFields!, expectedFields!) ? undefined : "its fields differ from the file";
}

const AAC_CONFIGURATION = "esds";

function isAac({ codec }: MediaRendition, { boxes }: SampleEntry): boolean {
  return codec.family === "aac" && boxes.has(AAC_CONFIGURATION);
}

/** Returns the entry without its header, and without the child box `except`. */
function getBody({ bytes, boxes }: SampleEntry, except: string): Uint8Array {
  const box = boxes.get(except);
  if (!box) return bytes.subarray(8);
  const start = box.byteOffset - bytes.byteOffset - 8;
  return Uint8Array.from([...bytes.subarray(8, start), ...bytes.subarray(start + 8 + box.length)]);
}

/** Without vendor and qualities, which only QuickTime has. */
function getVisualFields({ bytes }: SampleEntry): Uint8Array {
  return bytes.subarray(32, 86);
}

/** Audio sample entries of QuickTime are converted to ISO's, with the same configuration. */
function findAudioEntryDifference(
  got: SampleEntry,
  expected: SampleEntry,
  rendition: MediaRendition,
): string | undefined {
  const { codec, description } = rendition;
  if (!codec.entries.includes(got.type)) return `its type is ${got.type}`;
  if (got.quickTimeAudioVersion !== 0) return "it is an entry of QuickTime";
  const isOfAac = isAac(rendition, expected);
  const difference = isOfAac ? findAacDifference(got, expected, description) : undefined;
  if (difference) return difference;
  for (const type of AUDIO_CONFIGURATIONS) {
    if (isOfAac && type === AAC_CONFIGURATION) continue;
    const [actualBox, expectedBox] = [got.boxes.get(type), expected.boxes.get(type)];
    if (expectedBox && !(actualBox && bytesEqual(actualBox, expectedBox))) {
      return `its ${type} differs from the file`;
    }
  }
  if (description.type !== "audio") return undefined;
  const { channels, sampleRate } = description;
  if (got.channels !== channels) return `it has ${got.channels} channels, expected ${channels}`;
  const rate = sampleRate < 2 ** 16 ? sampleRate : 0;
  return got.sampleRate === rate ? undefined : `it has ${got.sampleRate} Hz, expected ${rate}`;
}
