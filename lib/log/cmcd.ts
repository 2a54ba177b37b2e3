/** Common Media Client Data of requests (CTA-5004). */

import { type CmcdData, decodeCmcd } from "@svta/cml-cmcd";
import { getParameterValue, parseQuery } from "../url/query.ts";
import { redactText } from "./redaction.ts";

/** Limits the data as sent, and its JSON. */
const MAX_CHARS = 2048;

const HEADERS = ["cmcd-object", "cmcd-request", "cmcd-session", "cmcd-status"];

/** Returns the data as JSON; undefined if there is none, or if it is broken or too long. */
export function readCmcd(headers: Headers, rawQuery = ""): string | undefined {
  const inHeaders = readHeaders(headers);
  if (inHeaders === "" && !rawQuery.includes("CMCD=")) return undefined;
  try {
    return formatCmcd(inHeaders || readQuery(rawQuery));
  } catch {
    return undefined; // what a player sends wrong is no concern of the response
  }
}

/** @throws Error for data that is broken */
function formatCmcd(text: string): string | undefined {
  if (text === "" || text.length > MAX_CHARS) return undefined;
  const json = JSON.stringify(removeTokens(decodeCmcd(text)));
  return json.length > MAX_CHARS || json === "{}" ? undefined : json;
}

function readHeaders(headers: Headers): string {
  let text = "";
  for (const name of HEADERS) {
    const value = headers.get(name);
    if (value) text = text === "" ? value : `${text},${value}`;
  }
  return text;
}

/** @throws RequestError if the percent-encoding is not valid UTF-8 */
function readQuery(rawQuery: string): string {
  const parameter = parseQuery(rawQuery).find(({ name }) => name === "CMCD");
  return parameter === undefined ? "" : getParameterValue(parameter);
}

/** The next object (`nor`) is a URL, which may contain a token. */
function removeTokens(data: CmcdData): CmcdData {
  const members = Object.entries(data).filter(([, value]) => {
    const text = JSON.stringify(value);
    return redactText(text) === text;
  });
  return Object.fromEntries(members);
}
