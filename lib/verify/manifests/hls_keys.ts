/** Compares EXT-X-KEY and EXT-X-SESSION-KEY (RFC 8216bis §4.4.4.4, §4.4.6.5) with the keys of init segments. */

import type { DrmSystemName } from "../../drm/system_id.ts";
import type { SegmentFormat } from "../../hls/m3u8.ts";
import type { Protection } from "../../presentation/encryption.ts";
import type { Rendition } from "../../presentation/presentation.ts";
import type { Report } from "../findings.ts";
import { tryDecodeBase64 } from "../readers/license_data.ts";
import { findTags, parseAttributes, type Playlist } from "../readers/playlist.ts";
import {
  findObjectDifference,
  findPsshDifference,
  getInitKid,
  isVendors,
  listHlsSystems,
  WIDEVINE_ID,
} from "./license_systems.ts";
import type { ManifestContext } from "./manifest_context.ts";

const KEY = "EXT-X-KEY";
const SESSION_KEY = "EXT-X-SESSION-KEY";

const KEY_FORMATS: Readonly<Record<string, DrmSystemName>> = {
  [`urn:uuid:${WIDEVINE_ID}`]: "widevine",
  "com.microsoft.playready": "playready",
  "com.apple.streamingkeydelivery": "fairplay",
  "org.w3.clearkey": "clearkey",
};

const METHODS = { cbcs: "SAMPLE-AES", cenc: "SAMPLE-AES-CTR", "aes-128": "AES-128" };

type Attributes = Readonly<Record<string, string>>;

/** Checks a playlist of segments or of key frames. */
export function checkKeyLines(
  playlist: Playlist,
  rendition: Rendition,
  { context, format }: { readonly context: ManifestContext; readonly format: SegmentFormat },
): void {
  const report = context.reportAt(rendition.name);
  const lines = findTags(playlist, KEY).map(parseAttributes);
  const { protection } = context.presentation;
  const kid = getInitKid(rendition, context);
  if (!protection || kid === undefined) {
    if (lines.length > 0) report("key line", `got ${lines.length} EXT-X-KEY, expected none`);
    return;
  }
  checkPosition(playlist, format, report);
  checkLines(lines, { protection, kid }, report);
}

/**
 * Keys precede all segments, and follow EXT-X-MAP, so that the init segment is not taken for encrypted. A playlist of key frames
 * may be empty.
 */
function checkPosition({ tags, uris }: Playlist, format: SegmentFormat, report: Report): void {
  const before = uris[0]?.tags ?? tags;
  if (tags.filter(({ name }) => name === KEY).some((tag) => !before.includes(tag))) {
    report("key line", "EXT-X-KEY follows a segment");
  }
  const names = before.map(({ name }) => name);
  if (format === "fmp4" && names.indexOf(KEY) < names.indexOf("EXT-X-MAP")) {
    report("key line", "EXT-X-KEY precedes EXT-X-MAP");
  }
}

interface ExpectedKey {
  readonly protection: Protection;
  readonly kid: string;
}

/** Lines of a key server are its own, but for METHOD. */
function checkLines(lines: readonly Attributes[], expected: ExpectedKey, report: Report): void {
  const { protection } = expected;
  const method = METHODS[protection.scheme];
  for (const { METHOD } of lines) {
    if (METHOD !== method) report("key line", `got METHOD ${METHOD}, expected ${method}`);
  }
  if (protection.scheme === "aes-128") return checkWholeSegments(lines, expected, report);
  const systems = lines.map(({ KEYFORMAT = "identity" }) => KEY_FORMATS[KEYFORMAT] ?? KEYFORMAT);
  const names = listHlsSystems(protection);
  const isOwn = (name: DrmSystemName) => !isVendors(protection, expected.kid, name);
  for (const name of names) {
    if (isOwn(name) && !systems.includes(name)) report("key line", `there is none of ${name}`);
  }
  for (const [i, name] of systems.entries()) {
    const system = names.find((one) => one === name);
    if (!system) {
      if (names.every(isOwn)) report("key line", `there is one of ${name}`);
    } else if (isOwn(system)) checkLine(lines[i]!, { ...expected, system }, report);
  }
}

