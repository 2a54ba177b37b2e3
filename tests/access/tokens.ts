/** Keys, and tokens that they sign, as Akamai's generator and `jose` write them. */

import EdgeAuth from "akamai-edgeauth";
import {
  exportJWK,
  generateKeyPair,
  type GenerateKeyPairResult,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import type { AccessConfig } from "../../lib/access/access_config.ts";
import { type AuthPolicy, parseAuthFile } from "../../lib/access/auth_file.ts";

export const SECRETS = { first: "11".repeat(32), second: "22".repeat(40) } as const;

type SecretName = keyof typeof SECRETS;

/** In seconds since 1970. */
export const NOW = 1_800_000_000;

export const nowMs = () => NOW * 1000;

interface AkamaiOptions {
  readonly acl: string | string[];
  readonly key?: SecretName;
  readonly exp?: number;
  readonly st?: number;
  readonly ip?: string;
  readonly id?: string;
  readonly data?: string;
  readonly escapeEarly?: boolean;
}

/** Returns a token that expires in a minute. */
export function signAkamaiToken(
  { acl, key = "first", exp = NOW + 60, st, ip, id, data, escapeEarly = false }: AkamaiOptions,
): string {
  const auth = new EdgeAuth({
    key: SECRETS[key],
    endTime: exp,
    escapeEarly,
    ...st !== undefined && { startTime: st },
    ...ip !== undefined && { ip },
    ...id !== undefined && { sessionId: id },
    ...data !== undefined && { payload: data },
  });
  return auth.generateACLToken(acl);
}

/** Returns a token as the path contains it. */
export function toPathToken(token: string): string {
  return new TextEncoder().encode(token).toBase64({ alphabet: "base64url", omitPadding: true });
}

interface JwtOptions {
  readonly alg?: string;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: CryptoKey | Uint8Array;
}

/** Returns a token that expires in a minute, of the first secret. */
export function signJwt(
  claims: JWTPayload,
  { alg = "HS256", header, key = Uint8Array.fromHex(SECRETS.first) }: JwtOptions = {},
): Promise<string> {
  return new SignJWT({ exp: NOW + 60, ...claims }).setProtectedHeader({ alg, ...header }).sign(key);
}

/** Returns a key pair, and its public key with this `kid`. */
export async function createKeyPair(
  alg: string,
  kid: string,
): Promise<GenerateKeyPairResult & { readonly jwk: JWK }> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { ...pair, jwk: { ...await exportJWK(pair.publicKey), kid } };
}

/** Policies of the file of `--auth`, with defaults for tests. */
export type TestPolicy = Partial<Omit<AuthPolicy, "iss" | "aud">> & {
  readonly path: string;
  readonly iss?: string;
  readonly aud?: string | string[];
};

/** Returns a configuration with the keys `first`, `second` and `idp`, a set. */
export function createAccessConfig(
  policies: readonly TestPolicy[],
  { jwks = [], refreshable = false, ...rest }: {
    jwks?: readonly JWK[];
    refreshable?: boolean;
    default?: "open" | "deny";
    skew?: number;
  } = {},
): AccessConfig {
  const { keys: _, ...file } = parseAuthFile(JSON.stringify({
    keys: {
      first: { hmac: SECRETS.first },
      second: { hmac: SECRETS.second },
      idp: { jwks: "idp.json" },
    },
    policies: policies.map((policy) => ({ tokens: ["akamai", "jwt"], keys: ["first"], ...policy })),
    ...rest,
  }));
  return {
    ...file,
    secrets: Object.entries(SECRETS).map(([name, hex]) => ({
      name,
      secret: Uint8Array.fromHex(hex),
    })),
    sets: [{ name: "idp", keys: jwks, refreshable }],
  };
}
