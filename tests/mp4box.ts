/** Reads samples with npm's mp4box, an independent parser. */

import { createHash } from "node:crypto";
import { createFile, type ISOFile, MP4BoxBuffer } from "mp4box";

export interface BoxTrack {
  readonly id: number;
  /** `vide`, `soun`, … */
  readonly handler: string;
  /** Ticks per second. */
  readonly timescale: number;
  /** In decode order. */
  readonly samples: readonly BoxSample[];
  /** Presented range in seconds; `end` is Infinity without an edit. */
  readonly start: number;
  readonly end: number;
  /** End of the last of several edits in seconds; undefined if there is one, or another rate than 1. */
  readonly joinedEnd: number | undefined;
}

/** Times in seconds, with the edit list applied to presentation times. */
export interface BoxSample {
  readonly decodeTime: number;
  readonly presentationTime: number;
  readonly duration: number;
  readonly sync: boolean;
  readonly size: number;
  /** MD5 of the bytes; "" if they were not read. */
  readonly md5: string;
  /** Type of the sample entry, and MD5 of its decoder configuration. */
  readonly entry: { readonly type: string; readonly md5: string };
  /** Movie fragment, counted from 1; 0 in moov. */
  readonly fragment: number;
}

/** Sample entry type of an unknown codec in the test media. */
const UNKNOWN = "zzzz";

/**
 * Files of which mp4box reads samples from wrong offsets: it takes the start of the moof for an absent base offset in every
 * traf, and continues from the last run where a run declares its offset. tests/e2e compares their bytes.
 */
const MISPLACED = ["frag-avcaac-nooffset.mp4", "frag-avcaac-interleaved.mp4"];

/** Its audio is left out in segments of 2 s, and served in one of 6 s (tests/presentation/short_tracks_test.ts). */
export const WITH_SHORT_AUDIO = "pair-avc-shortaudio.mp4";

/** Files with a fault that mp4box does not correct: AMS must serve the samples of the file that they were derived from. */
export const SERVED_AS: Readonly<Record<string, string>> = {
  "frag-avc-dependson.mp4": "frag-avc-plain.mp4",
  "frag-avc-joined.mp4": "frag-avc-plain.mp4",
  "frag-avcaac-editend.mp4": "frag-avcaac-interleaved.mp4",
  "frag-avcaac-latestart.mp4": "frag-avcaac-separate.mp4",
  "pair-avc-audionosync.mp4": "pair-avc-aac.mp4",
  "test-avc-emptystss.mp4": "test-avc-frontmoov.mp4",
  "test-avc-nostss.mp4": "test-avc-frontmoov.mp4",
};

/** Reads the tracks of a file of testdata/ that AMS must serve. */
export async function readTestdataTracks(media: string): Promise<BoxTrack[]> {
  const name = SERVED_AS[media] ?? media;
  const file = await Deno.readFile(`testdata/${name}`);
  const tracks = readTracks(file, !MISPLACED.includes(name));
  return selectPlayable(name, tracks).map(omitEmptySamples);
}

/** The sample before an empty one lasts longer. */
function omitEmptySamples(track: BoxTrack): BoxTrack {
  const samples: BoxSample[] = [];
  for (const sample of track.samples) {
    const last = samples.at(-1);
    if (sample.size > 0 || !last) samples.push(sample);
    else samples[samples.length - 1] = { ...last, duration: last.duration + sample.duration };
  }
  return { ...track, samples };
}

/** Tracks that AMS leaves out, by ID: covers, images of chapters, Motion JPEG, and audio that cannot be described. */
const OMITTED: Record<string, number> = {
  "pair-avc-chapterimages.mp4": 3,
  "pair-avc-coverjpeg.mp4": 3,
  "pair-avc-dts.mp4": 2,
  "pair-avc-noesds.mp4": 2,
  "pair-mjpeg-aac.mov": 1,
  "tone-aac-coveravc.m4a": 2,
};

/** Selects the tracks of a file of testdata/ that AMS must serve: video, audio or images of a known codec. */
export function selectPlayable(media: string, tracks: readonly BoxTrack[]): BoxTrack[] {
  return tracks.filter(({ id, handler, samples }) =>
    /vide|soun/.test(handler) && samples[0]?.entry.type !== UNKNOWN && id !== OMITTED[media]
  );
}

/** Returns whether a track consists of JPEG images. */
export function isImages({ samples }: BoxTrack): boolean {
  return /^(jpeg|mp4v)$/.test(samples[0]!.entry.type);
}

/**
 * Reads the tracks of a file, or of an init segment followed by media segments.
 *
 * @param withBytes false if mp4box computes wrong sample offsets
 * @throws Error if mp4box cannot read it
 */
export function readTracks(bytes: Uint8Array<ArrayBuffer>, withBytes = true): BoxTrack[] {
  const file = createFile(false);
  file.onError = (module, message) => {
    throw new Error(`Cannot read with mp4box: ${module} ${message}`);
  };
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(whole.buffer, 0), true);
  file.flush();
  if (!file.moov) throw new Error("Cannot read with mp4box: there is no moov");
  return file.moov.traks.map((trak) => readTrack(trak, file, { bytes, withBytes }));
}

type Trak = ISOFile["moov"]["traks"][number];

