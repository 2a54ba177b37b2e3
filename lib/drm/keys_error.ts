/** Error codes of keys (docs/errors.md). */
export type KeysCode =
  /** No key file, source, document or key. */
  | "KEYS_MISSING"
  /** A key file, document or response cannot be used. */
  | "KEYS_INVALID"
  /** The key server does not respond. */
  | "KEYS_UNAVAILABLE";

/** Keys of an asset cannot be had. The message is one line, and contains no key, seed, header, URL or path. */
export class KeysError extends Error {
  override name = "KeysError";

  constructor(readonly code: KeysCode, message: string) {
    super(message.replace(/\p{Cc}/gu, "?"));
  }
}

export function invalidKeys(message: string): KeysError {
  return new KeysError("KEYS_INVALID", message);
}
