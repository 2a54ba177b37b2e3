/** Compares the sample entries of an init segment with those of the file. */

import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import { readCharacters } from "../readers/boxes.ts";
import { readUsableAspect } from "../readers/video_declaration.ts";
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

/** Configurations of audio in entries of QuickTime. */
const AUDIO_CONFIGURATIONS = ["dac3", "dec3", "dOps", "dfLa", "alac", "ddts", "chnl"];

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
    for (const type of [...types]) types.push(DOLBY_VISION_TYPES[type!]);
  }
  if (!types.includes(got.type)) {
    return `its type is ${got.type}, expected ${expected.type}`;
  }
  for (const [type, body] of expected.boxes) {
    if (type === "esds" || type === "pasp" && !readUsableAspect(body)) continue;
    const box = got.boxes.get(type);
    if (!box || !bytesEqual(box, type === "colr" ? completeNclx(body) : body)) {
      return `its ${type} differs from the file`;
    }
  }
  if (rendition.type !== "video") {
    const [actualBody, expectedBody] = [got, expected].map(getBodyWithoutEsds);
    if (!bytesEqual(actualBody!, expectedBody!)) return "its bytes differ from the file";
    return findEsdsDifference(got, expected, rendition);
  }
  for (const type of got.boxes.keys()) {
    if (!expected.boxes.has(type) && type !== "pasp") return `its ${type} is not in the file`;
  }
  const [actualFields, expectedFields] = [got, expected].map(getVisualFields);
  return bytesEqual(actualFields!, expectedFields!) ? undefined : "its fields differ from the file";
}

/** Fields of a ColourInformationBox of type nclx (14496-12 §12.1.5) without its last byte, which players require. */
const TRUNCATED_NCLX = 4 + 2 + 2 + 2;

function completeNclx(body: Uint8Array): Uint8Array {
  const isNclx = readCharacters(body, 0, 4) === "nclx";
  if (!isNclx || body.length !== TRUNCATED_NCLX) return body;
  const complete = new Uint8Array(TRUNCATED_NCLX + 1);
  complete.set(body);
  return complete;
}

/** Compares the configurations of MPEG-4 audio, except for ES_ID, which is 0 (14496-14 §4.1.2). */
function findEsdsDifference(
  got: SampleEntry,
  expected: SampleEntry,
  { codec, description }: MediaRendition,
): string | undefined {
  const source = expected.boxes.get("esds");
  if (!source || got.type === "dtsc") return undefined; // mp4a of DTS has ddts there
  const body = got.boxes.get("esds");
  if (!body) return "its esds differs from the file";
  const [high = 0, low = 0] = body.subarray(findEsId(body));
  if (high > 0 || low > 0) return `its ES_ID is ${256 * high + low}, expected 0`;
  if (codec.family === "aac") return findAacDifference(got, expected, description);
  const at = findEsId(source);
  const withoutId = source.slice().fill(0, at, at + 2);
  return bytesEqual(body, withoutId) ? undefined : "its esds differs from the file";
}

/** Follows version and flags, the tag, and a size whose bytes have their top bit set but for the last one. */
function findEsId(body: Uint8Array): number {
  let at = 5;
  while (body[at]! & 128) at++;
  return at + 1;
}

function getBodyWithoutEsds({ bytes, boxes }: SampleEntry): Uint8Array {
  const box = boxes.get("esds");
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
  const difference = findEsdsDifference(got, expected, rendition);
  if (difference) return difference;
  for (const type of AUDIO_CONFIGURATIONS) {
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
