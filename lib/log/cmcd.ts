/** Common Media Client Data of requests (CTA-5004). */

import { type CmcdData, decodeCmcd } from "@svta/cml-cmcd";
import { Cache } from "../cache.ts";
import { getParameterValue, parseQuery } from "../url/query.ts";
import { redactText } from "./redaction.ts";

/** Limits the data as sent, and its JSON. */
const MAX_CHARS = 2048;

const HEADERS = ["cmcd-object", "cmcd-request", "cmcd-session", "cmcd-status"];

/** Decoded headers: most repeat the session or the object of another request, and take microseconds to decode. */
const decodedHeaders = new Cache<CmcdData>(2 ** 18);

/** Returns the data as JSON; undefined if there is none, or if it is broken or too long. */
export function readCmcd(headers: Headers, rawQuery = ""): string | undefined {
  try {
    const data = readHeaders(headers) ??
      (rawQuery.includes("CMCD=") ? readQuery(rawQuery) : undefined);
    return data && formatData(data);
  } catch {
    return undefined; // what a player sends wrong is no concern of the response
  }
}

/** @throws Error for data that is broken */
function readHeaders(headers: Headers): CmcdData | undefined {
  let data: CmcdData | undefined;
  let chars = 0;
  for (const name of HEADERS) {
    const value = headers.get(name);
    if (!value) continue;
    chars += value.length;
    if (chars > MAX_CHARS) return {};
    data = Object.assign(data ?? {}, decodeHeader(value));
  }
  return data;
}

function decodeHeader(value: string): CmcdData {
  const known = decodedHeaders.get(value);
  if (known) return known;
  const data = decodeCmcd(value);
  decodedHeaders.set(value, data, 512 + 8 * value.length);
  return data;
}

/** @throws Error for data that is broken */
function readQuery(rawQuery: string): CmcdData | undefined {
  const parameter = parseQuery(rawQuery).find(({ name }) => name === "CMCD");
  const text = parameter === undefined ? "" : getParameterValue(parameter);
  return text === "" || text.length > MAX_CHARS ? undefined : decodeCmcd(text);
}

function formatData(data: CmcdData): string | undefined {
  let json = JSON.stringify(data);
  if (containsToken(json)) json = JSON.stringify(removeTokens(data));
  return json.length > MAX_CHARS || json === "{}" ? undefined : json;
}

/** The next object (`nor`) is a URL, which may contain a token. */
function removeTokens(data: CmcdData): CmcdData {
  const members = Object.entries(data).filter(([, value]) => !containsToken(JSON.stringify(value)));
  return Object.fromEntries(members);
}

function containsToken(text: string): boolean {
  return redactText(text) !== text;
}