function readTrack(
  trak: Trak,
  file: ISOFile,
  { bytes, withBytes }: { bytes: Uint8Array; withBytes: boolean },
): BoxTrack {
  const id = trak.tkhd.track_id;
  const timescale = trak.mdia.mdhd.timescale;
  const { mediaTime, ...edits } = readEdits(trak, file.moov.mvhd.timescale);
  const entries = trak.mdia.minf.stbl.stsd.entries.map(({ type, start = 0, size }) => {
    return { type, md5: md5(getConfiguration(type, bytes.subarray(start + 8, start + size))) };
  });
  const samples = file.getTrackSamplesInfo(id).map((sample): BoxSample => ({
    decodeTime: sample.dts / timescale,
    presentationTime: (sample.cts - mediaTime) / timescale + edits.start,
    duration: sample.duration / timescale,
    sync: sample.is_sync,
    size: sample.size,
    md5: withBytes ? md5(bytes.subarray(sample.offset, sample.offset + sample.size)) : "",
    entry: entries[sample.description_index]!,
    fragment: sample.moof_number ?? 0,
  }));
  return { id, handler: trak.mdia.hdlr.handler, timescale, samples, ...edits };
}

/** Entries of video, with QuickTime's fields, which are not served, and the offset of their boxes. */
const VISUAL = {
  types: /^(avc|hvc|hev|dvh|av01|vp09)/,
  quickTimeFields: [8, 24],
  boxes: 78,
} as const;

const SYNC_EXTENSION = /\x56\xe5.*$/s;

/**
 * Returns objectTypeIndication, bitrates and DecoderSpecificInfo (14496-1 §7.2.6.6), apart from what init segments make explicit:
 * MPEG-2 AAC is MPEG-4 audio, and SBR and PS are signalled.
 */
function getInvariantEsds(descriptors: Uint8Array): Uint8Array {
  let at = 0;
  const skipHeader = () => {
    do at++; while (descriptors[at]! & 0x80);
    at++;
  };
  skipHeader(); // ES_Descriptor
  at += 3;
  skipHeader(); // DecoderConfigDescriptor
  const objectType = descriptors[at]!;
  const fields = descriptors.subarray(at + 1, at += 13);
  if (descriptors[at] === 5) skipHeader();
  const info = [...descriptors.subarray(at)].map((byte) => String.fromCharCode(byte)).join("");
  // deno-lint-ignore no-control-regex -- the SLConfigDescriptor at the end
  const core = info.replace(/\x06\x01\x02$|\x06\x80\x80\x80\x01\x02$/, "").replace(
    SYNC_EXTENSION,
    "",
  );
  const type = objectType >= 0x66 && objectType <= 0x68 ? 0x40 : objectType;
  return Uint8Array.from(
    [type, ...fields, ...core].map((byte) => typeof byte === "string" ? byte.charCodeAt(0) : byte),
  );
}

/**
 * Returns the decoder configuration: the `esds` of an `mp4a`, whose other fields change if it is a QuickTime entry, else the
 * complete entry; of video without the fields of QuickTime, and without `pasp`, which may be added.
 */
function getConfiguration(type: string, entry: Uint8Array): Uint8Array {
  if (VISUAL.types.test(type)) {
    const copy = entry.slice().fill(0, ...VISUAL.quickTimeFields);
    const at = new TextDecoder("latin1").decode(copy).indexOf("\0\0\0\x10pasp", VISUAL.boxes);
    return at < 0 ? copy : Uint8Array.of(...copy.subarray(0, at), ...copy.subarray(at + 16));
  }
  if (type !== "mp4a") return entry;
  const at = new TextDecoder("latin1").decode(entry).indexOf("esds");
  const size = new DataView(entry.buffer, entry.byteOffset + at - 4).getUint32(0);
  return getInvariantEsds(entry.subarray(at + 8, at + size - 4));
}

/**
 * Reads empty edits and the first other one. Its end is Infinity if its duration is 0 (14496-12 §8.6.6), or if more edits
 * follow.
 */
function readEdits(trak: Trak, movieTimescale: number) {
  const edits = trak.edts?.elst?.entries ?? [];
  const first = edits.findIndex(({ media_time: mediaTime }) => mediaTime >= 0);
  if (first < 0) return { start: 0, end: Infinity, joinedEnd: undefined, mediaTime: 0 };
  const delay = edits.slice(0, first).reduce((sum, edit) => sum + edit.segment_duration, 0);
  const { segment_duration: duration, media_time: mediaTime } = edits[first]!;
  const isEndless = duration === 0 || first + 1 < edits.length;
  const start = delay / movieTimescale;
  const end = isEndless ? Infinity : start + duration / movieTimescale;
  return { start, end, joinedEnd: findJoinedEnd(edits, movieTimescale), mediaTime };
}

type Edits = NonNullable<NonNullable<Trak["edts"]>["elst"]>["entries"];

function findJoinedEnd(edits: Edits, movieTimescale: number): number | undefined {
  const last = edits.findLastIndex(({ media_time: mediaTime }) => mediaTime >= 0);
  const media = edits.filter(({ media_time: mediaTime }) => mediaTime >= 0);
  const isJoined = media.length > 1 &&
    media.every((edit) => edit.segment_duration > 0 && edit.media_rate_integer === 1);
  const sum = edits.slice(0, last + 1).reduce((sum, edit) => sum + edit.segment_duration, 0);
  return isJoined ? sum / movieTimescale : undefined;
}

export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
