/** A client does not follow RTMP, or exceeds a limit: its connection is to be closed. */
export class RtmpError extends Error {
  override name = "RtmpError";

  constructor(message: string) {
    super(message.replace(/\p{Cc}/gu, "?"));
  }
}
