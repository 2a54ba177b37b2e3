/** An RTMP client as a writer of bytes: what an encoder sends, step by step, without the code under test. */

import { concat, u16, u32, u8 } from "../../mp4/movie_file.ts";
import { amf, type AmfValue } from "./amf_bytes.ts";
import { ChunkEncoder, type ChunkOptions } from "./chunk_encoder.ts";
import type { MediaType } from "./pushed_tags.ts";

/** Message types ([RTMP] §5.4, §7.1). */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  commandAmf3: 17,
  data: 18,
  command: 20,
  aggregate: 22,
} as const;

export interface RtmpEncoderOptions {
  /** Of `connect`. */
  readonly app: string;
  /** Of `publish`: the stream key. */
  readonly name: string;
  /** OBS declares what it can send (Enhanced RTMP v2), ffmpeg 5.1 does not. */
  readonly client: "ffmpeg" | "OBS";
  /** What follows `publish`; before it chunks have 128 bytes. */
  readonly chunks: Partial<ChunkOptions>;
  /** Message stream that the server has returned for `createStream`. */
  readonly stream: number;
}

export const STREAM_KEY = "abcdefghijklmnop";

const DEFAULTS: RtmpEncoderOptions = {
  app: "live/news",
  name: STREAM_KEY,
  client: "ffmpeg",
  chunks: { chunkSize: 4096 },
  stream: 1,
};

const HANDSHAKE_BYTES = 1536;

/** Enhanced RTMP v2: what OBS 31 declares. */
const ENHANCED: Readonly<Record<string, AmfValue>> = {
  fourCcList: ["av01", "hvc1", "vp09", "avc1", "Opus", "mp4a"],
  videoFourCcInfoMap: { "av01": 6, "hvc1": 6 },
  audioFourCcInfoMap: { "*": 6 },
  capsEx: 2 | 4,
};

/** Chunk streams of librtmp. */
const CONTROL = 2;
const COMMANDS = 3;
const MEDIA = { audio: 4, video: 6, data: 5 } as const;
const TYPES = { audio: MESSAGE.audio, video: MESSAGE.video, data: MESSAGE.data } as const;

export class RtmpEncoder {
  readonly options: RtmpEncoderOptions;
  readonly chunks: ChunkEncoder;
  #transaction = 0;

  constructor(options: Partial<RtmpEncoderOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.chunks = new ChunkEncoder({ ...this.options.chunks, chunkSize: 128 });
  }

  /** C0, C1 and C2, of which a server that is strict compares nothing. */
  handshake(): Uint8Array {
    const random = Uint8Array.from({ length: HANDSHAKE_BYTES - 8 }, (_, i) => i * 37 & 255);
    const c1 = concat(u32(0, 0), random);
    return concat(u8(3), c1, c1);
  }

  connect(): Uint8Array {
    const { app, client } = this.options;
    return this.command("connect", {
      app,
      type: "nonprivate",
      flashVer: client === "OBS"
        ? "FMLE/3.0 (compatible; FMSc/1.0)"
        : "FMLE/3.0 (compatible; Lavf)",
      tcUrl: `rtmp://127.0.0.1/${app}`,
      ...client === "OBS" && { swfUrl: `rtmp://127.0.0.1/${app}`, ...ENHANCED },
    });
  }

  /** What precedes `publish`, and the chunk size of the media. */
  createStream(): Uint8Array {
    const { name } = this.options;
    const { chunkSize = 128 } = this.options.chunks;
    const size = this.control(MESSAGE.setChunkSize, u32(chunkSize));
    this.chunks.options = { ...this.chunks.options, chunkSize };
    return concat(
      size,
      this.command("releaseStream", null, name),
      this.command("FCPublish", null, name),
      this.command("createStream", null),
    );
  }

  publish(): Uint8Array {
    return this.streamCommand("publish", null, this.options.name, "live");
  }

  /** All of the above: an encoder that does not wait for answers. */
  start(): Uint8Array {
    return concat(this.handshake(), this.connect(), this.createStream(), this.publish());
  }

  metadata(values: ReadonlyMap<string, AmfValue>): Uint8Array {
    return this.media("data", 0, amf("@setDataFrame", "onMetaData", values));
  }

  media(type: MediaType | "data", timestamp: number, payload: Uint8Array): Uint8Array {
    return this.chunks.write(this.message(type, timestamp, payload));
  }

  /** For `ChunkEncoder.interleave()`. */
  message(type: MediaType | "data", timestamp: number, payload: Uint8Array) {
    const { stream } = this.options;
    return { chunkStream: MEDIA[type], type: TYPES[type], stream, timestamp, payload };
  }

  end(): Uint8Array {
    const { name, stream } = this.options;
    return concat(
      this.command("FCUnpublish", null, name),
      this.command("deleteStream", null, stream),
    );
  }

  command(name: string, ...values: AmfValue[]): Uint8Array {
    return this.#command(0, name, values);
  }

  streamCommand(name: string, ...values: AmfValue[]): Uint8Array {
    return this.#command(this.options.stream, name, values);
  }

  control(type: number, payload: Uint8Array): Uint8Array {
    return this.chunks.write({ chunkStream: CONTROL, type, stream: 0, timestamp: 0, payload });
  }

  /** The request of a server's `ping()` response (§7.1.7). */
  ping(timestamp: number): Uint8Array {
    return this.control(MESSAGE.userControl, concat(u16(6), u32(timestamp)));
  }

  #command(stream: number, name: string, values: readonly AmfValue[]): Uint8Array {
    const payload = amf(name, ++this.#transaction, ...values);
    const message = { type: MESSAGE.command, stream, timestamp: 0, payload };
    return this.chunks.write({ chunkStream: COMMANDS, ...message });
  }
}
