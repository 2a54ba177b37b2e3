/** KIDs in init segments and in manifests of all protocols agree, for each file of testdata/ in each scheme. */

import { assert, assertEquals } from "@std/assert";
import { buildInit } from "../lib/cmaf/init.ts";
import { buildMpd } from "../lib/dash/mpd.ts";
import { buildMediaPlaylist } from "../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../lib/hls/multivariant_playlist.ts";
import { isSupportedInFmp4 } from "../lib/hls/support.ts";
import type { MediaRendition, Presentation } from "../lib/presentation/presentation.ts";
import { explainUnsupportedFormat } from "../lib/presentation/segment_protection.ts";
import { buildSmoothManifest } from "../lib/smooth/manifest.ts";
import { isSupportedInSmooth } from "../lib/smooth/streams.ts";
import { openProtected, type ProtectionOptions } from "./protected_presentations.ts";
import { MEDIA } from "./sample_presentations.ts";

/** Returns a UUID of 32 hexadecimal digits. */
function toUuid(hex: string): string {
  return hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Reads the KID of WidevinePsshData in a box: its first field. */
function readWidevineKid(box: string): string {
  const bytes = Uint8Array.fromBase64(box);
  assertEquals(bytes.subarray(12, 28).toHex(), "edef8ba979d64acea3c827dcd51d21ed");
  assertEquals(bytes.subarray(32, 34).toHex(), "1210");
  return toUuid(bytes.subarray(34, 50).toHex());
}

/** Reads the KID of the header in an object, whose first three fields are little-endian. */
function readPlayReadyKid(object: string): string {
  const header = new TextDecoder("utf-16le").decode(Uint8Array.fromBase64(object).subarray(10));
  const [, kid] = /<KID>([^<]+)<|<KID [^>]*VALUE="([^"]+)"/.exec(header)!.filter(Boolean);
  const guid = Uint8Array.fromBase64(kid!);
  for (const [start, end] of [[0, 4], [4, 6], [6, 8]]) guid.subarray(start, end).reverse();
  return toUuid(guid.toHex());
}

/** Reads the KIDs of the common pssh, which is the last box of an init segment. */
function readCommonKids(init: Uint8Array): string[] {
  const [, digits] = /70737368010000001077efecc0b24d02ace33c1e52e2fb4b(.*)$/.exec(init.toHex())!;
  const count = parseInt(digits!.slice(0, 8), 16);
  assertEquals(digits!.length, 8 + 32 * count + 8, "a pssh at the end of the init segment");
  return Array.from({ length: count }, (_, i) => toUuid(digits!.slice(8 + 32 * i, 40 + 32 * i)));
}

/** Reads default_KID of the tenc of each sample entry. */
function readTencKids(init: Uint8Array): string[] {
  return Array.from(
    init.toHex().matchAll(/74656e630[01]000000.{8}(.{32})/g),
    ([, kid]) => toUuid(kid!),
  );
}

/** Returns the text of the AdaptationSet of a rendition. */
function findSet(mpd: string, { name }: MediaRendition): string {
  return Array.from(mpd.matchAll(/<AdaptationSet .*?<\/AdaptationSet>/gs), ([text]) => text)
    .find((text) => text.includes(`<Representation id="${name}"`))!;
}

/** Returns the KIDs of an AdaptationSet. */
function readDashKids(set: string): string[] {
  const [widevine, playready] = Array.from(set.matchAll(/<cenc:pssh>(.*)</g), ([, box]) => box!);
  const [, pro] = /<mspr:pro>(.*)</.exec(set)!;
  assert(Uint8Array.fromBase64(playready!).toHex().endsWith(Uint8Array.fromBase64(pro!).toHex()));
  return [
    /cenc:default_KID="([^"]+)"/.exec(set)![1]!,
    readWidevineKid(widevine!),
    readPlayReadyKid(pro!),
  ];
}

/** Returns the KIDs in lines with keys, in both forms of a line if it has two. */
function readHlsKids(playlist: string): string[] {
  const lines = playlist.match(/^#EXT-X-(SESSION-)?KEY:.*$/gm) ?? [];
  return lines.flatMap((line) => {
    const [, uri] = /URI="([^"]+)"/.exec(line)!;
    const [, id] = /KEYID=0x([0-9A-F]{32})/.exec(line) ?? [];
    return [...readKeyUri(line, uri!), ...id ? [toUuid(id)] : []];
  });
}

