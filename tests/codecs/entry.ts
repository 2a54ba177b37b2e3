/** Sample entries and bit strings for codec tests. */

import type { SampleEntry } from "../../lib/mp4/sample_entry.ts";

/** Parses hexadecimal text, ignoring whitespace and comments from `#` to the end of the line. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*/g, "").replace(/\s+/g, "");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

type Fields = Partial<Pick<SampleEntry, "width" | "height" | "channels" | "sampleRate">>;

/** Builds a sample entry with these boxes. Fields default to 0. */
export function entry(
  type: string,
  boxes: Record<string, string>,
  fields: Fields = {},
): SampleEntry {
  const bodies = Object.entries(boxes).map(([name, body]) => [name, hex(body)] as const);
  const defaults = { width: 0, height: 0, channels: 0, sampleRate: 0, quickTimeAudioVersion: 0 };
  return { type, bytes: new Uint8Array(), boxes: new Map(bodies), ...defaults, ...fields };
}

/** Builds a sample of NAL units with 4-byte lengths. */
export function sampleOf(...nals: string[]): Uint8Array {
  const lengths = nals.map((nal) => hex(nal).length.toString(16).padStart(8, "0"));
  return hex(nals.map((nal, i) => lengths[i] + nal.replace(/#.*/g, "")).join(""));
}

/** Builds the body of an esds with an optional DecoderSpecificInfo. */
export function esds(objectType: string, config = ""): string {
  const size = (bytes: number) => bytes.toString(16).padStart(2, "0");
  const info = config && `05 ${size(hex(config).length)} ${config}`;
  const length = hex(info).length;
  return `00000000  03 ${size(3 + 2 + 13 + length + 3)} 0001 00
    04 ${size(13 + length)} ${objectType} 15 000000 00000000 00000000 ${info}  06 01 02`;
}

/** Converts a bit string to bytes, padded with zeros. */
export function bytesOf(bits: string): Uint8Array {
  const padded = bits.padEnd(8 * Math.ceil(bits.length / 8), "0");
  return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
}

export function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

/** Encodes values as ue(v) bit strings (14496-10 §9.1). */
export function ue(...values: number[]): string {
  return values.map((value) => {
    const code = (value + 1).toString(2);
    return "0".repeat(code.length - 1) + code;
  }).join("");
}

/** Encodes values as se(v) bit strings (14496-10 §9.1.1). */
export function se(...values: number[]): string {
  return ue(...values.map((value) => value > 0 ? 2 * value - 1 : -2 * value));
}

/** Builds a NAL unit with stop bit and emulation prevention (14496-10 §7.3.1). */
export function nalOf(bits: string): Uint8Array {
  const out: number[] = [];
  for (const byte of bytesOf(bits + "1")) {
    if (byte <= 3 && out.at(-1) === 0 && out.at(-2) === 0) out.push(3);
    out.push(byte);
  }
  return Uint8Array.from(out);
}
