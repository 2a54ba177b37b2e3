/** Messages of RTMP (1.0 §5.4, §6, §7.1). */

export interface RtmpMessage {
  /** One of `MESSAGE_TYPES`, or unknown. */
  readonly type: number;
  /** In ms, modulo 2^32. */
  readonly timestamp: number;
  /** ID of the message stream: 0 for the connection itself. */
  readonly streamId: number;
  /** In memory of its own. */
  readonly payload: Uint8Array;
}

export const MESSAGE_TYPES = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
  aggregate: 22,
} as const;