const KEY_PATH = /^key\/([0-9a-f-]{36})(?:\?|$)/;

/** The IV is the media sequence number, thus there is no attribute (RFC 8216bis §5.2). */
function checkWholeSegments(
  lines: readonly Attributes[],
  { kid }: ExpectedKey,
  report: Report,
): void {
  const [line, ...more] = lines;
  if (!line || more.length > 0) return report("key line", `got ${lines.length} keys, expected 1`);
  const { URI, IV, KEYFORMAT } = line;
  if (!URI) report("key line", "URI is missing");
  if (IV !== undefined) report("key line", `got IV ${IV}, expected none`);
  if (KEYFORMAT !== undefined) report("key line", `got KEYFORMAT ${KEYFORMAT}, expected none`);
  const [, own] = KEY_PATH.exec(URI ?? "") ?? [];
  if (own !== undefined) checkKid("URI", own, { kid, report });
}

function checkLine(
  { KEYFORMATVERSIONS, KEYID, URI = "" }: Attributes,
  { kid, system }: ExpectedKey & { readonly system: DrmSystemName },
  report: Report,
): void {
  if (KEYFORMATVERSIONS !== "1") {
    report("key line", `got KEYFORMATVERSIONS ${KEYFORMATVERSIONS}, expected 1`);
  }
  const hasKeyId = system === "widevine" || system === "clearkey";
  if (hasKeyId) checkKid(`KEYID of ${system}`, KEYID?.replace(/^0x/i, ""), { kid, report });
  const bytes = tryDecodeBase64(
    /^data:text\/plain;(?:charset=UTF-16;)?base64,(.*)$/.exec(URI)?.[1] ?? "",
  );
  if (system === "clearkey") checkKid("URI of clearkey", bytes?.toHex(), { kid, report });
  else if (system !== "fairplay") {
    const difference = system === "widevine"
      ? findPsshDifference(bytes, { systemId: WIDEVINE_ID, kid })
      : findObjectDifference(bytes, kid);
    if (difference) report("key line", `URI of ${system} ${difference}`);
  } else if (!URI.startsWith("skd:") && !/^https:/.test(URI)) {
    report("key line", `got URI ${URI} of fairplay`);
  }
}

function checkKid(
  what: string,
  got: string | undefined,
  { kid, report }: { readonly kid: string; readonly report: Report },
): void {
  if (got?.replaceAll("-", "").toLowerCase() === kid) return;
  report("protection", `${what} is ${got}, expected KID ${kid}`);
}

/** Players request licenses of session keys before they load a media playlist. */
export function checkSessionKeys(
  playlist: Playlist,
  medias: readonly Playlist[],
  context: ManifestContext,
): void {
  const report = context.reportAt();
  const lines = findTags(playlist, SESSION_KEY).map(({ value }) => value);
  const repeated = lines.find((line, i) => lines.indexOf(line) < i);
  if (repeated !== undefined) report("key line", `${SESSION_KEY} occurs twice: ${repeated}`);
  if (findTags(playlist, KEY).length > 0) report("key line", "got EXT-X-KEY of no segment");
  const { protection } = context.presentation;
  const vendors = [...protection?.keys.values() ?? []].some(({ signalling }) => signalling.size);
  if (vendors) return; // has lines of its own for each tag
  const expected = new Set(
    medias.flatMap((media) => findTags(media, KEY)).map(({ value }) => value),
  );
  for (const line of expected) {
    if (!lines.includes(line)) report("key line", `${SESSION_KEY} is missing: ${line}`);
  }
  for (const line of lines) {
    if (!expected.has(line)) report("key line", `${SESSION_KEY} is of no rendition: ${line}`);
  }
}