function readKeyUri(line: string, uri: string): string[] {
  const data = uri.replace(/^data:.*;base64,/, "");
  if (line.includes("METHOD=AES-128")) return [uri.replace(/^key\//, "")];
  if (line.includes("com.apple.streamingkeydelivery")) return [uri.replace("skd://", "")];
  if (line.includes("com.microsoft.playready")) return [readPlayReadyKid(data)];
  if (line.includes("org.w3.clearkey")) return [toUuid(Uint8Array.fromBase64(data).toHex())];
  return [readWidevineKid(data)];
}

function listMedia({ renditions }: Presentation): MediaRendition[] {
  return [...renditions.values()].filter((rendition) => rendition.type !== "text")
    .filter(({ type }) => type !== "image");
}

function getKid({ encryption }: MediaRendition): string {
  return encryption!.key.kid;
}

/** Asserts that values are equal to the KID, and that there are as many. */
function assertKids(found: readonly string[], kid: string, count: number): void {
  assertEquals(found, Array.from({ length: count }, () => kid));
}

/** Lines of four systems in cbcs and three in cenc, two of which have KEYID. */
const HLS_KIDS = { cbcs: 6, cenc: 5, "aes-128": 1 };

function checkPresentation(presentation: Presentation): void {
  const { scheme, keys } = presentation.protection!;
  const media = listMedia(presentation);
  const used = [...new Set(media.map(getKid))].sort();
  assertEquals([...keys.keys()], used);
  const mpd = scheme === "aes-128" ? "" : buildMpd(presentation);
  if (scheme !== "aes-128") {
    for (const rendition of media) {
      const init = buildInit(rendition);
      assertKids(readTencKids(init), getKid(rendition), rendition.track.entries.length);
      assertEquals(readCommonKids(init), used);
      assertKids(readDashKids(findSet(mpd, rendition)), getKid(rendition), 3);
    }
  }
  const inFmp4 = media.filter(isSupportedInFmp4);
  for (const rendition of inFmp4) {
    const playlist = buildMediaPlaylist(presentation, rendition, "fmp4");
    assertKids(readHlsKids(playlist), getKid(rendition), HLS_KIDS[scheme]);
    if (scheme !== "aes-128") assertSameData(findSet(mpd, rendition), playlist);
  }
  if (inFmp4.length > 0) {
    const session = readHlsKids(buildMultivariantPlaylist(presentation, "fmp4"));
    assertEquals([...new Set(session)].sort(), [...new Set(inFmp4.map(getKid))].sort());
    assertEquals(session.length, HLS_KIDS[scheme] * new Set(session).size);
  }
  const isInSmooth = explainUnsupportedFormat(presentation, "smooth") === undefined;
  if (isInSmooth && media.some(isSupportedInSmooth)) checkSmooth(presentation, used[0]!);
}

/** Asserts that DASH and HLS have the same box of Widevine and the same object of PlayReady. */
function assertSameData(set: string, playlist: string): void {
  const [, widevine] = /<cenc:pssh>(.*)</.exec(set)!;
  const [, object] = /<mspr:pro>(.*)</.exec(set)!;
  assert(playlist.includes(`base64,${widevine}"`), widevine);
  assert(playlist.includes(`base64,${object}"`), object);
}

function checkSmooth(presentation: Presentation, kid: string): void {
  const [, object] = /<ProtectionHeader [^>]*>(.*)</.exec(buildSmoothManifest(presentation))!;
  assertEquals(readPlayReadyKid(object!), kid);
  const [, pro] = /<mspr:pro>(.*)</.exec(buildMpd(presentation))!;
  assertEquals(object, pro);
}

const PROTECTIONS: ProtectionOptions[] = [
  { scheme: "cbcs", per: "resolution" },
  { scheme: "cenc", per: "type" },
  { scheme: "cenc", per: "all" },
  { scheme: "aes-128", servesKeys: true },
];

const LADDER = MEDIA.filter((name) => name.startsWith("ladder-"));

for (const options of PROTECTIONS) {
  const { scheme, per = "all" } = options;
  Deno.test(`KIDs of ${scheme} agree in init segments and manifests: one key for ${per}`, async (t) => {
    for (const files of [LADDER, ...MEDIA.map((name) => [name])]) {
      await t.step(files.join(), async () => {
        const presentation = await openProtected(files, options);
        presentation.close();
        checkPresentation(presentation);
      });
    }
  });
}
