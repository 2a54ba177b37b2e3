/**
 * Gives players keys (`--serve-keys`): licenses of Clear Key (Encrypted Media Extensions §9.1), and keys of AES-128
 * (RFC 8216 §4.3.2.4). No response is stored, and none has an ETag.
 */

import * as v from "valibot";
import { toKidBytes } from "../drm/key_id.ts";
import { RequestError } from "../errors.ts";
import type { HttpRequest } from "../http/request.ts";
import type { Bytes } from "../http/resource.ts";
import { Asset } from "../library/asset.ts";
import type { Library } from "../library/library.ts";
import type { ServedKeyResult } from "../metrics/result_counts.ts";
import type { App } from "./app.ts";
import { JSON_TYPE } from "./manifest_table.ts";
import { methodNotAllowed, notFound } from "./not_found.ts";
import type { KeyRoute } from "./routes.ts";

/** Methods at the URL of licenses. */
export const LICENSE_METHODS = "POST, OPTIONS";

type PresentationKeys = Pick<Asset, "presentation">;

/**
 * Serves keys of a package.
 *
 * @throws RequestError `NOT_FOUND` if ams does not serve keys, or the package does not use them; `FORBIDDEN` if no token admits the
 *   request; `METHOD_NOT_ALLOWED`, `BAD_REQUEST`; and as `Library.open()`
 */
export async function serveKeys(
  request: HttpRequest,
  app: App,
  route: KeyRoute,
): Promise<Response> {
  requireServing(request, app);
  const { responder, library } = app;
  if (route.kind === "key") {
    using asset = await openAsset(library, route.file);
    const bytes = getSegmentKey(asset, route);
    if (request.method === "GET") app.keyResults.add("served");
    return responder.respondWithSecret(request, { type: "application/octet-stream", bytes });
  }
  if (request.method !== "POST") throw methodNotAllowed(request.method, LICENSE_METHODS);
  const kids = parseLicenseRequest(await readText(request));
  using asset = await openAsset(library, route.file);
  const bytes = new TextEncoder().encode(buildLicense(asset, route.file, kids));
  app.keyResults.add("served");
  return responder.respondWithSecret(request, { type: JSON_TYPE, bytes });
}

/** @throws RequestError `NOT_FOUND` for a channel, which has no keys */
async function openAsset(library: Library, file: string): Promise<Asset> {
  const opened = await library.open(file);
  if (opened instanceof Asset) return opened;
  opened.release();
  throw notFound(`keys: '${file}' is a channel`);
}

function requireServing({ admission }: HttpRequest, { keyServing }: App): void {
  if (!keyServing) throw notFound("keys: ams runs without --serve-keys");
  if (keyServing === "open" || admission?.hasToken) return;
  const why = "Cannot serve keys of this path: no policy requires a token";
  throw new RequestError("FORBIDDEN", why);
}

/** @throws RequestError `NOT_FOUND` */
function getSegmentKey({ presentation: { protection } }: PresentationKeys, { file, kid }: {
  readonly file: string;
  readonly kid: string;
}): Bytes {
  const found = protection?.scheme === "aes-128" ? protection.keys.get(kid) : undefined;
  if (!found) throw notFound(`key ${kid} of '${file}'`);
  return new Uint8Array(found.key.key.reveal());
}

/**
 * Returns the license: a JSON Web Key Set of the keys that the presentation uses.
 *
 * @param kids 16 bytes each, or other bytes, which name no key
 * @throws RequestError `NOT_FOUND` if there is none
 */
function buildLicense(
  { presentation: { protection } }: PresentationKeys,
  file: string,
  kids: ReadonlySet<string>,
): string {
  const used = protection && protection.scheme !== "aes-128" ? [...protection.keys] : [];
  const keys = used
    .map(([kid, { key }]) => ({ kid: toBase64Url(toKidBytes(kid)), key: key.key }))
    .filter(({ kid }) => kids.has(kid))
    .map(({ kid, key }) => ({ kty: "oct", kid, k: toBase64Url(key.reveal()) }));
  if (keys.length === 0) throw notFound(`a requested key of '${file}'`);
  return JSON.stringify({ keys, type: "temporary" });
}

const LICENSE_REQUEST = v.object({
  kids: v.array(v.string()),
  type: v.exactOptional(v.literal("temporary")),
});

/** Returns the KIDs in base64url without padding. */
function parseLicenseRequest(text: string): ReadonlySet<string> {
  try {
    const { kids } = v.parse(LICENSE_REQUEST, JSON.parse(text));
    return new Set(kids.map((kid) => kid.replace(/=+$/, "")));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof v.ValiError)) throw error;
    const expected = '{"kids":["<KID in base64url>"],"type":"temporary"}';
    throw new RequestError("BAD_REQUEST", `Cannot read the license request, expected ${expected}`);
  }
}

async function readText(request: HttpRequest): Promise<string> {
  return new TextDecoder().decode(await request.readBody?.());
}

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Returns how a request for keys failed. */
export function toServedKeyResult(error: unknown): ServedKeyResult {
  if (!(error instanceof RequestError)) return "failed";
  if (error.status === 403) return "denied";
  if (error.status === 404) return "missing";
  return error.status < 500 ? "invalid" : "failed";
}
