/** VVC, H.266 (ISO/IEC 23090-3; in MP4: 14496-15 §11). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import type { Codec, FrameType, RandomAccess } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";
import { readNalUnits } from "./nal/nal_units.ts";
import { checkEntrySize, getColour, getPixelAspect } from "./video_properties.ts";
import { formatVvcProfile, readVvcProfile, type VvcProfile } from "./vvc_profile.ts";

/** Types of NAL units (23090-3 table 5): slices of IDR and CRA frames, and the first that is no slice. */
const FIRST_IDR = 7;
const LAST_IDR = 8;
const CRA = 9;
const FIRST_OTHER = 12;

export const vvc: Codec = {
  family: "vvc",
  entries: ["vvc1", "vvi1"],

  describe(entry) {
    const { profile } = readVvcc(entry);
    const colour = getColour(entry);
    return {
      type: "video",
      codec: `${entry.type}.${formatVvcProfile(profile)}`,
      ...checkEntrySize(entry),
      pixelAspect: getPixelAspect(entry),
      interlaced: false,
      ...(colour && { colour }),
    };
  },

  randomAccess(entry, sample) {
    return getRandomAccess(findSliceType(entry, sample));
  },
  createFrameClassifier: (entry) => (sample) => getFrameType(findSliceType(entry, sample)),
};

/** VvcConfigurationBox, up to the parameter sets (14496-15 §11.2.4.2). */
function readVvcc(entry: SampleEntry): { lengthSize: number; profile: VvcProfile } {
  return readConfigurationBox(entry, "vvcC", (body) => {
    const r = new BitReader(body);
    const version = r.bits(8);
    if (version !== 0) throw new MediaError(`Cannot read version ${version}`);
    r.skip(24 + 5); // flags, reserved
    const lengthSize = r.bits(2) + 1;
    if (r.bit() === 0) {
      throw new MediaError("Cannot read a configuration without a profile: ptl_present_flag is 0");
    }
    return { lengthSize, profile: readVvcProfile(r) };
  });
}

/** Returns undefined if the first bytes contain no header of a slice of the base layer. */
function findSliceType(entry: SampleEntry, sample: Uint8Array): number | undefined {
  for (const nal of readNalUnits(sample, readVvcc(entry).lengthSize)) {
    if (nal.length < 2 || nal[0]! & 63) continue; // nuh_layer_id
    const type = nal[1]! >> 3;
    if (type < FIRST_OTHER) return type;
  }
  return undefined;
}

/** CRA and GDR are open; "closed" is by far the most common case. */
function getRandomAccess(type: number | undefined): RandomAccess {
  return type === undefined || type >= FIRST_IDR && type <= LAST_IDR ? "closed" : "open";
}

function getFrameType(type: number | undefined): FrameType | undefined {
  if (type === undefined) return undefined;
  return type >= FIRST_IDR && type <= CRA ? "key" : "inter";
}
