/** E-AC-3, Dolby Digital Plus (ETSI TS 102 366 annex E; in MP4: annex F), with Atmos (ETSI TS 103 420). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { getEntryPath, readConfigurationBox } from "./configuration_box.ts";
import { AC3_SAMPLE_RATES, dolbyAudio, toDolbyLayout } from "./dolby_audio.ts";
import { SUBTYPE_DDPLUS } from "./wave_format.ts";

/** By chan_loc bit (tables F.6.1, E.1.4): Lc/Rc, Lrs/Rrs, Cs, Ts, Lsd/Rsd, Lw/Rw, Lvh/Rvh, Cvh, LFE2. */
const LOCATIONS: readonly [speaker: number, count: number][] = [
  [0x0400, 2],
  [0x0200, 2],
  [0x0100, 1],
  [0x0080, 1],
  [0x0040, 2],
  [0x0020, 2],
  [0x0010, 2],
  [0x0008, 1],
  [0x0002, 1],
];

export const eac3 = dolbyAudio({
  family: "eac3",
  entry: "ec-3",
  box: "dec3",
  streamType: 0x87,
  packed: { extension: "ec3", type: "audio/eac3" },
  fourCC: "EC-3",
  subFormat: SUBTYPE_DDPLUS,

  /** Describes the first program: substream 0 and its dependent substreams. */
  describe(entry) {
    const dec3 = readConfigurationBox(entry, "dec3", readDec3);
    return {
      type: "audio",
      codec: "ec-3",
      sampleRate: getSampleRate(dec3.rateCode, entry),
      ...toDolbyLayout(dec3.acmod, dec3.lfe, toSpeakers(dec3.locations)),
      ...(dec3.objects && { objects: dec3.objects }),
    };
  },
});

interface Dec3 {
  readonly rateCode: number;
  readonly acmod: number;
  readonly lfe: number;
  readonly locations: number;
  readonly objects: number;
}

const DATA_RATE_BITS = 13;

/** EC3SpecificBox (§F.6; extension: ETSI TS 103 420 §8.3). */
function readDec3(body: Uint8Array): Dec3 {
  const r = new BitReader(body);
  r.skip(DATA_RATE_BITS);
  const otherSubstreams = r.bits(3);
  const first = readSubstream(r);
  for (let i = 0; i < otherSubstreams; i++) readSubstream(r);
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

/** Code 3 is a halved rate, which only the sample entry declares. */
function getSampleRate(code: number, entry: SampleEntry): number {
  const rate = AC3_SAMPLE_RATES[code] ?? entry.sampleRate;
  if (rate === 0) {
    throw new MediaError(
      "Cannot describe ec-3: neither dec3 nor the sample entry declares its sample rate",
    ).in(getEntryPath(entry));
  }
  return rate;
}

function toSpeakers(locations: number): { speakers: number; count: number } {
  const additional = { speakers: 0, count: 0 };
  LOCATIONS.forEach(([speaker, count], bit) => {
    if (!(locations >> bit & 1)) return;
    additional.speakers |= speaker;
    additional.count += count;
  });
  return additional;
}
