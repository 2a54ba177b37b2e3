/** JSON Web Tokens (RFC 7519), by `jose`. */

import type { createLocalJWKSet as CreateKeyLookup, JWK, JWTHeaderParameters } from "jose";
import { parseNetwork } from "../ip/address.ts";
import type { HmacKey } from "./akamai_token.ts";
import { isCoveredBy } from "./policy_index.ts";
import type { VerifiedToken } from "./verified_token.ts";

/** Public keys by the name of their set in the auth file. */
export interface PublicKeys {
  readonly name: string;
  readonly keys: readonly JWK[];
}

export interface JwtKeys {
  readonly secrets: readonly HmacKey[];
  readonly sets: readonly PublicKeys[];
}

/** `unknownKey`: no set has the key that the token names. */
export type JwtVerification = VerifiedToken | "invalid" | "unknownKey";

const PUBLIC_KEY_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

/** Each imports a key once. */
const keyLookups = new WeakMap<readonly JWK[], ReturnType<typeof CreateKeyLookup>>();

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function isJwt(text: string): boolean {
  return JWT.test(text);
}

/** Checks the signature, and that the claims are well-formed. `kid` names a secret of the auth file, or a key of a set. */
export async function verifyJwt(
  text: string,
  { secrets, sets }: JwtKeys,
): Promise<JwtVerification> {
  const jose = await import("jose"); // loads 30 files
  let header: JWTHeaderParameters;
  try {
    header = jose.decodeProtectedHeader(text) as JWTHeaderParameters;
  } catch {
    return "invalid"; // is not JSON
  }
  if (header.b64 !== undefined) return "invalid"; // not for JWTs (RFC 7797 §7)
  if (header.alg === "HS256") {
    const named = secrets.filter(({ name }) => header.kid === undefined || header.kid === name);
    return await verifyWithSecrets(text, named);
  }
  return PUBLIC_KEY_ALGORITHMS.includes(header.alg) ? await verifyWithSets(text, sets) : "invalid";
}

async function verifyWithSecrets(
  text: string,
  secrets: readonly HmacKey[],
): Promise<JwtVerification> {
  const { compactVerify, errors } = await import("jose");
  for (const { name, secret } of secrets) {
    try {
      const { payload } = await compactVerify(text, secret, { algorithms: ["HS256"] });
      return readClaims(payload, name);
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
    }
  }
  return "invalid";
}

async function verifyWithSets(
  text: string,
  sets: readonly PublicKeys[],
): Promise<JwtVerification> {
  const { errors } = await import("jose");
  let isKnown = false;
  for (const { name, keys } of sets) {
    try {
      const payload = await verifyWithSet(text, keys);
      if (payload) return readClaims(payload, name);
      isKnown = true;
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
  }
  return isKnown || sets.length === 0 ? "invalid" : "unknownKey";
}

/**
 * Returns undefined if the signature is invalid, or the key that would verify it is.
 *
 * @throws JWKSNoMatchingKey
 */
async function verifyWithSet(text: string, keys: readonly JWK[]): Promise<Uint8Array | undefined> {
  const { compactVerify, createLocalJWKSet, errors } = await import("jose");
  const options = { algorithms: PUBLIC_KEY_ALGORITHMS };
  const lookup = keyLookups.get(keys) ?? createLocalJWKSet({ keys: [...keys] });
  keyLookups.set(keys, lookup);
  try {
    return (await compactVerify(text, lookup, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw error;
    if (error instanceof errors.JWKSMultipleMatchingKeys) { // has no kid
      for await (const key of error) {
        try {
          return (await compactVerify(text, key, options)).payload;
        } catch (failure) {
          if (!isVerificationError(failure)) throw failure;
        }
      }
      return undefined;
    }
    if (!isVerificationError(error)) throw error;
    return undefined;
  }

  /** Keys that are malformed or too short fail with the other classes. */
  function isVerificationError(error: unknown): boolean {
    return error instanceof errors.JOSEError || error instanceof TypeError ||
      error instanceof DOMException;
  }
}

function readClaims(payload: Uint8Array, key: string): JwtVerification {
  const claims = parseObject(payload);
  const { exp, nbf, paths, ip, iss, aud } = claims ?? {};
  const networks = ip === undefined ? undefined : readTexts(ip)?.map(parseNetwork);
  const prefixes = paths === undefined ? undefined : readTexts(paths);
  const audiences = aud === undefined ? undefined : readTexts(aud);
  const isInvalid = !isTime(exp) || nbf !== undefined && !isTime(nbf) ||
    iss !== undefined && typeof iss !== "string" || aud !== undefined && !audiences ||
    paths !== undefined && !prefixes || ip !== undefined && !networks?.every((it) => it);
  if (isInvalid) return "invalid";
  return {
    kind: "jwt",
    key,
    expires: exp,
    notBefore: nbf ?? 0,
    ...prefixes && { covers: (path: string) => prefixes.some((it) => isCoveredBy(path, it)) },
    ...networks && { networks: networks.filter((it) => it !== undefined) },
    ...iss !== undefined && { iss },
    ...audiences && { aud: audiences },
  };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Returns undefined unless the claim is text or a list of texts. */
function readTexts(claim: unknown): string[] | undefined {
  const values = Array.isArray(claim) ? claim : [claim];
  return values.every((value) => typeof value === "string") ? values : undefined;
}
