/** Reads the configuration box of Immersive Audio (Immersive Audio Model and Formats §3 and §6). */

import { ByteReader } from "../../bytes.ts";
import type { AudioDeclaration } from "./aac_declaration.ts";
import { readAacDeclarations } from "./aac_declaration.ts";
import { readCharacters } from "./boxes.ts";

/** Bytes that are read one after the other; there are none after the end. */
class Bytes {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  next(): number {
    return this.bytes[this.at++] ?? 0;
  }

  leb128(): number {
    let [value, scale, byte] = [0, 1, 128];
    while (byte & 128 && this.at < this.bytes.length) {
      byte = this.next();
      value += (byte & 127) * scale;
      scale *= 128;
    }
    return value;
  }

  skip(count: number): void {
    this.at += count;
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }
}

/** Payloads by obu_type, the first of each. */
function splitObus(bytes: Uint8Array): Map<number, Bytes> {
  const obus = new Map<number, Bytes>();
  const r = new Bytes(bytes);
  while (r.at < bytes.length) {
    const header = r.next();
    const size = r.leb128();
    const payload = new Bytes(bytes.subarray(r.at, r.at + size));
    r.skip(size);
    if (header & 2) payload.leb128(), payload.leb128();
    if (header & 1) payload.skip(payload.leb128());
    const type = header >> 3;
    if (!obus.has(type)) obus.set(type, payload);
  }
  return obus;
}

export function readIamfDeclaration(iacb: Uint8Array): AudioDeclaration {
  const r = new Bytes(iacb.subarray(1));
  const size = r.leb128();
  const obus = splitObus(r.rest().subarray(0, size));
  const [config, element, header] = [0, 1, 31].map((type) =>
    obus.get(type) ?? new Bytes(new Uint8Array())
  );
  const [primary = 0, additional = 0] = header!.rest().subarray(4);
  const { codec, sampleRate } = readSubstreams(config!);
  const profiles = [primary, additional].map((profile) => String(profile).padStart(3, "0"));
  return {
    codec: `iamf.${profiles.join(".")}.${codec}`,
    channels: readElement(element!),
    sampleRate,
  };
}

function readSubstreams(r: Bytes): { codec: string; sampleRate: number | undefined } {
  r.leb128();
  const codec = readCharacters(r.bytes, r.at, r.at += 4);
  r.leb128();
  r.skip(2);
  const config = r.rest();
  if (codec === "Opus") return { codec, sampleRate: 48000 };
  if (codec === "fLaC") return { codec, sampleRate: readU32(config, 14) >>> 12 };
  if (codec === "ipcm") return { codec, sampleRate: readU32(config, 2) };
  const at = config.indexOf(5, 14); // DecoderSpecificInfo, after the fields of DecoderConfigDescriptor
  const info = new Bytes(config.subarray(at + 1));
  info.leb128();
  const [declared] = readAacDeclarations(info.rest());
  return { codec: "mp4a.40.2", sampleRate: declared?.sampleRate };
}

function readU32(bytes: Uint8Array, at: number): number {
  const r = new ByteReader(bytes);
  r.skip(at);
  return r.u32();
}

/** Channels of all layers, or of Ambisonics. */
function readElement(r: Bytes): number {
  r.leb128();
  const type = r.next() >> 5;
  r.leb128();
  for (let left = r.leb128(); left > 0 && r.at < r.bytes.length; left--) r.leb128();
  for (let left = r.leb128(); left > 0 && r.at < r.bytes.length; left--) skipParameter(r);
  if (type === 1) {
    r.leb128(); // mode
    return r.next();
  }
  let channels = 0;
  for (let layers = r.next() >> 5; layers > 0; layers--) {
    const flags = r.next();
    channels += r.next() + r.next();
    if (flags & 8) r.skip(3);
  }
  return channels;
}

function skipParameter(r: Bytes): void {
  const type = r.leb128();
  if (type > 2) {
    r.skip(r.leb128());
    return;
  }
  r.leb128();
  r.leb128();
  if (!(r.next() & 128)) {
    r.leb128();
    const subblocks = r.leb128() ? 0 : r.leb128();
    for (let left = subblocks; left > 0 && r.at < r.bytes.length; left--) r.leb128();
  }
  if (type === 1) r.skip(2);
}
