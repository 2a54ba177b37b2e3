/** Akamai Token Auth 2.0: `[ip=…~][st=…~]exp=…~acl=…[~id=…][~data=…]~hmac=…`. */

import { createHmac, timingSafeEqual } from "node:crypto";
import { parseNetwork } from "../ip/address.ts";
import type { VerifiedToken } from "./verified_token.ts";
import { matchWildcards } from "./wildcard.ts";

/** A secret by its name in the auth file. */
export interface HmacKey {
  readonly name: string;
  readonly secret: Uint8Array;
}

const HMAC = /~hmac=([0-9a-f]{64})$/;
const FIELD_NAMES = new Set(["ip", "st", "exp", "acl", "id", "data"]);
const SECONDS = /^(?:0|[1-9][0-9]{0,11})$/;

const PATTERN_SEPARATOR = "!";

/** Tries all keys. Returns undefined unless one has signed the token, and it is well-formed. */
export function verifyAkamaiToken(
  text: string,
  keys: readonly HmacKey[],
): VerifiedToken | undefined {
  const [end, hmac] = HMAC.exec(text) ?? [];
  if (!end || !hmac) return undefined;
  const signed = text.slice(0, -end.length);
  const expected = decodeHex(hmac);
  const key = keys.find(({ secret }) => timingSafeEqual(computeHmac(signed, secret), expected));
  return key && readFields(signed, key.name);
}

/** Formats a token as Akamai's generators do, with `%` escaped, since values that contain one are decoded. */
export function formatAkamaiToken(
  { ip, expires, acl }: { ip?: string | undefined; expires: number; acl: string },
  secret: Uint8Array,
): string {
  const address = ip === undefined ? "" : `ip=${escapePercent(ip)}~`;
  const signed = `${address}exp=${expires}~acl=${escapePercent(acl)}`;
  return `${signed}~hmac=${computeHmac(signed, secret).toHex()}`;
}

function escapePercent(value: string): string {
  return value.replaceAll("%", "%25");
}

function computeHmac(text: string, secret: Uint8Array): Uint8Array {
  return createHmac("sha256", secret).update(text).digest();
}

function decodeHex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits);
}

/** Returns undefined for a field that is given twice, or unknown: it may be a restriction. */
function readFields(signed: string, key: string): VerifiedToken | undefined {
  const fields = new Map<string, string>();
  for (const field of signed.split("~")) {
    const end = field.indexOf("=");
    const name = field.slice(0, Math.max(0, end));
    if (!FIELD_NAMES.has(name) || fields.has(name)) return undefined;
    fields.set(name, field.slice(end + 1));
  }
  const [expires, notBefore] = [
    readSeconds(fields.get("exp")),
    readSeconds(fields.get("st") ?? "0"),
  ];
  const [acl, ip] = [unescape(fields.get("acl")), unescape(fields.get("ip"))];
  const network = ip === undefined ? undefined : parseNetwork(ip);
  const isAddressInvalid = fields.has("ip") && network === undefined;
  if (!acl || expires === undefined || notBefore === undefined || isAddressInvalid) {
    return undefined;
  }
  const patterns = acl.split(PATTERN_SEPARATOR);
  return {
    kind: "akamai",
    key,
    notBefore,
    expires,
    covers: (path, isBelow = false) =>
      patterns.some((pattern) =>
        isBelow
          ? pattern.endsWith("*") && matchWildcards(pattern, `${path}/`)
          : matchWildcards(pattern, path)
      ),
    ...network && { networks: [network] },
  };
}

function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && SECONDS.test(text) ? Number(text) : undefined;
}

/** Generators can escape values (`escapeEarly`). Returns undefined for invalid UTF-8. */
function unescape(value: string | undefined): string | undefined {
  if (!value?.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
