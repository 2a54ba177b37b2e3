/**
 * Converts AAC-LC, the only profile that ffmpeg encodes, to HE-AAC. Each frame gets a fill element with SBR data
 * (14496-3 §4.4.2.8) of minimal energy; for version 2 also with parametric stereo without effect. The streams are valid: a
 * decoder of HE-AAC runs all its stages, and returns twice the sample rate.
 */

import { type Box, buildBody } from "./boxes.ts";

/** String of 0 and 1. */
type Bits = string;

function bits(value: number, count: number): Bits {
  return value.toString(2).padStart(count, "0");
}

function toBits(bytes: Uint8Array): Bits {
  return Array.from(bytes, (byte) => bits(byte, 8)).join("");
}

function toBytes(text: Bits): Uint8Array {
  const whole = text.padEnd(8 * Math.ceil(text.length / 8), "0");
  return Uint8Array.from(
    { length: whole.length / 8 },
    (_, i) => parseInt(whole.slice(8 * i, 8 * i + 8), 2),
  );
}

/** Inserts a fill element (14496-3 §4.4.2.7) before ID_END, which is the last 111 of a frame. */
export function addFillElement(frame: Uint8Array, payload: Bits): Uint8Array {
  const text = toBits(frame);
  const end = text.lastIndexOf("1") - 2;
  if (text.slice(end, end + 3) !== "111" || text.length - end > 10) {
    throw new Error("Cannot find ID_END");
  }
  const count = Math.ceil(payload.length / 8);
  const size = count < 15 ? bits(count, 4) : bits(15, 4) + bits(count - 14, 8);
  return toBytes(text.slice(0, end) + "110" + size + payload.padEnd(8 * count, "0") + "111");
}

/** bs_stop_freq 14 is an octave above the start: 10 bands, 5 of low resolution, and 2 of noise. */
const SBR_HEADER = "0" + bits(12, 4) + bits(14, 4) + "000" + "00" + "0" + "0";
const GRID = "00" + "00" + "0"; // FIXFIX, one envelope, of low resolution
const DELTAS = "0" + "0"; // envelope and noise along the frequency
const INVERSE_FILTERING = "00" + "00"; // none, in both noise bands
const ENVELOPE = bits(0, 7) + "00".repeat(4); // minimum energy, equal in all bands
const NOISE = bits(30, 5) + "0"; // minimum noise

/** Parametric stereo header with nothing enabled, and no envelope (14496-3 §8.6.4). */
const PARAMETRIC_STEREO = "10" + "1" + "000" + "0" + "00";

/** sbr_extension_data() after its extension type, for one channel or a pair. */
export function buildSbrPayload(channels: 1 | 2, parametricStereo: boolean): Bits {
  const each = (part: Bits) => part.repeat(channels);
  const extended = parametricStereo ? "1" + bits(2, 4) + PARAMETRIC_STEREO.padEnd(16, "0") : "0";
  return [
    ...["1101", "1", SBR_HEADER, "0", channels === 2 ? "0" : ""], // no extra data, no coupling
    ...[GRID, DELTAS, INVERSE_FILTERING, ENVELOPE, NOISE, "0"].map(each), // no added sine
    extended,
  ].join("");
}

/** Signalling of SBR (14496-3 §1.6.5): hierarchical, backward compatible, or implicit. */
export type Signalling = "explicit" | "compatible" | "implicit";

/** AudioSpecificConfig (14496-3 §1.6.2.1) with a core of 24 kHz. */
export function buildAudioSpecificConfig(
  channels: 1 | 2,
  parametricStereo: boolean,
  how: Signalling,
): Uint8Array {
  const [rate, doubled, gaSpecific] = [bits(6, 4), bits(3, 4), "000"];
  const [lc, sbr] = [bits(2, 5), bits(5, 5)];
  const layout = bits(channels, 4);
  const plain = lc + rate + layout + gaSpecific;
  if (how === "implicit") return toBytes(plain);
  if (how === "explicit") {
    return toBytes(bits(parametricStereo ? 29 : 5, 5) + rate + layout + doubled + lc + gaSpecific);
  }
  const version2 = parametricStereo ? bits(0x548, 11) + "1" : "";
  return toBytes(plain + bits(0x2b7, 11) + sbr + "1" + doubled + version2);
}

/** Replaces the body of esds (14496-14 §5.6), of audio; descriptors have sizes of one byte. */
export function setEsds(esds: Box, objectType: number, config?: Uint8Array): void {
  const info = config ? [5, config.length, ...config] : []; // DecoderSpecificInfo
  esds.body = buildBody((w) => {
    w.u32(0);
    w.u8(3); // ES_Descriptor
    w.u8(3 + 2 + 13 + info.length + 3);
    w.u16(0);
    w.u8(0);
    w.u8(4); // DecoderConfigDescriptor
    w.u8(13 + info.length);
    w.u8(objectType);
    w.u8(0x15); // audio
    w.bytes(new Uint8Array(3));
    w.u32(0);
    w.u32(0);
    w.bytes(Uint8Array.from(info));
    w.bytes(Uint8Array.of(6, 1, 2)); // SLConfigDescriptor: as in MP4
  });
}
