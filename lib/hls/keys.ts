/** EXT-X-KEY (RFC 8216bis §4.4.4.4) and EXT-X-SESSION-KEY (§4.4.6.4), and what HLS does not support of a protected presentation. */

import { getHlsMethod } from "../drm/encryption_scheme.ts";
import { invalidKeys } from "../drm/keys_error.ts";
import type { HlsKeyAttributes } from "../drm/system.ts";
import type { DrmSystemName } from "../drm/system_id.ts";
import { RequestError } from "../errors.ts";
import type { Protection, ProtectionKey } from "../presentation/encryption.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { explainUnsupportedFormat } from "../presentation/segment_protection.ts";
import { signalKey } from "../presentation/signalled_keys.ts";
import { getMediaQuery } from "../selection/select.ts";
import { formatAttributes, quote, type SegmentFormat } from "./m3u8.ts";

type Protected = Pick<Presentation, "protection" | "selection">;

/** Order of the lines of a key: the system of Apple's devices first. */
const SYSTEM_ORDER: readonly DrmSystemName[] = ["fairplay", "playready", "widevine", "clearkey"];

/**
 * Builds the EXT-X-KEY tags of a media playlist, which follow EXT-X-MAP, so that they do not apply to the init segment.
 *
 * @returns none for a rendition that is not encrypted
 */
export function buildKeyTags(presentation: Protected, rendition: Rendition): string[] {
  return getKid(rendition).flatMap((kid) => describeKey(presentation, kid).media)
    .map((attributes) => `#EXT-X-KEY:${attributes}`);
}

/** Builds the EXT-X-SESSION-KEY tags of the renditions in a multivariant playlist, each once. */
export function buildSessionKeyTags(
  presentation: Protected,
  renditions: readonly Rendition[],
): string[] {
  const kids = new Set(renditions.flatMap(getKid));
  const tags = [...kids].sort().flatMap((kid) => describeKey(presentation, kid).session)
    .map((attributes) => `#EXT-X-SESSION-KEY:${attributes}`);
  return [...new Set(tags)];
}

function getKid(rendition: Rendition): string[] {
  return rendition.type !== "text" && rendition.encryption ? [rendition.encryption.key.kid] : [];
}

function describeKey(presentation: Protected, kid: string): HlsKeyAttributes {
  const { scheme, keys } = presentation.protection!;
  if (scheme === "aes-128") {
    return describeAes128Key(keys.get(kid)!.licences, getMediaQuery(presentation));
  }
  const lists = signalKey(
    presentation.protection!,
    kid,
    (system, key) => system.hls?.(key),
    SYSTEM_ORDER,
  );
  return {
    media: lists.flatMap(({ media }) => media),
    session: lists.flatMap(({ session }) => session),
  };
}

const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Without an IV attribute the IV is the media sequence number, without KEYFORMAT the key is at the URI (§4.4.4.4).
 *
 * @param query for the keys that this server serves
 */
function describeAes128Key(
  { "aes-128": url }: ProtectionKey["licences"],
  query: string,
): HlsKeyAttributes {
  if (url === undefined) {
    throw invalidKeys(
      "Cannot build an HLS playlist with aes-128: players cannot get the key, " +
        "expected --serve-keys or licences.aes-128 of the key source",
    );
  }
  const uri = ABSOLUTE_URL.test(url) ? url : url + query;
  const attributes = formatAttributes({ METHOD: getHlsMethod("aes-128"), URI: quote(uri) });
  return { media: [attributes], session: [attributes] };
}

/**
 * Checks that HLS supports the protection of a presentation.
 *
 * @throws RequestError `NOT_FOUND` if the format does not support the scheme, or if no system has a line for a key
 * @throws KeysError `KEYS_INVALID` if players cannot get the key of `aes-128`
 */
export function checkProtection(presentation: Protected, format: SegmentFormat): void {
  const reason = explainUnsupportedInHls(presentation, format);
  if (reason !== undefined) {
    throw new RequestError("NOT_FOUND", `Cannot build an HLS playlist: ${reason}`);
  }
  for (const kid of presentation.protection?.keys.keys() ?? []) describeKey(presentation, kid);
}

/** Returns why HLS does not support the protection of a presentation; undefined if it does. */
export function explainUnsupportedInHls(
  presentation: Pick<Presentation, "protection">,
  format: SegmentFormat,
): string | undefined {
  const { protection } = presentation;
  if (!protection) return undefined;
  const reason = explainUnsupportedFormat(presentation, format === "ts" ? "mpegts" : "cmaf");
  if (reason !== undefined || protection.scheme === "aes-128") return reason;
  const hasLines = [...protection.keys.keys()].every((kid) =>
    describeKey(presentation, kid).media.length > 0
  );
  return hasLines ? undefined : explainNoLines(protection);
}

function explainNoLines({ scheme, systems }: Protection): string {
  if (systems.length === 0) {
    return `it is protected with ${scheme}, without a DRM system that has an EXT-X-KEY`;
  }
  const names = systems.join(", ");
  return `it is protected with ${scheme}, for which none of its DRM systems has an EXT-X-KEY: ${names}`;
}

/** Returns a log line that names the systems that HLS omits; "" if it omits none. */
export function describeOmittedSystems({ protection }: Pick<Presentation, "protection">): string {
  if (!protection) return "";
  const { scheme, systems } = protection;
  return scheme === "cenc" && systems.includes("fairplay")
    ? "HLS omits fairplay, which supports cbcs only"
    : "";
}
