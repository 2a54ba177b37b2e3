/** Verifies tokens, and remembers those that were valid. */

import { Cache } from "../cache.ts";
import { andThen } from "../maybe_async.ts";
import type { AccessConfig } from "./access_config.ts";
import { type HmacKey, verifyAkamaiToken } from "./akamai_token.ts";
import type { AuthPolicy } from "./auth_file.ts";
import { isJwt, verifyJwt } from "./jwt.ts";
import type { FoundToken } from "./token_location.ts";
import type { VerifiedToken } from "./verified_token.ts";

/** In characters. Cookies have 4,096 at most (RFC 6265 §6.1). */
const MAX_TOKEN_LENGTH = 4096;

/** Several thousand viewers of a worker. */
const CAPACITY_BYTES = 8 * 2 ** 20;
const TOKEN_OVERHEAD_BYTES = 1024;

/** `unknownKey`: a key set that can be refreshed lacks the key that the token names. */
export type TokenVerification = VerifiedToken | "invalid" | "unknownKey";

export class TokenTable {
  readonly #config: AccessConfig;
  readonly #seen = new Cache<VerifiedToken>(CAPACITY_BYTES);

  constructor(config: AccessConfig) {
    this.#config = config;
  }

  /** Returns "invalid" for a token that is malformed, or that no key of the policy has signed. */
  verify(found: FoundToken, policy: AuthPolicy): TokenVerification | Promise<TokenVerification> {
    const { text } = found;
    const seen = this.#seen.get(text);
    if (seen) {
      return policy.tokens.includes(seen.kind) && policy.keys.includes(seen.key) ? seen : "invalid";
    }
    if (text.length > MAX_TOKEN_LENGTH) return "invalid";
    return andThen(this.#verifyNew(found, policy), (token) => {
      if (typeof token === "object") this.#seen.set(text, token, toSize(text));
      return token;
    });
  }

  #verifyNew(
    { text, inPath }: FoundToken,
    policy: AuthPolicy,
  ): TokenVerification | Promise<TokenVerification> {
    if (isJwt(text)) {
      return policy.tokens.includes("jwt") ? this.#verifyJwt(text, policy) : "invalid";
    }
    if (!policy.tokens.includes("akamai")) return "invalid";
    const secrets = this.#findSecrets(policy);
    for (const candidate of inPath ? decodeBase64Url(text) : decodeParameter(text)) {
      const token = verifyAkamaiToken(candidate, secrets);
      if (token) return token;
    }
    return "invalid";
  }

  async #verifyJwt(text: string, policy: AuthPolicy): Promise<TokenVerification> {
    const sets = this.#config.sets.filter(({ name }) => policy.keys.includes(name));
    const token = await verifyJwt(text, { secrets: this.#findSecrets(policy), sets });
    if (token !== "unknownKey") return token;
    return sets.some(({ refreshable }) => refreshable) ? "unknownKey" : "invalid";
  }

  #findSecrets({ keys }: AuthPolicy): HmacKey[] {
    return this.#config.secrets.filter(({ name }) => keys.includes(name));
  }
}

function toSize(text: string): number {
  return TOKEN_OVERHEAD_BYTES + 2 * text.length;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Base64url without padding (RFC 4648 §5). */
function decodeBase64Url(text: string): string[] {
  try {
    const bytes = Uint8Array.fromBase64(text, {
      alphabet: "base64url",
      lastChunkHandling: "loose",
    });
    return [decoder.decode(bytes)];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return [];
    throw error;
  }
}

/** Clients send a token as it is, whose values may be escaped, or escape all of it. */
function decodeParameter(text: string): string[] {
  if (!text.includes("%")) return [text];
  try {
    return [text, decodeURIComponent(text)];
  } catch (error) {
    if (error instanceof URIError) return [text];
    throw error;
  }
}
