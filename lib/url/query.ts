/** The query of a URL (RFC 3986 §3.4). */

import { RequestError } from "../errors.ts";

export interface QueryParameter {
  readonly name: string;
  /** `name=value` or `name`, as received but safe in a URL. */
  readonly raw: string;
}

/** Parses a query without `?`. Parameters whose names cannot be decoded are omitted. */
export function parseQuery(rawQuery: string): QueryParameter[] {
  return rawQuery.split("&").flatMap((raw) => {
    const name = decode(raw.split("=", 1)[0]!);
    return name ? [{ name, raw: escapeUnsafe(raw) }] : [];
  });
}

/**
 * Decodes a value: `+` is a space, as in HTML forms; "" without a value.
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

/** Browsers send some of these characters; in a playlist a quote would end the URI. */
const UNSAFE = /[^A-Za-z0-9\-._~!$&'()*+,;=:@\/?%]/gu;

function escapeUnsafe(raw: string): string {
  return raw.toWellFormed().replace(UNSAFE, encodeURIComponent);
}

export function formatQuery(parameters: readonly QueryParameter[]): string {
  return parameters.length > 0 ? `?${parameters.map(({ raw }) => raw).join("&")}` : "";
}

/** Returns the query as received but safe in a URL, with `?`; "" without one. */
export function formatRawQuery({ rawQuery }: { readonly rawQuery?: string }): string {
  return rawQuery ? `?${escapeUnsafe(rawQuery)}` : "";
}
