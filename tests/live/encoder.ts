/** Bytes as ffmpeg 5.1 pushes them with the options of issue "live"; checked against its output once. */

import {
  ascii,
  box,
  concat,
  EMPTY_TABLES,
  fullBox,
  moov,
  stbl,
  stsd,
  trak,
  u16,
  u32,
  u64,
  visualEntry,
} from "../mp4/movie_file.ts";

/**
 * `frag`: `-movflags +frag_keyframe+delay_moov+default_base_moof`. `cmaf`: `-movflags +cmaf+frag_keyframe+frag_discont`.
 * `ismv`: `-movflags isml+frag_keyframe -f ismv`.
 */
export type Profile = "frag" | "cmaf" | "ismv";

export interface EncoderOptions {
  readonly profile: Profile;
  /** Presentation time of the first frame, in seconds. */
  readonly start: number;
  readonly tracks: readonly ("video" | "audio")[];
  /** Frames per GOP: 1 + a multiple of 3, since two B-frames are between others. */
  readonly gop: number;
  readonly fps: number;
  readonly sampleRate: number;
  /** Changes the bytes of all samples. */
  readonly seed: number;
}

const DEFAULTS: EncoderOptions = {
  profile: "frag",
  start: 0,
  tracks: ["video", "audio"],
  gop: 25,
  fps: 25,
  sampleRate: 48000,
  seed: 0,
};

export interface EncodedSample {
  /** In ticks, as the box states them. */
  readonly decodeTime: bigint;
  readonly offset: number;
  readonly duration: number;
  readonly isSync: boolean;
  readonly bytes: Uint8Array;
}

/** Frames before an I-frame in order of decoding, of two B-frames. */
const REORDERED = 2;
const PACKET = 1024;

/** An encoder with one GOP a fragment. */
export class Encoder {
  readonly options: EncoderOptions;

  constructor(options: Partial<EncoderOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** In ticks per second. */
  timescale(track: "video" | "audio"): number {
    if (this.options.profile === "ismv") return 10_000_000;
    return track === "video" ? this.options.fps * 512 : this.options.sampleRate;
  }

  get init(): Uint8Array {
    const { profile, tracks } = this.options;
    const traks = tracks.map((type, i) => this.#trak(type, i + 1));
    const trexes = tracks.map((_, i) => fullBox("trex", 0, 0, u32(i + 1, 1, 0, 0, 0)));
    const brand = profile === "ismv" ? "isml" : "iso6";
    const smil = box(
      "uuid",
      Uint8Array.fromHex("a5d40b30e81411ddba2f0800200c9a66"),
      u32(0),
      ascii('<smil><body><switch><video systemBitrate="100000"/></switch></body></smil>'),
    );
    return concat(
      box("ftyp", ascii(brand), u32(512), ascii(brand)),
      profile === "ismv" ? smil : [],
      moov(...traks, box("mvex", ...trexes)),
    );
  }

  /** Samples of a GOP, or of the audio of its time. */
  samples(track: "video" | "audio", gop: number): EncodedSample[] {
    return track === "video" ? this.#video(gop) : this.#audio(gop);
  }

  /** Fragment(s) of a GOP: one moof for all tracks, of ismv one for each. */
  fragment(gop: number): Uint8Array {
    const { tracks } = this.options;
    const numbered = tracks.map((type, i) => ({
      type,
      id: i + 1,
      samples: this.samples(type, gop),
    }));
    return this.#build(numbered);
  }

  /** A fragment for each `frames` frames of a GOP, as `-movflags +frag_every_frame` writes them. */
  parts(gop: number, frames: number): Uint8Array[] {
    const { tracks } = this.options;
    const numbered = tracks.map((type, i) => ({
      type,
      id: i + 1,
      samples: this.samples(type, gop),
    }));
    const count = Math.ceil(this.options.gop / frames);
    return Array.from({ length: count }, (_, i) => {
      const part = (samples: EncodedSample[]) =>
        samples.slice(i * samples.length / count, (i + 1) * samples.length / count);
      return this.#build(numbered.map((track) => ({ ...track, samples: part(track.samples) })));
    });
  }

  get end(): Uint8Array {
    return this.options.profile === "ismv" ? box("mfra") : box("mfra", new Uint8Array(178));
  }

  #trak(type: "video" | "audio", id: number): Uint8Array {
    const { profile, fps } = this.options;
    const timescale = this.timescale(type);
    const mediaTime = type === "video" ? REORDERED * timescale / fps : PACKET;
    const edits = profile === "frag"
      ? fullBox("elst", 0, 0, u32(1, 0, mediaTime, 65536))
      : undefined;
    const entry = type === "video"
      ? visualEntry()
      : box("Opus", u16(0, 0, 0, 1), new Uint8Array(20));
    const tables = stbl({ ...EMPTY_TABLES, stsd: stsd(entry) });
    const handler = type === "video" ? "vide" : "soun";
    return trak({ id, timescale, handler, tables, ...edits && { edits } });
  }

  #video(gop: number): EncodedSample[] {
    const { gop: length, fps, seed } = this.options;
    const frame = this.timescale("video") / fps;
    const first = gop * length;
    return Array.from({ length }, (_, i) => {
      const shown = i === 0 ? 0 : i % 3 === 1 ? i + 2 : i - 1;
      const presentation = this.#start("video") + BigInt((first + shown) * frame);
      const decode = this.#start("video") + BigInt((first + i - REORDERED) * frame);
      return {
        ...this.#times(presentation, decode, REORDERED * frame),
        duration: frame,
        isSync: i === 0,
        bytes: ascii(`v${seed}.${first + shown}${i === 0 ? " sync".repeat(9) : ""}`),
      };
    });
  }

