/** E-AC-3, Dolby Digital Plus (ETSI TS 102 366 annex E; annex F is its place in MP4), with Atmos (ETSI TS 103 420). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { AC3_SAMPLE_RATES, dolbyPrivateData, toDolbyLayout } from "./ac3.ts";
import type { Codec } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";
import { PASSTHROUGH, registrationDescriptor } from "./ts_descriptors.ts";
import { SUBTYPE_DDPLUS, WAVE_FORMAT_EXTENSIBLE } from "./wave_format.ts";

/** By bit of chan_loc, the lowest first (table F.6.1): the speaker's bit in table E.1.4, and whether it is a pair. */
const LOCATIONS: readonly [speaker: number, count: number][] = [
  [0x0400, 2], // Lc/Rc
  [0x0200, 2], // Lrs/Rrs
  [0x0100, 1], // Cs
  [0x0080, 1], // Ts
  [0x0040, 2], // Lsd/Rsd
  [0x0020, 2], // Lw/Rw
  [0x0010, 2], // Lvh/Rvh
  [0x0008, 1], // Cvh
  [0x0002, 1], // LFE2
];

export const eac3: Codec = {
  family: "eac3",
  entries: ["ec-3"],

  /** Of the first program: independent substream 0, with what depends on it. */
  describe(entry) {
    const dec3 = readConfigurationBox(entry, "dec3", readDec3);
    return {
      type: "audio",
      codec: "ec-3",
      sampleRate: sampleRate(dec3.rateCode, entry),
      ...toDolbyLayout(dec3.acmod, dec3.lfe, extraSpeakers(dec3.locations)),
      ...(dec3.objects && { objects: dec3.objects }),
    };
  },

  mpegTs: {
    streamType: 0x87, // ATSC A/53 part 3 §6.7
    streamId: 0xBD,
    descriptors: () => registrationDescriptor("EAC3"),
    packed: { extension: "ec3", type: "audio/eac3" },
    ...PASSTHROUGH,
  },

  smooth: {
    fourCC: "EC-3",
    audioTag: WAVE_FORMAT_EXTENSIBLE,
    hasConstantPacketSize: true,
    codecPrivateData: (entry, description) =>
      dolbyPrivateData(entry.boxes.get("dec3"), SUBTYPE_DDPLUS, description),
  },
};

interface Dec3 {
  readonly rateCode: number;
  readonly acmod: number;
  readonly lfe: number;
  /** chan_loc: speakers of the dependent substreams. */
  readonly locations: number;
  /** complexity_index_type_a; 0 without joint object coding. */
  readonly objects: number;
}

/** EC3SpecificBox (§F.6), and its extension (ETSI TS 103 420 §8.3). */
function readDec3(body: Uint8Array): Dec3 {
  const r = new BitReader(body);
  r.skip(13); // data_rate
  const others = r.bits(3); // num_ind_sub: independent substreams less one
  const first = readSubstream(r);
  for (let i = 0; i < others; i++) readSubstream(r);
  const extended = r.left >= 16 && (r.skip(7), r.bit() === 1);
  return { ...first, objects: extended ? r.bits(8) : 0 };
}

function readSubstream(r: BitReader): Omit<Dec3, "objects"> {
  const rateCode = r.bits(2);
  r.skip(5 + 1 + 1 + 3); // bsid, reserved, asvc, bsmod
  const [acmod, lfe] = [r.bits(3), r.bit()];
  r.skip(3);
  const dependents = r.bits(4);
  const locations = dependents > 0 ? r.bits(9) : (r.skip(1), 0);
  return { rateCode, acmod, lfe, locations };
}

/** Code 3 stands for the halves of the others, which dec3 doesn't tell apart: the entry does. */
function sampleRate(code: number, entry: SampleEntry): number {
  const rate = AC3_SAMPLE_RATES[code] ?? entry.sampleRate;
  if (rate === 0) {
    throw new MediaError("Cannot describe ec-3: neither dec3 nor the entry has its sample rate");
  }
  return rate;
}

function extraSpeakers(locations: number): { speakers: number; count: number } {
  const more = { speakers: 0, count: 0 };
  LOCATIONS.forEach(([speaker, count], bit) => {
    if (!(locations >> bit & 1)) return;
    more.speakers |= speaker;
    more.count += count;
  });
  return more;
}
