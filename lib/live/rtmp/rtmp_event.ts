/** What a client of RTMP does, in the order of its messages. */
export type RtmpEvent = RtmpPublish | RtmpMedia | RtmpEnd;

/** The client is to be accepted or rejected. Its media may follow at once. */
export interface RtmpPublish {
  readonly kind: "publish";
  /** As `connect` names it, without its query. */
  readonly app: string;
  /** As `publish` names it, with its query; may be empty. */
  readonly name: string;
}

/** A message of type 8, 9, 18 or 15, which is never empty. */
export interface RtmpMedia {
  readonly kind: "media";
  readonly type: "audio" | "video" | "data";
  /** In ms, modulo 2^32. */
  readonly timestamp: number;
  /** The body of an FLV tag, in memory of its own. Data starts with its name, such as `onMetaData`, in AMF0. */
  readonly payload: Uint8Array;
}

/** The client ends what it publishes in an orderly way: FCUnpublish, deleteStream or closeStream. */
export interface RtmpEnd {
  readonly kind: "end";
}
