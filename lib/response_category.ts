/** Categories of responses: labels of metrics, and fields of the access log. */

/** `cmaf`: what DASH and HLS share. */
export type ResponseProtocol = "dash" | "hls" | "smooth" | "cmaf" | "none";

export type ResponseKind =
  | "manifest"
  | "playlist"
  | "init"
  | "segment"
  | "keyframe"
  | "thumbnail"
  | "subtitles"
  | "key"
  | "page"
  | "file"
  | "other";

/** There is one object for each pair, so that counters can be found by identity. */
export interface ResponseCategory {
  readonly protocol: ResponseProtocol;
  readonly kind: ResponseKind;
}

/** Malformed requests, OPTIONS, health checks and descriptions. */
export const OTHER_RESPONSE: ResponseCategory = { protocol: "none", kind: "other" };

/** Whether a response came from memory; absent for what is never cached. */
export type CacheStatus = "hit" | "miss";
