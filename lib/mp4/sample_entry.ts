import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxHeader, readVersion, toPrintable } from "./box.ts";

export interface SampleEntry {
  readonly type: string;
  /** Complete box with its header. */
  readonly bytes: Uint8Array;
  /** Bodies of the child boxes, the first of each type, with those of a QuickTime `wave`. */
  readonly boxes: ReadonlyMap<string, Uint8Array>;
  /** Coded size; 0 × 0 unless visual. */
  readonly width: number;
  readonly height: number;
  /** Often wrong, as is `sampleRate`: the codec configuration is authoritative. */
  readonly channels: number;
  readonly sampleRate: number;
  /** 1 or 2; 0 in ISO files. */
  readonly quickTimeAudioVersion: number;
}

type EntryFields = Partial<Pick<SampleEntry, "width" | "height" | "channels" | "sampleRate">> & {
  quickTimeAudioVersion?: number;
};

/** Configuration boxes are small, so their sizes have 32 bits. */
const BOX_HEADER_SIZE = 8;

const TERMINATOR = "\0\0\0\0";

/** Handlers with a VisualSampleEntry (14496-12 §12.1). */
const VISUAL_HANDLERS = new Set(["vide", "auxv", "pict"]);

/** Sample Description (14496-12 §8.5.2). */
export function stsd(w: ByteWriter, entries: readonly Uint8Array[]): void {
  w.fullBox("stsd", 0, 0, () => {
    w.u32(entries.length);
    for (const entry of entries) w.bytes(entry);
  });
}

/** A recording that changes its sample description every second has as many in four hours. */
const MAX_ENTRIES = 2 ** 14;

const MAX_ENTRY_BOXES = 256;

/**
 * Sample Description (14496-12 §8.5.2) of a track with this handler_type.
 *
 * @throws MediaError if an entry exceeds the box, or there are more than `MAX_ENTRIES`
 */
export function readStsd(r: ByteReader, handler: string): SampleEntry[] {
  const { version } = readVersion(r, 255);
  const count = r.u32();
  if (count > r.left / 8) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  if (count > MAX_ENTRIES) {
    const why = `Cannot read ${count} sample entries, expected at most ${MAX_ENTRIES}`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }
  return Array.from({ length: count }, () => readEntry(r, handler, version));
}

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
  const defaults = { width: 0, height: 0, channels: 0, sampleRate: 0, quickTimeAudioVersion: 0 };
  return { type, bytes, boxes, ...defaults, ...fields, ...readSamplingRate(boxes) };
}

function readFields(
  r: ByteReader,
  entry: { type: string; handler: string; stsdVersion: number },
): EntryFields {
  r.skip(8);
  if (VISUAL_HANDLERS.has(entry.handler)) return r.left >= 70 ? readVisualFields(r) : {};
  if (entry.handler === "soun") return r.left >= 20 ? readAudioFields(r, entry.stsdVersion) : {};
  if (entry.type === "stpp") {
    for (let i = 0; i < 3; i++) r.cstring(); // namespace, schema_location, auxiliary_mime_types
  }
  if (entry.type === "tx3g") r.skip(Math.min(r.left, 30)); // flags, justification, box, style
  return {};
}

/** VisualSampleEntry (14496-12 §12.1.3). */
function readVisualFields(r: ByteReader): EntryFields {
  r.skip(16);
  const [width, height] = [r.u16(), r.u16()];
  r.skip(50);
  return { width, height };
}

/**
 * AudioSampleEntry (14496-12 §12.2.3) or QuickTime audio sample description. ISO entries of version 1 have the layout
 * of version 0, in a stsd of version 1; QuickTime's are in one of version 0.
 */
function readAudioFields(r: ByteReader, stsdVersion: number): EntryFields {
  const version = r.u16();
  r.skip(6);
  const channels = r.u16();
  r.skip(6);
  const sampleRate = Math.round(r.u32() / 65536);
  const quickTimeAudioVersion = stsdVersion === 0 ? version : 0;
  if (quickTimeAudioVersion === 1 && r.left >= 16) r.skip(16); // samples per packet; bytes per packet, frame, sample
  if (quickTimeAudioVersion === 2 && r.left >= 36) return readQuickTimeAudioV2(r);
  return { channels, sampleRate, quickTimeAudioVersion };
}

/** QuickTime's version 2, whose size field counts from the start of the box. */
function readQuickTimeAudioV2(r: ByteReader): EntryFields {
  const size = r.u32();
  const sampleRate = toSampleRate(new DataView(r.take(8).bytes.slice().buffer).getFloat64(0));
  const channels = r.u32();
  r.skip(20); // constant, bits per channel, flags, bytes and frames per packet
  r.skip(Math.max(0, Math.min(r.left, size - 72)));
  return { channels, sampleRate, quickTimeAudioVersion: 2 };
}

/** Returns 0 for what is no rate. */
function toSampleRate(hertz: number): number {
  return hertz > 0 && hertz < 2 ** 32 ? Math.round(hertz) : 0;
}

/** SamplingRateBox (14496-12 §12.2.3). */
function readSamplingRate(boxes: ReadonlyMap<string, Uint8Array>): { sampleRate?: number } {
  const srat = boxes.get("srat");
  if (!srat || srat.length < 8) return {};
  return { sampleRate: new DataView(srat.buffer, srat.byteOffset + 4, 4).getUint32(0) };
}

/** Stops at an invalid box: entries of unknown codecs may contain other data. */
function readChildBoxes(r: ByteReader, boxes: Map<string, Uint8Array>): void {
  while (r.left >= 8 && boxes.size < MAX_ENTRY_BOXES) {
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) return;
    const { bytes } = r.take(size);
    if (type !== TERMINATOR && !boxes.has(type)) boxes.set(type, bytes);
  }
}

