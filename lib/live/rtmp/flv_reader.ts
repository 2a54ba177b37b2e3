/** Turns the media messages of an RTMP connection into init segments and fragments. It is pure: time is an argument. */

import { MediaError } from "../../errors.ts";
import type { LiveInit } from "../media/live_init.ts";
import type { PushedItem } from "../media/pushed_item.ts";
import { readAudioTag } from "./flv_audio_tag.ts";
import { readAnnouncedTracks } from "./flv_metadata.ts";
import {
  type FlvConfiguration,
  type FlvFrame,
  type FlvPacket,
  toInitTrackId,
} from "./flv_packet.ts";
import type { FlvTrack } from "./flv_track.ts";
import { FlvTracks } from "./flv_tracks.ts";
import { readVideoTag } from "./flv_video_tag.ts";
import { MessageTimes } from "./message_times.ts";
import { buildRtmpInit } from "./rtmp_init.ts";

/** The payload of a message, which owns its memory. */
export interface FlvMessage {
  readonly type: "audio" | "video" | "data";
  /** In milliseconds: 32 bits, unsigned, as the message states them. */
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

/** In milliseconds: frames of this age are due. They are read, and looked at, 50 ms late at most: none waits longer than half a second. */
const MAX_AGE = 400;

/** In bytes: so many frames are a fragment, however old they are. */
const MAX_BATCH_BYTES = 2 ** 20;

/** In milliseconds: how long a track that is announced is awaited, and in which time one that is not may start. */
const MAX_TRACK_WAIT = 1000;

/** In milliseconds: how long frames behind another sequence header wait for a key frame of the leader. */
const MAX_CHANGE_WAIT = 10_000;

/** In bytes: how many frames wait for tracks, or for a key frame. */
const MAX_WAITING_BYTES = 2 ** 24;

/** track_IDs of video and audio with trackId 0. */
const DEFAULT_TRACKS: ReadonlySet<number> = new Set([1, 2]);

interface FollowingFrame {
  /** track_ID. */
  readonly id: number;
  /** In ticks of the track. */
  readonly time: number;
}

export class FlvReader {
  readonly #now: () => number;
  readonly #times = new MessageTimes();
  readonly #tracks = new FlvTracks();
  #announced = DEFAULT_TRACKS;
  #init: LiveInit | undefined;
  #items: PushedItem[] = [];
  /** When the first frame arrived, or was left out. */
  #start: number | undefined;
  /** When the first frame that waits for the next init segment arrived, and the times of the first and the last one. */
  #waiting: { readonly since: number; readonly from: number; to: number } | undefined;

  /** @param now reads a monotonic clock, in milliseconds */
  constructor({ now }: { readonly now: () => number }) {
    this.#now = now;
  }

  /** Memory of frames that are in no fragment yet. */
  get heldBytes(): number {
    return this.#tracks.bytes;
  }

  /**
   * Takes a message.
   *
   * @throws MediaError if a tag is truncated, there are too many tracks, or none that AMS supports
   */
  add({ type, timestamp, payload }: FlvMessage): void {
    if (type === "data") {
      this.#announced = readAnnouncedTracks(payload) ?? this.#announced;
      return;
    }
    const packets = type === "video" ? readVideoTag(payload) : readAudioTag(payload);
    for (const packet of packets) this.#addPacket(packet, timestamp);
  }

