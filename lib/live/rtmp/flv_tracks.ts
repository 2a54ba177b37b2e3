/** The tracks of a connection: those of the current init segment, and those that wait for the next one. */

import { MediaError } from "../../errors.ts";
import { type FlvConfiguration, type FlvFrame, nameFlvTrack, toInitTrackId } from "./flv_packet.ts";
import { FlvTrack } from "./flv_track.ts";
import type { RtmpTrack } from "./rtmp_init.ts";

/** Tracks of a connection, with those that are left out. */
const MAX_TRACKS = 100;

/** Codecs whose frames describe themselves. */
const WITHOUT_HEADER = ["ac-3", "ec-3", ".mp3"];

type PacketTrack = Pick<FlvFrame, "type" | "trackId">;

export class FlvTracks {
  #current: ReadonlyMap<number, FlvTrack> = new Map();
  #list: readonly FlvTrack[] = [];
  readonly #next = new Map<number, FlvTrack>();
  /** Reasons by track_ID. */
  readonly #leftOut = new Map<number, string>();
  #warnings: string[] = [];

  /** Tracks of the init segment, in order. */
  get current(): readonly FlvTrack[] {
    return this.#list;
  }

  /** Tracks that are described, and that the next init segment adds or changes. */
  get next(): readonly FlvTrack[] {
    return [...this.#next.values()].filter(({ configuration }) => configuration !== undefined);
  }

  /** Memory of all frames. */
  get bytes(): number {
    return this.currentBytes + this.waitingBytes;
  }

  /** Memory of the frames of tracks of the init segment. */
  get currentBytes(): number {
    return sumBytes(this.#current);
  }

  /** Memory of the frames that wait for the next init segment. */
  get waitingBytes(): number {
    return sumBytes(this.#next);
  }

  /** Why tracks are left out; "" if none is. */
  get reasons(): string {
    return [...this.#leftOut.values()].join(". ");
  }

  /** Returns true once a track is described, or left out. */
  isDecided(id: number): boolean {
    return this.#current.has(id) || this.#leftOut.has(id) ||
      this.#next.get(id)?.configuration !== undefined;
  }

  /** True while a track waits for a frame that describes it. */
  get isAwaited(): boolean {
    return this.#next.size > 0;
  }

  /** The first track of video of the init segment, at whose key frames it may change. */
  get leader(): FlvTrack | undefined {
    return this.current.find(({ type }) => type === "video");
  }

  isCurrent(track: FlvTrack): boolean {
    return this.#current.get(track.id) === track;
  }

  /** True if a track can be added, or go on with another sequence header. One that sends no frames is not added. */
  get canAdvance(): boolean {
    return this.#next.size > 0 &&
      this.next.some(({ id, frames }) => frames.first !== undefined || this.#current.has(id));
  }

  /** Returns true while frames wait that are behind another sequence header: they need an init segment of their own. */
  hasFramesOfAnother({ codec, record, ...packet }: FlvConfiguration): boolean {
    const waiting = this.#next.get(toInitTrackId(packet));
    return waiting?.frames.first !== undefined && !waiting.has(codec, record);
  }

  /**
   * Takes a sequence header. An empty one, and the same one again, change nothing.
   *
   * @throws MediaError if there are too many tracks
   */
  configure(packet: FlvConfiguration): void {
    const { codec, record } = packet;
    const id = toInitTrackId(packet);
    if (record.length === 0 && codec !== "Opus" || this.#next.get(id)?.has(codec, record)) return;
    if (this.#current.get(id)?.has(codec, record)) {
      this.#next.delete(id);
      return;
    }
    this.#add(packet, record);
  }

  /** Finds the track of a frame; undefined if it cannot be decoded. */
  find(packet: FlvFrame): FlvTrack | undefined {
    const id = toInitTrackId(packet);
    const current = this.#current.get(id);
    if (!current && !this.#next.has(id) && WITHOUT_HEADER.includes(packet.codec)) {
      this.#add(packet, new Uint8Array());
    }
    const next = this.#next.get(id);
    if (!next && !current) this.leaveOut(packet, "its frames have no sequence header");
    if (next && this.#accepts(next, packet)) return next;
    return current?.codec === packet.codec ? current : undefined;
  }

  /**
   * Leaves a track out, with one warning.
   *
   * @param reason end of a sentence
   * @throws MediaError if there are too many tracks
   */
  leaveOut(packet: PacketTrack, reason: string): void {
    const id = toInitTrackId(packet);
    if (this.#leftOut.has(id) || this.#current.has(id)) return;
    this.#checkCount(id);
    const warning = `Track '${nameFlvTrack(packet)}' is left out: ${reason}`;
    this.#leftOut.set(id, warning);
    this.#warnings.push(warning);
  }

  /** Makes tracks current that were described, and returns all in order, with the warnings since the last time. */
  advance(): { tracks: RtmpTrack[]; warnings: string[] } {
    const isFirst = this.#current.size === 0;
    const current = new Map(this.#current);
    for (const track of this.next) {
      if (!isFirst && !track.frames.first && !this.#current.has(track.id)) continue;
      current.set(track.id, track);
      this.#next.delete(track.id);
    }
    this.#current = new Map([...current].sort(([a], [b]) => a - b));
    this.#list = [...this.#current.values()];
    const tracks = this.current.map(({ id, name, configuration }) => ({
      ...{ id, name },
      configuration: configuration!,
    }));
    const warnings = this.#warnings;
    this.#warnings = [];
    return { tracks, warnings };
  }

  #add(packet: FlvConfiguration | FlvFrame, record: Uint8Array): void {
    const id = toInitTrackId(packet);
    this.#checkCount(id);
    try {
      this.#next.set(id, new FlvTrack(packet, record));
      this.#forgive(id);
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.leaveOut(packet, `its sequence header is broken: ${error.reason}`);
    }
  }

  #accepts(track: FlvTrack, packet: FlvFrame): boolean {
    try {
      return track.accepts(packet);
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.#next.delete(track.id);
      this.leaveOut(packet, `its first frame is broken: ${error.reason}`);
      return false;
    }
  }

  /** A track that was left out has a sequence header now. */
  #forgive(id: number): void {
    const reason = this.#leftOut.get(id);
    this.#leftOut.delete(id);
    this.#warnings = this.#warnings.filter((warning) => warning !== reason);
  }

  #checkCount(id: number): void {
    const ids = new Set([...this.#current.keys(), ...this.#next.keys(), ...this.#leftOut.keys()]);
    if (ids.has(id) || ids.size < MAX_TRACKS) return;
    throw new MediaError(`Cannot store more than ${MAX_TRACKS} tracks`, "MEDIA_UNSUPPORTED");
  }
}

function sumBytes(tracks: ReadonlyMap<number, FlvTrack>): number {
  let sum = 0;
  for (const { frames } of tracks.values()) sum += frames.bytes;
  return sum;
}