const CONFIGURATION = "esds dac3 dec3 dOps dfLa alac pcmC dac4 ddts udts mhaC iacb chnl btrt".split(
  " ",
);

export interface IsoAudioEntry {
  readonly type: string;
  readonly channels: number;
  readonly sampleRate: number;
}

/**
 * Builds an AudioSampleEntry of version 0 (14496-12 §12.2.3) with the configuration boxes of `entry`. Chromium rejects
 * QuickTime's versions.
 */
export function buildIsoAudioEntry(
  entry: Pick<SampleEntry, "boxes">,
  { type, channels, sampleRate }: IsoAudioEntry,
): Uint8Array {
  const w = new ByteWriter(256);
  w.box(type, () => {
    w.skip(6);
    w.u16(1);
    w.skip(8);
    w.u16(channels);
    w.u16(16);
    w.skip(4);
    w.u32(sampleRate < 2 ** 16 ? sampleRate * 2 ** 16 : 0); // 0: the codec configuration has the rate
    for (const name of CONFIGURATION) {
      const body = name === "esds" && type !== "mp4a" ? undefined : entry.boxes.get(name);
      if (body) w.box(name, () => w.bytes(body));
    }
  });
  return w.finish();
}

/** In dots per inch, 16.16. */
const RESOLUTION = 0x480000;

const DEPTH = 24;

/** Builds a VisualSampleEntry (14496-12 §12.1.3) around a configuration box. */
export function buildVisualEntry(
  { type, width, height, configuration }: {
    readonly type: string;
    readonly width: number;
    readonly height: number;
    readonly configuration: { readonly type: string; readonly body: Uint8Array };
  },
): Uint8Array {
  const w = new ByteWriter(VISUAL_BOXES_START + BOX_HEADER_SIZE + configuration.body.length);
  w.box(type, () => {
    w.skip(6);
    w.u16(1); // data_reference_index
    w.skip(16);
    w.u16(width);
    w.u16(height);
    w.u32(RESOLUTION);
    w.u32(RESOLUTION);
    w.skip(4);
    w.u16(1); // frame_count
    w.skip(32); // compressorname
    w.u16(DEPTH);
    w.u16(0xFFFF);
    w.box(configuration.type, () => w.bytes(configuration.body));
  });
  return w.finish();
}

/** In a VisualSampleEntry: version, revision, vendor and qualities of QuickTime, and the start of its boxes. */
const QUICKTIME_FIELDS = { start: 16, end: 32 };
const VISUAL_BOXES_START = 86;

/**
 * Copies a VisualSampleEntry (14496-12 §12.1.3) with another type, such as `hvc1` for `hev1`, without the fields of QuickTime. Writes
 * `pixelAspect` as PixelAspectRatioBox (§12.1.4) instead of the file's, unless pixels are square.
 *
 * @param keepsPasp true if the file's PixelAspectRatioBox, if any, is to be copied
 */
export function buildIsoVisualEntry(
  { bytes, boxes }: SampleEntry,
  { type, pixelAspect: [wide, high], keepsPasp = true }: {
    type: string;
    pixelAspect: readonly [number, number];
    keepsPasp?: boolean;
  },
): Uint8Array {
  const w = new ByteWriter(bytes.length + 16);
  const isMissing = !boxes.has("pasp") || !keepsPasp;
  w.box(type, () => {
    const fields = bytes.slice(0, VISUAL_BOXES_START);
    fields.fill(0, QUICKTIME_FIELDS.start, QUICKTIME_FIELDS.end);
    w.bytes(fields.subarray(8));
    if (isMissing && wide !== high) w.box("pasp", () => (w.u32(wide), w.u32(high)));
    const children = bytes.subarray(VISUAL_BOXES_START);
    w.bytes(keepsPasp ? children : dropBox(children, "pasp"));
  });
  return w.finish();
}

/** Copies consecutive boxes without those of a type, up to the first invalid size. */
function dropBox(boxes: Uint8Array, dropped: string): Uint8Array {
  const w = new ByteWriter(boxes.length);
  const r = new ByteReader(boxes);
  while (r.left >= BOX_HEADER_SIZE) {
    const start = r.position;
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) return w.finish();
    r.skip(size);
    if (type !== dropped) w.bytes(boxes.subarray(start, r.position));
  }
  return w.finish();
}

/** Returns the entry with a child box of this type instead of the file's, or else at the end; of a QuickTime entry only `boxes` are valid. */
export function withChildBox(entry: SampleEntry, type: string, body: Uint8Array): SampleEntry {
  const old = entry.boxes.get(type);
  const end = old ? old.byteOffset - entry.bytes.byteOffset + old.length : entry.bytes.length;
  const start = old ? end - old.length - BOX_HEADER_SIZE : end;
  const w = new ByteWriter(entry.bytes.length + body.length + BOX_HEADER_SIZE);
  w.bytes(entry.bytes.subarray(0, start));
  w.box(type, () => w.bytes(body));
  const added = w.length - end;
  w.bytes(entry.bytes.subarray(end));
  w.patchU32(0, w.length);
  const bytes = w.finish();
  const boxes = new Map(entry.boxes);
  for (const [name, child] of boxes) {
    if (child.buffer !== entry.bytes.buffer) continue;
    const at = child.byteOffset - entry.bytes.byteOffset;
    boxes.set(name, viewAt(bytes, at < end ? at : at + added, child));
  }
  return { ...entry, bytes, boxes: boxes.set(type, viewAt(bytes, start + BOX_HEADER_SIZE, body)) };
}

function viewAt(bytes: Uint8Array, start: number, { length }: Uint8Array): Uint8Array {
  return bytes.subarray(start, start + length);
}
