/** Packets in FLV tags of audio and video, of legacy tags and of Enhanced RTMP v2. */

export type FlvPacket = FlvConfiguration | FlvFrame | FlvUnsupported;

interface FlvPacketBase {
  readonly type: "video" | "audio";
  /** trackId of Enhanced RTMP, 0 to 255; 0 in tags without one. */
  readonly trackId: number;
}

interface FlvCodedPacket extends FlvPacketBase {
  /** FourCC of Enhanced RTMP: `avc1`, `mp4a`. */
  readonly codec: string;
}

/** A sequence header. */
export interface FlvConfiguration extends FlvCodedPacket {
  readonly kind: "configuration";
  /** Without header of a box; empty if the muxer did not know it yet. */
  readonly record: Uint8Array;
}

/** A coded frame. */
export interface FlvFrame extends FlvCodedPacket {
  readonly kind: "frame";
  readonly isSync: boolean;
  /** In milliseconds. */
  readonly compositionOffset: number;
  readonly data: Uint8Array;
}

/** A packet of a codec that Enhanced RTMP or AMS does not have. */
export interface FlvUnsupported extends FlvPacketBase {
  readonly kind: "unsupported";
  /** End of a sentence. */
  readonly reason: string;
}

/** Returns the track_ID in the init segment: 1 for video, 2 for audio, 3 for video with trackId 1 and so on. */
export function toInitTrackId({ type, trackId }: FlvPacketBase): number {
  return 2 * trackId + (type === "video" ? 1 : 2);
}

/** Returns what follows the name of the stream in that of the rendition: `video`, `audio-1`. */
export function nameFlvTrack({ type, trackId }: FlvPacketBase): string {
  return trackId === 0 ? type : `${type}-${trackId}`;
}
