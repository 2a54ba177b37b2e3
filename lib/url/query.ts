/** The query of a URL (RFC 3986 §3.4): parameters parted by `&`, in the order in which they came. */

import { RequestError } from "../errors.ts";

/** One parameter. */
export interface QueryParameter {
  /** Decoded. */
  readonly name: string;
  /** `name=value`, percent-encoded as it came; a parameter without a value has no `=`. Safe in a URL. */
  readonly raw: string;
}

/**
 * The parameters of a query. One whose name can't be decoded is nobody's, and left out.
 *
 * @param query as the client sent it, without its `?`
 */
export function parseQuery(query: string): QueryParameter[] {
  return query.split("&").flatMap((raw) => {
    const name = decoded(raw.split("=", 1)[0]!);
    return name ? [{ name, raw: safe(raw) }] : [];
  });
}

/**
 * Its value, decoded: `+` is a space, as in forms; "" where there is none.
 *
 * @throws RequestError `BAD_REQUEST` when its percent-encoding is not of UTF-8
 */
export function getParameterValue({ name, raw }: QueryParameter): string {
  const value = decoded(raw.slice(raw.split("=", 1)[0]!.length + 1));
  if (value !== undefined) return value;
  throw new RequestError(
    "BAD_REQUEST",
    `Cannot read the query: the percent-encoding of '${name.slice(0, 100)}' is not of UTF-8`,
  );
}

function decoded(text: string): string | undefined {
  const spaced = text.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** What a query may not hold as it is: browsers send some of it, and in a playlist a quote would end the URI. */
const UNSAFE = /[^A-Za-z0-9\-._~!$&'()*+,;=:@\/?%]/gu;

function safe(raw: string): string {
  return raw.toWellFormed().replace(UNSAFE, encodeURIComponent);
}

/** A query of parameters, with its `?`; "" of none. */
export function formatQuery(parameters: readonly QueryParameter[]): string {
  return parameters.length > 0 ? `?${parameters.map(({ raw }) => raw).join("&")}` : "";
}
