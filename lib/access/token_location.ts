/** Where requests carry tokens: the path, the query, `Authorization`, or a cookie; the first one counts. */

import { parseQuery } from "../url/query.ts";

const TOKEN_PARAMETERS = ["hdnts", "token"] as const;

export type TokenParameter = typeof TOKEN_PARAMETERS[number];

/** The parts of a request that may contain a token. */
export interface TokenRequest {
  /** With a token before it, if the path has one. */
  readonly rawPath: string;
  readonly rawQuery?: string;
  readonly headers: Headers;
}

export interface FoundToken {
  readonly text: string;
  /** True for a token in the path, which is in base64url unless it is a JWT. */
  readonly inPath?: boolean;
  /** Set for a token in the query, which manifests pass on. */
  readonly parameter?: TokenParameter;
}

/** `/.t/<token>/films/video.json/.mpd`; proxies may escape any character. What follows `/.t//` or `/.t/.t/` may be the token. */
const TOKEN_PATH = /^\/(?:\.|%2[Ee])(?:t|%74)\/(?!(?:\.|%2[Ee])(?:t|%74)\/)([^/]+)/;

const COOKIE = /(?:^|;)\s*hdnts=("?)([^;]*)\1/;
const BEARER = /^Bearer +([^ ]+) *$/i;

/** Returns the path behind the token. */
export function removePathToken(rawPath: string): string {
  if (!mayHaveToken(rawPath)) return rawPath;
  const [prefix] = TOKEN_PATH.exec(rawPath) ?? [];
  return prefix === undefined ? rawPath : rawPath.slice(prefix.length) || "/";
}

/** Returns undefined without a token, and "repeated" if a parameter is given twice. */
export function findToken(request: TokenRequest): FoundToken | "repeated" | undefined {
  const { rawPath, rawQuery, headers } = request;
  const inPath = mayHaveToken(rawPath) && TOKEN_PATH.exec(rawPath)?.[1];
  if (inPath) return { text: inPath, inPath: true };
  const inQuery = rawQuery ? findInQuery(rawQuery) : undefined;
  if (inQuery) return inQuery;
  const text = BEARER.exec(headers.get("authorization") ?? "")?.[1] ??
    COOKIE.exec(headers.get("cookie") ?? "")?.[2];
  return text ? { text } : undefined;
}

export function isTokenParameter(name: string): boolean {
  return TOKEN_PARAMETERS.includes(name as TokenParameter);
}

function mayHaveToken(rawPath: string): boolean {
  const char = rawPath[1];
  return char === "." || char === "%";
}

function findInQuery(rawQuery: string): FoundToken | "repeated" | undefined {
  if (!/hdnts|token|%/i.test(rawQuery)) return undefined;
  const parameters = parseQuery(rawQuery);
  for (const parameter of TOKEN_PARAMETERS) {
    const [first, second] = parameters.filter(({ name }) => name === parameter);
    if (second) return "repeated";
    const text = first?.raw.slice(first.raw.indexOf("=") + 1);
    if (text && first!.raw.includes("=")) return { text, parameter };
  }
  return undefined;
}