  /** Packets from the one before time 0 (priming) to the end of the GOP. */
  #audio(gop: number): EncodedSample[] {
    const { gop: length, fps, sampleRate, seed } = this.options;
    const count = (gops: number) => Math.ceil(gops * length / fps * sampleRate / PACKET) + 1;
    const first = gop === 0 ? 0 : count(gop);
    const timescale = this.timescale("audio");
    const at = (packet: number) => Math.round((packet - 1) * PACKET * timescale / sampleRate);
    return Array.from({ length: count(gop + 1) - first }, (_, i) => {
      const time = this.#start("audio") + BigInt(at(first + i));
      return {
        ...this.#times(time, time, PACKET),
        duration: at(first + i + 1) - at(first + i),
        isSync: true,
        bytes: ascii(`a${seed}.${first + i}`),
      };
    });
  }

  #start(track: "video" | "audio"): bigint {
    return BigInt(Math.round(this.options.start * 1000)) * BigInt(this.timescale(track)) / 1000n;
  }

  #times(presentation: bigint, decode: bigint, mediaTime: number) {
    const offset = Number(presentation - decode);
    if (this.options.profile !== "frag") { // offsets below 0 instead of an edit
      const delay = BigInt(this.options.profile === "cmaf" && offset !== 0 ? mediaTime : 0);
      return { decodeTime: decode + delay, offset: offset - Number(delay) };
    }
    return { decodeTime: decode + BigInt(mediaTime), offset };
  }

  #build(tracks: { type: string; id: number; samples: EncodedSample[] }[]): Uint8Array {
    if (this.options.profile !== "ismv") return this.#moof(tracks);
    return concat(...tracks.map((track) => this.#moof([track])));
  }

  #moof(tracks: { type: string; id: number; samples: EncodedSample[] }[]): Uint8Array {
    const build = (dataOffset: number) => {
      let at = dataOffset;
      const trafs = tracks.map(({ id, samples }) => {
        const traf = this.#traf(id, samples, at);
        at += samples.reduce((sum, { bytes }) => sum + bytes.length, 0);
        return traf;
      });
      return box("moof", fullBox("mfhd", 0, 0, u32(1)), trafs);
    };
    const data = tracks.flatMap(({ samples }) => samples.map(({ bytes }) => bytes));
    return concat(build(build(0).length + 8), box("mdat", ...data));
  }

  #traf(id: number, samples: readonly EncodedSample[], dataOffset: number): Uint8Array {
    const { profile } = this.options;
    const { decodeTime, offset } = samples[0]!;
    const rows = samples.map(({ duration, bytes, isSync, offset }) =>
      u32(duration, bytes.length, isSync ? 0x2000000 : 0x1010000, offset)
    );
    const duration = samples.reduce((sum, sample) => sum + sample.duration, 0);
    return box(
      "traf",
      fullBox("tfhd", 0, profile === "ismv" ? 0 : 0x20000, u32(id)),
      profile === "ismv" ? [] : fullBox("tfdt", 1, 0, u64Signed(decodeTime)),
      fullBox("trun", profile === "frag" ? 0 : 1, 0xf01, u32(samples.length, dataOffset), rows),
      profile === "ismv" ? tfxdBox(decodeTime + BigInt(offset), duration) : [],
    );
  }
}

function u64Signed(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return bytes;
}

function tfxdBox(time: bigint, duration: number): Uint8Array {
  const id = Uint8Array.fromHex("6d1d9b0542d544e680e2141daff757b2");
  return box("uuid", id, u32(0x1000000), u64Signed(time), u64(duration));
}

/** Replaces a 64-bit tfdt by one of 32 bits and a free box of 8 bytes, less 4: the sizes stay. */
export function toShortTfdt(fragment: Uint8Array): Uint8Array {
  const bytes = concat(fragment);
  const at = new TextDecoder("latin1").decode(bytes).indexOf("tfdt");
  const view = new DataView(bytes.buffer);
  view.setUint32(at + 4, 0); // version 0
  view.setUint32(at + 8, view.getUint32(at + 12));
  return bytes;
}
