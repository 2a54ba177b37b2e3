/** JSON Web Key Sets (RFC 7517 §5). */

import type { JWK } from "jose";
import { AuthFileError, parseAuthJson } from "./auth_file.ts";

/** In bytes. */
export const MAX_JWKS_SIZE = 2 ** 20;

/** A token without `kid` is checked with all of them, which takes a third of a millisecond for each. */
const MAX_KEYS = 100;

/** The public members of keys (RFC 7518 §6, RFC 8037 §2), and what restricts their use. */
const PUBLIC_MEMBERS = ["kty", "kid", "use", "key_ops", "alg", "n", "e", "crv", "x", "y"] as const;

const PUBLIC_KEY_TYPES = new Set(["RSA", "EC", "OKP"]);

/**
 * Returns the public keys of a set, without what makes them private. Keys of other types, which may be for other purposes, are
 * left out.
 *
 * @throws AuthFileError if there is none, or there are more than `MAX_KEYS`
 */
export function parseJwks(text: string): JWK[] {
  const keys = readKeys(text).filter(isPublicKey).map(toPublicKey);
  if (keys.length > MAX_KEYS) {
    throw new AuthFileError(`Cannot use ${keys.length} keys: expected at most ${MAX_KEYS}`);
  }
  if (keys.length > 0) return keys;
  throw new AuthFileError("Cannot find a key of type RSA, EC or OKP");
}

function readKeys(text: string): unknown[] {
  const { keys } = parseAuthJson(text) as { keys?: unknown } ?? {};
  if (Array.isArray(keys)) return keys;
  throw new AuthFileError('Cannot find "keys": expected an array');
}

function isPublicKey(value: unknown): value is JWK {
  const key = value as Partial<JWK> | null;
  return typeof key === "object" && PUBLIC_KEY_TYPES.has(String(key?.kty));
}

function toPublicKey(key: JWK): JWK {
  const members = PUBLIC_MEMBERS.filter((name) => key[name] !== undefined);
  return Object.fromEntries(members.map((name) => [name, key[name]])) as unknown as JWK;
}