  /** Returns what is due. To be called after each piece of the connection, and 20 times a second. */
  takeItems(): PushedItem[] {
    const now = this.#now();
    if (this.#isInitDue(now)) this.#changeInit();
    if (this.#init && this.#isFragmentDue(now)) this.#emitFragment({ before: now - MAX_AGE });
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Returns all frames, at the end of the connection. */
  finish(): PushedItem[] {
    if (this.#tracks.next.some(({ frames }) => frames.first)) this.#changeInit();
    this.#emitFragment({ before: Infinity });
    return this.takeItems();
  }

  #addPacket(packet: FlvPacket, timestamp: number): void {
    if (packet.kind === "unsupported") {
      const now = this.#now();
      this.#start ??= now;
      this.#tracks.leaveOut(packet, packet.reason);
      this.#checkSupport(now);
    } else if (packet.kind === "configuration") this.#configure(packet);
    else if (packet.data.length > 0) this.#addFrame(packet, timestamp);
  }

  #configure(packet: FlvConfiguration): void {
    if (this.#tracks.hasFramesOfAnother(packet)) this.#changeInit();
    this.#tracks.configure(packet);
  }

  #addFrame(packet: FlvFrame, timestamp: number): void {
    const now = this.#now();
    this.#start ??= now;
    const id = toInitTrackId(packet);
    const time = this.#times.toTime(id, timestamp);
    const track = this.#tracks.find(packet);
    if (!track) return this.#checkSupport(now);
    const frame = track.place(packet, time, now);
    if (this.#changesInit(id, packet)) this.#changeInit({ id, time: frame.time });
    if (track.followsHole(frame)) this.#endFragment(track);
    track.frames.add(frame);
    if (this.#tracks.isCurrent(track)) return;
    this.#waiting ??= { since: now, from: time, to: time };
    this.#waiting.to = Math.max(this.#waiting.to, time);
  }

  /** Waits a second for a track that AMS supports. */
  #checkSupport(now: number): void {
    const isOverdue = now - this.#start! >= MAX_TRACK_WAIT;
    if (this.#init || this.#tracks.isAwaited || !isOverdue) return;
    const { reasons } = this.#tracks;
    const message = `Cannot find audio or video that can be stored: ${reasons}`;
    throw new MediaError(message, "MEDIA_UNSUPPORTED");
  }

  /** Tracks change at a key frame of the leader, so that all of them start a period there. */
  #changesInit(id: number, { isSync }: FlvFrame): boolean {
    if (!this.#init || !this.#tracks.canAdvance) return false;
    const { leader } = this.#tracks;
    return !leader || isSync && leader.id === id;
  }

  /** The first one is not due before the first fragment: until then, tracks may start that were not announced. */
  #isInitDue(now: number): boolean {
    if (!this.#waiting) return false;
    const { since, from, to } = this.#waiting;
    const waited = now - since;
    if (this.#tracks.waitingBytes > MAX_WAITING_BYTES) return true;
    if (this.#init) return waited >= MAX_CHANGE_WAIT;
    if (waited >= MAX_TRACK_WAIT || to - from >= MAX_TRACK_WAIT) return true;
    return waited >= MAX_AGE && [...this.#announced].every((id) => this.#tracks.isDecided(id));
  }

  #isFragmentDue(now: number): boolean {
    return this.#tracks.currentBytes > MAX_BATCH_BYTES ||
      this.#tracks.current.some(({ frames: { first } }) =>
        first !== undefined && first.arrival <= now - MAX_AGE
      );
  }

  /** @param next a frame that starts the tracks of the next init segment */
  #changeInit(next?: FollowingFrame): void {
    this.#emitFragment({ before: Infinity, next });
    const { tracks, warnings } = this.#tracks.advance();
    this.#waiting = undefined;
    this.#init = buildRtmpInit(tracks, warnings);
    this.#items.push({ kind: "init", init: this.#init });
  }

  /** Ends the fragment before a hole of a track, which no sample is to cover. */
  #endFragment(track: FlvTrack): void {
    if (!this.#tracks.isCurrent(track)) this.#changeInit();
    this.#emitFragment({ before: Infinity });
  }

  /** @param before arrival after which the last frame of a track stays, since its duration is not known */
  #emitFragment({ before, next }: { before: number; next?: FollowingFrame | undefined }): void {
    if (!this.#init) return;
    const tracks = this.#tracks.current
      .map((track) => track.take(before, next?.id === track.id ? next.time : undefined))
      .filter((fragment) => fragment !== undefined);
    if (tracks.length === 0) return;
    this.#items.push({ kind: "fragment", init: this.#init, tracks, prft: undefined });
  }
}
