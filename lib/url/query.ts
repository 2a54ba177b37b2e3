/** The query of a URL (RFC 3986 §3.4): parameters separated by `&`, in their order. */

import { RequestError } from "../errors.ts";

export interface QueryParameter {
  /** Decoded. */
  readonly name: string;
  /** `name=value` as received, safe in a URL; without a value there is no `=`. */
  readonly raw: string;
}

/**
 * Parses a query. Parameters whose names cannot be decoded are omitted.
 *
 * @param rawQuery as the client sent it, without `?`
 */
export function parseQuery(rawQuery: string): QueryParameter[] {
  return rawQuery.split("&").flatMap((raw) => {
    const name = decode(raw.split("=", 1)[0]!);
    return name ? [{ name, raw: escapeUnsafe(raw) }] : [];
  });
}

/**
 * Decodes the value of a parameter: `+` is a space, as in HTML forms; "" without a value.
 *
 * @throws RequestError `BAD_REQUEST` if the percent-encoding is not valid UTF-8
 */
export function getParameterValue({ name, raw }: QueryParameter): string {
  const value = decode(raw.slice(raw.split("=", 1)[0]!.length + 1));
  if (value !== undefined) return value;
  throw new RequestError(
    "BAD_REQUEST",
    `Cannot read the query: the percent-encoding of '${name.slice(0, 100)}' is not valid UTF-8`,
  );
}

function decode(text: string): string | undefined {
  const withSpaces = text.replaceAll("+", " ");
  if (!withSpaces.includes("%")) return withSpaces;
  try {
    return decodeURIComponent(withSpaces);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Characters that a query must not contain. Browsers send some of them; in a playlist a quote would end the URI. */
const UNSAFE = /[^A-Za-z0-9\-._~!$&'()*+,;=:@\/?%]/gu;

function escapeUnsafe(raw: string): string {
  return raw.toWellFormed().replace(UNSAFE, encodeURIComponent);
}

/** Formats a query, with its `?`; "" without parameters. */
export function formatQuery(parameters: readonly QueryParameter[]): string {
  return parameters.length > 0 ? `?${parameters.map(({ raw }) => raw).join("&")}` : "";
}
