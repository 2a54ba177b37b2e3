/** Closed captions in the pictures that the operator says nothing of: players would be told that there are none. */

import type { SegmentedTrack } from "./segmenter.ts";
import { readFirstBytes } from "../input/track_input.ts";

/** Codecs whose supplemental enhancement information may hold captions. */
const WITH_SEI: ReadonlySet<string> = new Set(["avc", "hevc"]);

/** Evenly spaced pictures that are looked at, at most. */
const LOOKS = 16;

/**
 * A sentence for a track that holds captions which nothing declares. The bytes are read where no package says what a reading
 * found.
 *
 * @throws MediaError of the source
 */
export async function warnUndeclaredCaptions(piece: SegmentedTrack): Promise<string[]> {
  const { type, codec, track, source, timing: { first, end }, options } = piece;
  if (type !== "video" || !WITH_SEI.has(codec.family)) return [];
  if (options.captions || options.openGop !== undefined) return [];
  const looks = Math.min(LOOKS, options.maxProbes ?? LOOKS, end - first);
  for (let look = 0; look < looks; look++) {
    const sample = first + Math.floor(look * (end - first) / looks);
    if (!containsCaptions(await readFirstBytes(source, track, sample))) continue;
    return [
      `${options.file}: its pictures hold closed captions, of which players are told nothing: ` +
      `say what is in there, with --captions CC1=eng`,
    ];
  }
  return [];
}

/** itu_t_t35_country_code and provider code of ATSC, "GA94", and the type that cc_data has (ATSC A/53 part 4 §6.2.3). */
const SIGNATURE = [0xB5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03];

/**
 * True for the first bytes of a picture that has captions in it. Many encoders put cc_data into every picture, and mostly
 * nothing into that: padding does not count.
 */
export function containsCaptions(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(SIGNATURE[0]!); at >= 0; at = bytes.indexOf(SIGNATURE[0]!, at + 1)) {
    if (SIGNATURE.some((byte, i) => bytes[at + i] !== byte)) continue;
    if (saysSomething(bytes.subarray(at + SIGNATURE.length))) return true;
  }
  return false;
}

/** cc_data (CTA-708 §4.4): a count, a byte that is passed over, then three bytes each, of which the first says what they are. */
function saysSomething(data: Uint8Array): boolean {
  const count = Math.min((data[0] ?? 0) & 31, Math.floor((data.length - 2) / 3));
  for (let i = 0; i < count; i++) {
    const [marker, one, two] = data.subarray(2 + 3 * i, 5 + 3 * i);
    const isValid = (marker! & 0xFC) === 0xFC;
    if (isValid && ((one! | two!) & 0x7F) !== 0) return true; // less the parity that CEA-608 has
  }
  return false;
}
