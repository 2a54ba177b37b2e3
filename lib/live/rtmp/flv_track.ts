import type { LiveFragment } from "../media/live_samples.ts";
import { AudioTimes } from "./message_times.ts";
import { configureAudio } from "./audio_configuration.ts";
import { type FlvFrame, nameFlvTrack, toInitTrackId } from "./flv_packet.ts";
import { FrameQueue, type TimedFrame } from "./frame_queue.ts";
import type { TrackConfiguration } from "./track_configuration.ts";
import { configureVideo } from "./video_configuration.ts";

/** In seconds: the frame before a longer gap does not last until the next one, so that the gap is a hole. */
const MAX_VIDEO_GAP = 1;
const MAX_AUDIO_GAP = 0.1;

/** A track of a connection from one sequence header to the next, with its frames that are not in a fragment yet. */
export class FlvTrack {
  readonly id: number;
  readonly name: string;
  readonly type: "video" | "audio";
  /** FourCC. */
  readonly codec: string;
  readonly frames: FrameQueue;
  readonly #record: Uint8Array;
  #configuration: TrackConfiguration | undefined;
  #audioTimes: AudioTimes | undefined;

  /**
   * @param record sequence header; empty if the codec has none
   * @throws MediaError if it is broken
   */
  constructor(packet: Pick<FlvFrame, "type" | "trackId" | "codec">, record: Uint8Array) {
    this.id = toInitTrackId(packet);
    this.name = nameFlvTrack(packet);
    this.type = packet.type;
    this.frames = new FrameQueue(this.id);
    this.codec = packet.codec;
    this.#record = record;
    this.#configure(undefined);
  }

  /** Undefined while a key frame is needed to know it. */
  get configuration(): TrackConfiguration | undefined {
    return this.#configuration;
  }

  /** Returns whether a sequence header is the one of the track. */
  has(codec: string, record: Uint8Array): boolean {
    const own = this.#record;
    return codec === this.codec && record.length === own.length &&
      record.every((byte, i) => byte === own[i]);
  }

  /**
   * Returns whether a frame can belong to the track: the first one has to be a sync sample.
   *
   * @throws MediaError if the frame is needed to describe the track, and is broken
   */
  accepts({ codec, isSync, data }: FlvFrame): boolean {
    if (codec !== this.codec || !isSync && this.frames.isNew) return false;
    if (!this.#configuration) this.#configure(data);
    return this.#configuration !== undefined;
  }

  /**
   * Gives a frame its time. Frames of one time, and those a little earlier than the one before, are a tick later than that.
   *
   * @param time of its message, in milliseconds
   */
  place({ data, isSync, compositionOffset }: FlvFrame, time: number, arrival: number): TimedFrame {
    const { minTime } = this.frames;
    const samples = this.#configuration!.countSamples(data);
    const stated = this.#audioTimes?.toTicks(time, samples) ?? time;
    const ticks = Math.max(stated, minTime);
    const late = ticks - stated;
    return {
      ...{ data, isSync, arrival, time: ticks, duration: samples > 0 ? samples : undefined },
      compositionOffset: late <= compositionOffset ? compositionOffset - late : compositionOffset,
    };
  }

  /** Returns whether a frame follows the one before after a hole. */
  followsHole({ time }: Pick<TimedFrame, "time">): boolean {
    const { last } = this.frames;
    const gap = this.type === "video" ? MAX_VIDEO_GAP : MAX_AUDIO_GAP;
    return last !== undefined &&
      time - last.time - (last.duration ?? 0) > gap * this.#configuration!.timescale;
  }

  /**
   * Takes frames out as a fragment.
   *
   * @param before arrival after which the last frame stays, since its duration is not known
   * @param end time of the frame that follows in the next init segment, if that is known
   */
  take(before: number, end: number | undefined): LiveFragment | undefined {
    const isHole = end !== undefined && this.followsHole({ time: end });
    return this.frames.take(before, isHole ? undefined : end);
  }

  #configure(frame: Uint8Array | undefined): void {
    const configure = this.type === "video" ? configureVideo : configureAudio;
    this.#configuration = configure(this.codec, this.#record, frame);
    if (this.#configuration && this.type === "audio") {
      this.#audioTimes = new AudioTimes(this.#configuration.timescale);
    }
  }
}
