/**
 * m3u8-parser and hls-parser read playlists of protected presentations without warnings. Of several EXT-X-KEY hls-parser retains the
 * last one. m3u8-parser has those of FairPlay, PlayReady and Widevine in `contentProtection`, takes ClearKey's for a key at its URI, and
 * ignores EXT-X-SESSION-KEY.
 */

import { assert, assertEquals } from "@std/assert";
import { buildPlaylists, type MediaPlaylist, type SEGMENT_FORMATS } from "../playlists.ts";
import type { ProtectionOptions } from "../protected_presentations.ts";
import { hlsParser, parseM3u8 } from "./parsed_playlists.ts";
import { openProtectedLadder } from "./protected_ladder.ts";

interface Manifest {
  segments: { uri: string; map?: { uri: string }; key?: { method: string; uri: string } }[];
  contentProtection?: Record<string, unknown>;
}

interface Expected {
  readonly method: string;
  /** KEYFORMAT of each line; undefined without the attribute. */
  readonly formats: readonly (string | undefined)[];
  /** As m3u8-parser names the systems. */
  readonly systems?: readonly string[];
}

const PLAYREADY = "com.microsoft.playready";
const FORMATS = [PLAYREADY, "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "org.w3.clearkey"];
const SYSTEMS = [PLAYREADY, "com.widevine.alpha"];

const cases: [
  format: typeof SEGMENT_FORMATS[number],
  options: ProtectionOptions,
  expected: Expected,
][] = [
  ["fmp4", { scheme: "cbcs" }, {
    method: "SAMPLE-AES",
    formats: ["com.apple.streamingkeydelivery", ...FORMATS],
    systems: ["com.apple.fps.1_0", ...SYSTEMS],
  }],
  ["fmp4", { scheme: "cenc" }, { method: "SAMPLE-AES-CTR", formats: FORMATS, systems: SYSTEMS }],
  ["fmp4", { scheme: "aes-128", servesKeys: true }, { method: "AES-128", formats: [undefined] }],
  ["ts", { scheme: "aes-128", servesKeys: true }, { method: "AES-128", formats: [undefined] }],
];

for (const [format, options, expected] of cases) {
  const { scheme } = options;
  Deno.test(`m3u8-parser and hls-parser read playlists of ${format} in ${scheme}`, async () => {
    const presentation = await openProtectedLadder(options);
    const { text, media } = buildPlaylists(presentation, format);
    parseM3u8<Manifest>(text);
    const multivariant = hlsParser.parse(text);
    assert(multivariant.isMasterPlaylist);
    const keys = multivariant.sessionKeyList;
    assertEquals(keys.map(({ format }) => format), [...expected.formats]);
    assertEquals(new Set(keys.map(({ method }) => method)), new Set([expected.method]));
    for (const playlist of media.values()) checkMedia(playlist, expected);
  });
}

function checkMedia(
  { text, rendition: { type }, uri }: MediaPlaylist,
  { method, formats, systems }: Expected,
): void {
  const one = parseM3u8<Manifest>(text);
  const other = hlsParser.parse(text);
  assert(!other.isMasterPlaylist);
  const isProtected = type === "video" || type === "audio";
  assertEquals(
    one.contentProtection && Object.keys(one.contentProtection),
    isProtected && systems ? [...systems] : undefined,
    uri,
  );
  const { length } = one.segments;
  const keys = other.segments.map(({ key }) => key ? [key.method, key.format, key.iv] : []);
  const last = isProtected ? [method, formats.at(-1), undefined] : [];
  assertEquals(keys, Array.from({ length }, () => last), uri);
  for (const { key } of one.segments) assertEquals(key?.method, isProtected ? method : undefined);
}
