/** Sample entries (14496-12 §8.5.2): what a codec needs to decode a track's samples. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxHeader, readVersion, toPrintable } from "./box.ts";

export interface SampleEntry {
  /** The fourcc: `avc1`, `mp4a`, … */
  readonly type: string;
  /** The whole box, header included, as it stands in the file. */
  readonly bytes: Uint8Array;
  /** Bodies of the child boxes by type, the first of each; those of a QuickTime `wave` among them. */
  readonly boxes: ReadonlyMap<string, Uint8Array>;
  /** Coded size in pixels; 0 × 0 for what is not a picture. */
  readonly width: number;
  readonly height: number;
  /** As the entry says, which is often wrong: the codec's own box knows. 0 for what is not sound. */
  readonly channels: number;
  /** In Hz, under the same caution. */
  readonly sampleRate: number;
  /** Of a QuickTime sound description: 0 in ISO files, 1 or 2 in QuickTime's. */
  readonly quickTimeAudioVersion: number;
}

/** What an entry says by itself, before its boxes. */
type EntryFields = Partial<Pick<SampleEntry, "width" | "height" | "channels" | "sampleRate">> & {
  quickTimeAudioVersion?: number;
};

/** Closes a QuickTime `wave`. */
const TERMINATOR = "\0\0\0\0";

/** Handlers of tracks whose entries are pictures (14496-12 §12.1). */
const VISUAL_HANDLERS = new Set(["vide", "auxv", "pict"]);

/**
 * Sample Description (14496-12 §8.5.2). In stbl.
 *
 * @param handler handler_type of the track, which decides on the form of the entries
 */
export function readStsd(r: ByteReader, handler: string): SampleEntry[] {
  const { version } = readVersion(r, 255);
  const count = r.u32();
  if (count > r.left / 8) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  return Array.from({ length: count }, () => readEntry(r, handler, version));
}

/** Passes over entries that it doesn't know: what they hold is their codec's business. */
function readEntry(r: ByteReader, handler: string, stsdVersion: number): SampleEntry {
  const start = r.position;
  const { type, size } = readBoxHeader(r);
  if (size < 0 || size > r.left) {
    throw new MediaError(`Cannot read ${size} bytes where ${r.left} are left`).in(
      toPrintable(type),
    );
  }
  const body = r.take(size);
  const boxes = new Map<string, Uint8Array>();
  const fields = body.left >= 8 ? readFields(body, { type, handler, stsdVersion }) : {};
  readChildBoxes(body, boxes);
  const wave = boxes.get("wave");
  if (wave) readChildBoxes(new ByteReader(wave), boxes);
  const bytes = r.bytes.subarray(start, r.position);
  const nothing = { width: 0, height: 0, channels: 0, sampleRate: 0, quickTimeAudioVersion: 0 };
  return { type, bytes, boxes, ...nothing, ...fields, ...readSamplingRate(boxes) };
}

/** Reads up to where the boxes start. */
function readFields(
  r: ByteReader,
  entry: { type: string; handler: string; stsdVersion: number },
): EntryFields {
  r.skip(8); // reserved, data_reference_index
  if (VISUAL_HANDLERS.has(entry.handler)) return r.left >= 70 ? readVisualFields(r) : {};
  if (entry.handler === "soun") return r.left >= 20 ? readAudioFields(r, entry.stsdVersion) : {};
  if (entry.type === "stpp") { for (let i = 0; i < 3; i++) r.cstring(); // namespace, schema, image types
   }
  if (entry.type === "tx3g") r.skip(Math.min(r.left, 30)); // flags, justification, box, style
  return {};
}

/** VisualSampleEntry (14496-12 §12.1.3). */
function readVisualFields(r: ByteReader): EntryFields {
  r.skip(16);
  const [width, height] = [r.u16(), r.u16()];
  r.skip(50); // resolution, frame_count, compressorname, depth
  return { width, height };
}

/**
 * AudioSampleEntry (14496-12 §12.2.3), or QuickTime's sound description of version 0, 1 or 2. An ISO entry
 * of version 1 stands in a stsd of version 1 and has the form of version 0; QuickTime's don't.
 */
function readAudioFields(r: ByteReader, stsdVersion: number): EntryFields {
  const version = r.u16();
  r.skip(6); // revision, vendor
  const channels = r.u16();
  r.skip(6); // sample size, compression, packet size
  const sampleRate = r.u32() / 65536;
  const quickTimeAudioVersion = stsdVersion === 0 ? version : 0;
  if (quickTimeAudioVersion === 1 && r.left >= 16) r.skip(16); // samples a packet, bytes a packet, frame, sample
  if (quickTimeAudioVersion === 2 && r.left >= 36) return readQuickTimeAudioV2(r);
  return { channels, sampleRate, quickTimeAudioVersion };
}

/** The rest of QuickTime's sound description version 2, which counts its own size from the box's start. */
function readQuickTimeAudioV2(r: ByteReader): EntryFields {
  const size = r.u32();
  const sampleRate = new DataView(r.take(8).bytes.slice().buffer).getFloat64(0);
  const channels = r.u32();
  r.skip(20); // constants, bits a channel, flags, bytes and frames a packet
  r.skip(Math.max(0, Math.min(r.left, size - 72)));
  return { channels, sampleRate, quickTimeAudioVersion: 2 };
}

/** SamplingRateBox (14496-12 §12.2.3): a rate of over 16 bits. */
function readSamplingRate(boxes: ReadonlyMap<string, Uint8Array>): { sampleRate?: number } {
  const srat = boxes.get("srat");
  if (!srat || srat.length < 8) return {};
  return { sampleRate: new DataView(srat.buffer, srat.byteOffset + 4, 4).getUint32(0) };
}

/**
 * The boxes that are left, as far as they are boxes: what follows an entry's fields may be anything, where
 * the codec isn't ours, and a codec of ours misses the box that it needs by itself.
 */
function readChildBoxes(r: ByteReader, boxes: Map<string, Uint8Array>): void {
  while (r.left >= 8) {
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) return;
    const { bytes } = r.take(size);
    if (type !== TERMINATOR && !boxes.has(type)) boxes.set(type, bytes);
  }
}
