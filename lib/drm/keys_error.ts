import { KeysError } from "../errors.ts";

export function invalidKeys(message: string): KeysError {
  return new KeysError("KEYS_INVALID", message);
}
