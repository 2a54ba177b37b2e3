/** A publisher over RTMP that repeats a GOP of video and some frames of audio, as OBS sends them: each frame by itself. */

import { openFile } from "../../lib/storage/local/file.ts";
import { readSource, readTracks, type SourceTrack } from "../live/rtmp/media_source.ts";
import {
  describeTracks,
  frameTag,
  type MediaType,
  sequenceHeader,
} from "../live/rtmp/pushed_tags.ts";
import { RtmpEncoder } from "../live/rtmp/rtmp_encoder.ts";

/** Of OBS, in bytes. */
const CHUNK_SIZE = 4096;

/** Frames of AAC whose durations are whole milliseconds together: 64 ms at 48 kHz. */
const AUDIO_FRAMES = 3;
const AUDIO_MS = 64;

/** Frames that are sent again and again. Times are sent as differences, so that the bytes are the same each time. */
export interface LoopedFrames {
  readonly type: MediaType;
  /** Bytes of each frame, with the headers of its chunks. */
  readonly frames: readonly Uint8Array[];
  /** From the start of a turn to each frame, in ms. */
  readonly times: readonly number[];
  /** Of a turn, in ms. */
  readonly duration: number;
}

export interface RtmpTemplate {
  /** Metadata and sequence headers. */
  readonly tracks: readonly SourceTrack[];
  readonly loops: readonly LoopedFrames[];
}

/** @param path of `encodeFragments()` */
export async function readRtmpTemplate(path: string, perSecond: number): Promise<RtmpTemplate> {
  const source = openFile(path, "load.mp4");
  const [video] = await readTracks(source);
  source.close();
  const [audio] = await readSource("ladder-aac-eng.mp4");
  const starts = video!.frames.flatMap(({ isKey }, i) => isKey ? [i] : []);
  const gop = { ...video!, frames: video!.frames.slice(starts[1], starts[2]) }; // the first may be larger
  const packets = { ...audio!, frames: audio!.frames.slice(10, 10 + AUDIO_FRAMES) };
  return {
    tracks: [gop, packets],
    loops: [loop(gop, 1000 / perSecond), loop(packets, AUDIO_MS)],
  };
}

function loop(track: SourceTrack, duration: number): LoopedFrames {
  const first = track.frames[0]!.time;
  const encoder = new RtmpEncoder();
  encoder.chunks.options = { ...encoder.chunks.options, chunkSize: CHUNK_SIZE, maxHeaderType: 1 };
  const write = (turn: number) =>
    track.frames.map((frame) => {
      const time = frame.time - first + turn * duration;
      return encoder.media(track.type, time, frameTag(track, frame, "legacy"));
    });
  write(0); // begins with a header of type 0, as does what the publisher sends first
  const times = track.frames.map(({ time }) => time - first);
  return { type: track.type, frames: write(1), times, duration };
}

export class RtmpPublisher implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #template: RtmpTemplate;
  readonly #encoder: RtmpEncoder;
  /** Frames of each loop that were sent. */
  readonly #sent: number[];
  bytes = 0;

  private constructor(connection: Deno.TcpConn, template: RtmpTemplate, encoder: RtmpEncoder) {
    this.#connection = connection;
    this.#template = template;
    this.#encoder = encoder;
    this.#sent = template.loops.map(() => 0);
  }

  static async connect(
    port: number,
    channel: string,
    template: RtmpTemplate,
  ): Promise<RtmpPublisher> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const chunks = { chunkSize: CHUNK_SIZE, maxHeaderType: 1 } as const;
    const encoder = new RtmpEncoder({ app: `live/${channel}`, name: "key", client: "OBS", chunks });
    const publisher = new RtmpPublisher(connection, template, encoder);
    publisher.#readResponses();
    await publisher.#start();
    return publisher;
  }

  /** Sends what is due so many milliseconds after the start. */
  async send(elapsed: number): Promise<void> {
    for (const [i, { frames, times, duration }] of this.#template.loops.entries()) {
      while (true) {
        const count = this.#sent[i]!;
        const index = count % frames.length;
        const due = Math.floor(count / frames.length) * duration + times[index]!;
        if (due > elapsed) break;
        this.#sent[i]!++;
        await this.#write(frames[index]!);
      }
    }
  }

  async end(): Promise<void> {
    await this.#write(this.#encoder.end());
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #start(): Promise<void> {
    const encoder = this.#encoder;
    const { tracks } = this.#template;
    await this.#write(encoder.start());
    await this.#write(encoder.metadata(describeTracks(tracks)));
    for (const track of tracks) {
      await this.#write(encoder.media(track.type, 0, sequenceHeader(track, "legacy")!));
    }
  }

  /** Acknowledgements and responses. */
  async #readResponses(): Promise<void> {
    const buffer = new Uint8Array(4096);
    try {
      while (await this.#connection.read(buffer) !== null);
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) {
        throw error;
      }
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }
}
