/** Sample entries out of hexadecimal text, for the tests of codecs. */

import type { SampleEntry } from "../../lib/mp4/sample_entry.ts";

/** Bytes of hexadecimal text; blanks and what follows a `#` in a line are passed over. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*/g, "").replace(/\s+/g, "");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

type Fields = Partial<Pick<SampleEntry, "width" | "height" | "channels" | "sampleRate">>;

/** An entry that holds these boxes; what it says by itself is 0 where left out. */
export function entry(
  type: string,
  boxes: Record<string, string>,
  fields: Fields = {},
): SampleEntry {
  const bodies = Object.entries(boxes).map(([name, body]) => [name, hex(body)] as const);
  const unsaid = { width: 0, height: 0, channels: 0, sampleRate: 0, soundVersion: 0 };
  return { type, bytes: new Uint8Array(), boxes: new Map(bodies), ...unsaid, ...fields };
}

/** NAL units of a sample, each behind a length of four bytes. */
export function sampleOf(...nals: string[]): Uint8Array {
  const lengths = nals.map((nal) => hex(nal).length.toString(16).padStart(8, "0"));
  return hex(nals.map((nal, i) => lengths[i] + nal.replace(/#.*/g, "")).join(""));
}

/** Body of an esds: object type, then a DecoderSpecificInfo where there is one. */
export function esds(objectType: string, config = ""): string {
  const size = (bytes: number) => bytes.toString(16).padStart(2, "0");
  const info = config && `05 ${size(hex(config).length)} ${config}`;
  const length = hex(info).length;
  return `00000000  03 ${size(3 + 2 + 13 + length + 3)} 0001 00
    04 ${size(13 + length)} ${objectType} 15 000000 00000000 00000000 ${info}  06 01 02`;
}

/** Bits, as text of 0 and 1, filled up to whole bytes with 0. */
export function bytesOf(bits: string): Uint8Array {
  const padded = bits.padEnd(8 * Math.ceil(bits.length / 8), "0");
  return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
}

export function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

/** ue(v) of each value (14496-10 §9.1), as bits. */
export function ue(...values: number[]): string {
  return values.map((value) => {
    const code = (value + 1).toString(2);
    return "0".repeat(code.length - 1) + code;
  }).join("");
}

/** se(v) of each value (14496-10 §9.1.1), as bits. */
export function se(...values: number[]): string {
  return ue(...values.map((value) => value > 0 ? 2 * value - 1 : -2 * value));
}

/** A NAL unit of these bits and their stop bit, with emulation prevention (14496-10 §7.3.1). */
export function nalOf(bits: string): Uint8Array {
  const out: number[] = [];
  for (const byte of bytesOf(bits + "1")) {
    if (byte <= 3 && out.at(-1) === 0 && out.at(-2) === 0) out.push(3);
    out.push(byte);
  }
  return Uint8Array.from(out);
}
