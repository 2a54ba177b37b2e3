import type { SegmentedTrack } from "./segmenter.ts";
import { readFirstBytes } from "../input/track_input.ts";
import { listPointSamples } from "./hashed_points.ts";

const CODECS_WITH_SEI: ReadonlySet<string> = new Set(["avc", "hevc"]);

/** Returns a warning for undeclared closed captions. Tracks of a package are not probed again. */
export async function warnUndeclaredCaptions(input: SegmentedTrack): Promise<string[]> {
  const { track, source, options } = input;
  for (const sample of listCaptionProbes(input)) {
    if (!containsCaptions(await readFirstBytes(source, track, sample))) continue;
    return [
      `${options.file}: the video contains closed captions that manifests do not declare: ` +
      `declare them with --captions CC1=eng`,
    ];
  }
  return [];
}

/**
 * Returns the samples of which `warnUndeclaredCaptions()` reads the first bytes, unless an earlier one has captions. The content
 * version needs these samples too: a remote file takes no request more.
 */
export function listCaptionProbes({ type, codec, timing, options }: SegmentedTrack): number[] {
  if (type !== "video" || !CODECS_WITH_SEI.has(codec.family)) return [];
  if (options.captions || options.openGop !== undefined) return [];
  return listPointSamples(timing);
}

/** itu_t_t35_country_code, provider code of ATSC, "GA94", type code of cc_data (ATSC A/53 part 4 §6.2.3). */
const SIGNATURE = [0xB5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03];

/** Returns true for captions other than padding, which many encoders write into every sample. */
export function containsCaptions(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(SIGNATURE[0]!); at >= 0; at = bytes.indexOf(SIGNATURE[0]!, at + 1)) {
    if (SIGNATURE.some((byte, i) => bytes[at + i] !== byte)) continue;
    if (hasCaptionData(bytes.subarray(at + SIGNATURE.length))) return true;
  }
  return false;
}

/** Parses cc_data (CTA-708 §4.4): a count, a reserved byte, then a marker and two bytes each. */
function hasCaptionData(data: Uint8Array): boolean {
  const count = Math.min((data[0] ?? 0) & 31, Math.floor((data.length - 2) / 3));
  for (let i = 0; i < count; i++) {
    const [marker, one, two] = data.subarray(2 + 3 * i, 5 + 3 * i);
    const isValid = (marker! & 0xFC) === 0xFC;
    if (isValid && ((one! | two!) & 0x7F) !== 0) return true; // without the parity bit of CEA-608
  }
  return false;
}
