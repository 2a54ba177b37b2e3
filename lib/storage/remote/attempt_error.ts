/** Why a request for an origin failed. */

/** Another attempt may succeed. The reason completes "the origin …". */
export class AttemptFailure extends Error {
  override name = "AttemptFailure";

  constructor(
    reason: string,
    readonly details: {
      readonly retryAfterMs?: number;
      /** Code of the error, if all attempts fail. */
      readonly code?: "SOURCE_INVALID" | "SOURCE_DENIED";
    } = {},
  ) {
    super(reason);
  }
}

/** A response that cannot be used, nor will that of another attempt. The reason completes "the origin …". */
export class InvalidReply extends Error {
  override name = "InvalidReply";

  /** @param detail for the log alone, such as a host */
  constructor(reason: string, readonly detail = "") {
    super(reason);
  }
}
