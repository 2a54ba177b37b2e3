/** Core of a DTS frame (ETSI TS 102 114 §5.3), from which the configuration follows that ffmpeg does not write. */

import { BitReader } from "../bits.ts";
import { ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { rescale } from "../time.ts";

const SYNC_WORD = 0x7FFE8001;

/** Starts an extension substream (§7.4), after the core. */
const EXTENSION_SYNC_WORD = 0x64582025;

/** In Hz, by SFREQ; 0 is invalid. */
const SAMPLE_RATES = [0, 8000, 16000, 32000, 0, 0, 11025, 22050, 44100, 0, 0, 12000, 24000, 48000];

/** ChannelLayout by AMODE: C; L/R in four forms; C L/R; L/R Cs; C L/R Cs; L/R Ls/Rs; C L/R Ls/Rs. */
const LAYOUTS = [0x01, 0x02, 0x02, 0x02, 0x02, 0x03, 0x12, 0x13, 0x06, 0x07];
const LFE = 0x08;

/** Bits by PCMR, as ddts has them: 20 count as 24. */
const DEPTHS: Readonly<Record<number, number>> = { 0: 16, 1: 16, 2: 24, 3: 24, 5: 24, 6: 24 };

/** Samples of a frame, by FrameDuration. */
const FRAME_DURATIONS = [512, 1024, 2048, 4096];

const BLOCK_SAMPLES = 32;

/** Core substream alone, by StreamConstruction (table E-2). */
const CORE_ALONE = 1;

export interface DtsCore {
  /** In Hz. */
  readonly sampleRate: number;
  readonly arrangement: number;
  /** ChannelLayout. */
  readonly layout: number;
  readonly depth: number;
  /** In samples. */
  readonly duration: number;
  /** In bytes. */
  readonly size: number;
}

/** @throws MediaError if the sample is no frame of 16-bit words, or has more than a core */
export function readDtsCore(sample: Uint8Array): DtsCore {
  const r = new BitReader(sample);
  if (r.bits(32) !== SYNC_WORD) {
    throw new MediaError("Cannot read a DTS frame: the sync word 7FFE8001 is missing");
  }
  r.skip(1 + 5); // FTYPE, SHORT
  const hasCrc = r.bit() === 1;
  const duration = BLOCK_SAMPLES * (r.bits(7) + 1);
  const size = r.bits(14) + 1;
  const arrangement = r.bits(6);
  const rateIndex = r.bits(4);
  r.skip(5 + 1 + 1 + 1 + 1 + 1 + 3); // RATE, …, DYNF, TIMEF, AUXF, HDCD, EXT_AUDIO_ID
  const isExtended = r.bit() === 1;
  r.skip(1); // ASPF
  const hasLfe = r.bits(2) > 0;
  r.skip(1 + (hasCrc ? 16 : 0) + 1 + 4 + 2); // HFLAG, HCRC, FILTS, VERNUM, CHIST
  const layout = requireEntry(LAYOUTS[arrangement], "AMODE", arrangement) | (hasLfe ? LFE : 0);
  const sampleRate = requireEntry(SAMPLE_RATES[rateIndex], "SFREQ", rateIndex);
  const resolution = r.bits(3);
  const depth = requireEntry(DEPTHS[resolution], "PCMR", resolution);
  if (isExtended || hasExtension(sample, size)) {
    throw new MediaError("Cannot describe DTS with extensions without ddts, expected a core alone");
  }
  return { sampleRate, arrangement, layout, depth, duration, size };
}

function requireEntry(value: number | undefined, name: string, index: number): number {
  if (value) return value;
  throw new MediaError(`Cannot read ${name} ${index} of a DTS frame`);
}

/** The core is padded to whole words of 32 bits. */
function hasExtension(sample: Uint8Array, size: number): boolean {
  const at = Math.ceil(size / 4) * 4;
  return sample.length >= at + 4 &&
    new DataView(sample.buffer, sample.byteOffset + at, 4).getUint32(0) === EXTENSION_SYNC_WORD;
}

/** Builds the body of a DTSSpecificBox (§E.2.2.3.1). @throws MediaError if the box has no code for the frame's duration */
export function buildDdts(core: DtsCore): Uint8Array {
  const { sampleRate, arrangement, layout, depth, duration, size } = core;
  const durationCode = FRAME_DURATIONS.indexOf(duration);
  if (durationCode < 0) {
    const expected = FRAME_DURATIONS.join(", ");
    throw new MediaError(`Cannot describe DTS frames of ${duration} samples, expected ${expected}`);
  }
  const bitRate = rescale(8 * size, duration, sampleRate);
  const w = new ByteWriter(20);
  w.u32(sampleRate);
  w.u32(bitRate);
  w.u32(bitRate);
  w.u8(depth);
  w.u8(durationCode << 6 | CORE_ALONE << 1 | (layout & LFE ? 1 : 0)); // the last one is CoreLFEPresent
  w.u8(arrangement << 2 | size >> 12); // CoreLayout, CoreSize of 14 bits
  w.u16((size & 0xFFF) << 4); // StereoDownmix, RepresentationType
  w.u16(layout);
  w.u8(0); // MultiAssetFlag, LBRDurationMod, …
  return w.finish();
}
