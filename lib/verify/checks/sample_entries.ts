/** Sample entries of an init, held against those of the file. */

import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import { bytesEqual } from "../bytes_equal.ts";

/** Names that an entry may have instead of its own: its configuration holds all that the own name leaves to samples. */
const OTHER_NAMES: Record<string, string> = {
  avc3: "avc1",
  hev1: "hvc1",
  dvav: "dva1",
  dvhe: "dvh1",
};

/** Boxes that set a decoder of sound up. */
const CONFIGURATIONS = ["esds", "dac3", "dec3", "dOps", "dfLa", "chnl"];

/** What is not as in the file, as the rest of a sentence; undefined: nothing. */
export function findEntryDifference(
  got: SampleEntry,
  own: SampleEntry,
  rendition: MediaRendition,
): string | undefined {
  if (rendition.type === "audio" && (own.quickTimeAudioVersion > 0 || got.type !== own.type)) {
    return findAudioEntryDifference(got, own, rendition);
  }
  if (got.type !== own.type && got.type !== OTHER_NAMES[own.type]) {
    return `it is called ${got.type}, in the file ${own.type}`;
  }
  const [theirs, ours] = [got, own].map(({ bytes }) => bytes.subarray(8));
  if (bytesEqual(theirs!, ours!)) return undefined;
  for (const [type, body] of own.boxes) {
    const box = got.boxes.get(type);
    if (!box || !bytesEqual(box, body)) return `its ${type} is another than in the file`;
  }
  return "its bytes are others than in the file";
}

/** QuickTime's sound descriptions are written anew: as ISO has them, with the same configuration. */
function findAudioEntryDifference(
  got: SampleEntry,
  own: SampleEntry,
  { codec, description }: MediaRendition,
): string | undefined {
  if (!codec.entries.includes(got.type)) return `it is called ${got.type}`;
  if (got.quickTimeAudioVersion !== 0) return "it is a sound description of QuickTime";
  for (const type of CONFIGURATIONS) {
    const [theirs, ours] = [got.boxes.get(type), own.boxes.get(type)];
    if (ours && !(theirs && bytesEqual(theirs, ours))) {
      return `its ${type} is another than in the file`;
    }
  }
  if (description.type !== "audio") return undefined;
  const { channels, sampleRate } = description;
  if (got.channels !== channels) return `it says ${got.channels} channels instead of ${channels}`;
  const rate = sampleRate < 2 ** 16 ? sampleRate : 0;
  return got.sampleRate === rate ? undefined : `it says ${got.sampleRate} Hz instead of ${rate}`;
}
