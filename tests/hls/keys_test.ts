import { assertEquals } from "@std/assert";
import { buildPlayReadyObject } from "../../lib/drm/playready.ts";
import type { DrmSystemName } from "../../lib/drm/system_id.ts";
import type { VendorSignalling } from "../../lib/drm/vendor_signalling.ts";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import { buildKeyTags, buildSessionKeyTags } from "../../lib/hls/keys.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { parseFilter } from "../../lib/selection/filter.ts";
import { select, type SelectionQuery } from "../../lib/selection/select.ts";
import { buildPlaylists, SEGMENT_FORMATS } from "../playlists.ts";
import { type ProtectionOptions } from "../protected_presentations.ts";
import { findLines, findMedia, LADDER, openProtectedLadder } from "./protected_ladder.ts";
import { openTestdata } from "../sample_presentations.ts";

const KIDS = {
  cbcs: "7271c44c-9375-808f-851a-2cab9d8c169b",
  cenc: "4f3632da-5592-85cb-85fe-13a6b90020fc",
  "aes-128": "fccd63fb-992e-846c-8f1b-0f0759290146",
};

/** Attributes with KEYFORMATVERSIONS, by scheme; PlayReady is replaced by the object. */
const EXPECTED: Record<"cbcs" | "cenc", string[]> = {
  cbcs: [
    `METHOD=SAMPLE-AES,URI="skd://heat/${KIDS.cbcs}",KEYFORMAT="com.apple.streamingkeydelivery"`,
    `METHOD=SAMPLE-AES,URI="data:text/plain;charset=UTF-16;base64,PLAYREADY",KEYFORMAT="com.microsoft.playready"`,
    `METHOD=SAMPLE-AES,URI="data:text/plain;base64,AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEHJxxEyTdYCPhRosq52MFptI88aJmwY=",` +
    `KEYID=0x7271C44C9375808F851A2CAB9D8C169B,KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"`,
    `METHOD=SAMPLE-AES,URI="data:text/plain;base64,cnHETJN1gI+FGiyrnYwWmw==",KEYID=0x7271C44C9375808F851A2CAB9D8C169B,KEYFORMAT="org.w3.clearkey"`,
  ],
  cenc: [
    `METHOD=SAMPLE-AES-CTR,URI="data:text/plain;charset=UTF-16;base64,PLAYREADY",KEYFORMAT="com.microsoft.playready"`,
    `METHOD=SAMPLE-AES-CTR,URI="data:text/plain;base64,AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEE82MtpVkoXLhf4TprkAIPxI49yVmwY=",` +
    `KEYID=0x4F3632DA559285CB85FE13A6B90020FC,KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"`,
    `METHOD=SAMPLE-AES-CTR,URI="data:text/plain;base64,TzYy2lWShcuF/hOmuQAg/A==",KEYID=0x4F3632DA559285CB85FE13A6B90020FC,KEYFORMAT="org.w3.clearkey"`,
  ],
};

function expectLines({ protection }: Presentation, tag: string): string[] {
  const scheme = protection!.scheme as "cbcs" | "cenc";
  const { key } = protection!.keys.get(KIDS[scheme])!;
  const licenseUrl = "https://pr.example/?a=1&b=2";
  const object = buildPlayReadyObject({ key, scheme, licenseUrl }).toBase64();
  return EXPECTED[scheme].map((attributes) =>
    `#${tag}:${attributes.replace("PLAYREADY", object)},KEYFORMATVERSIONS="1"`
  );
}

const LICENCES = {
  fairplay: "skd://{content}/{kid}",
  playready: "https://pr.example/?a=1&b=2",
  widevine: "https://wv.example/",
};

for (const scheme of ["cbcs", "cenc"] as const) {
  Deno.test(`buildKeyTags() has all systems of ${scheme}: FairPlay with cbcs alone`, async () => {
    const presentation = await openProtectedLadder({ scheme, licences: LICENCES });
    for (const type of ["video", "audio"]) {
      const tags = buildKeyTags(presentation, findMedia(presentation, type));
      assertEquals(tags, expectLines(presentation, "EXT-X-KEY"));
    }
    for (const type of ["text", "image"]) {
      assertEquals(buildKeyTags(presentation, findMedia(presentation, type)), []);
    }
    const session = buildSessionKeyTags(presentation, [...presentation.renditions.values()]);
    assertEquals(session, expectLines(presentation, "EXT-X-SESSION-KEY"));
  });

  Deno.test(`playlists in ${scheme} have the keys after EXT-X-MAP, those of subtitles and images none`, async () => {
    const presentation = await openProtectedLadder({ scheme, licences: LICENCES });
    const expected = expectLines(presentation, "EXT-X-KEY");
    const { text, media } = buildPlaylists(presentation, "fmp4");
    assertEquals(
      findLines(text, "EXT-X-SESSION-KEY"),
      expectLines(presentation, "EXT-X-SESSION-KEY"),
    );
    for (const { text, rendition: { type }, uri } of media.values()) {
      const isProtected = type === "video" || type === "audio";
      assertEquals(findLines(text, "EXT-X-KEY"), isProtected ? expected : [], uri);
      const lines = text.split("\n");
      const map = lines.findIndex((line) => line.startsWith("#EXT-X-MAP"));
      const end = map + 1 + expected.length;
      if (isProtected) {
        assertEquals(lines.slice(map + 1, end), expected, uri);
        assertEquals(lines[end]!.startsWith("#EXTINF"), true, uri);
      }
    }
  });
}

Deno.test("playlists with KEYFORMAT declare version 5 or later", async () => {
  const presentation = await openProtectedLadder({ scheme: "cbcs" });
  const { text, media } = buildPlaylists(presentation, "fmp4");
  for (const playlist of [text, ...Array.from(media.values(), ({ text }) => text)]) {
    if (!playlist.includes("KEYFORMAT=")) continue;
    const version = Number(/^#EXT-X-VERSION:(\d+)$/m.exec(playlist)?.[1]);
    assertEquals(version >= 5, true);
  }
});

for (const format of SEGMENT_FORMATS) {
  Deno.test(`playlists in aes-128 have a key relative to them, without IV and KEYFORMAT: ${format}`, async () => {
    const presentation = await openProtectedLadder({ scheme: "aes-128", servesKeys: true });
    const attributes = `METHOD=AES-128,URI="key/${KIDS["aes-128"]}"`;
    const { text, media } = buildPlaylists(presentation, format);
    assertEquals(findLines(text, "EXT-X-SESSION-KEY"), [`#EXT-X-SESSION-KEY:${attributes}`]);
    const found = Array.from(
      media.values(),
      ({ text, rendition }) => [rendition.type, ...findLines(text, "EXT-X-KEY")],
    );
    const expected = Array.from(
      media.values(),
      ({ rendition: { type } }) =>
        type === "video" || type === "audio" ? [type, `#EXT-X-KEY:${attributes}`] : [type],
    );
    assertEquals(found, expected);
  });
}

Deno.test("buildKeyTags() adds forwarded parameters to the URL of a key that AMS serves, not to the operator's", async () => {
  const query = { mediaQuery: "?token=a%20b", playlistQuery: "?start=0&token=a%20b" };
  const list = async (options: Partial<ProtectionOptions>) => {
    const presentation = await openProtectedLadder({ scheme: "aes-128", ...options });
    const selected = select(presentation, query);
    const video = findMedia(selected, "video");
    return [
      ...findLines(buildMediaPlaylist(selected, video, "ts"), "EXT-X-KEY"),
      ...findLines(buildIframePlaylist(selected, video, "fmp4"), "EXT-X-KEY"),
      ...findLines(buildMultivariantPlaylist(selected, "fmp4"), "EXT-X-SESSION-KEY"),
    ].map((line) => /URI="(.*)"/.exec(line)![1]);
  };
  const own = `key/${KIDS["aes-128"]}?token=a%20b`;
  assertEquals(await list({ servesKeys: true }), [own, own, own]);
  const licences = { "aes-128": "https://keys.example/{content}?k={kid}" };
  const other = `https://keys.example/heat?k=${KIDS["aes-128"]}`;
  assertEquals(await list({ licences }), [other, other, other]);
  assertEquals(await list({ licences, servesKeys: true }), [other, other, other]);
});

Deno.test("buildMultivariantPlaylist() has the session keys of what a query selects", async () => {
  const presentation = await openProtectedLadder({
    scheme: "cbcs",
    per: "resolution",
    systems: ["clearkey"],
  });
  const { sd, hd, audio } = presentation.protection!.kids!;
  const list = (query: Partial<SelectionQuery>) => {
    const selected = select(presentation, { mediaQuery: "", playlistQuery: "", ...query });
    return findLines(buildMultivariantPlaylist(selected, "fmp4"), "EXT-X-SESSION-KEY")
      .map((line) => /KEYID=0x(\w+)/.exec(line)![1]);
  };
  const toIds = (...kids: (string | undefined)[]) =>
    kids.map((kid) => kid!.replaceAll("-", "").toUpperCase()).sort();
  assertEquals(list({}), toIds(sd, hd, audio));
  assertEquals(list({ filter: parseFilter('type=="audio"') }), toIds(audio));
  assertEquals(
    list({ filter: parseFilter('type!="video"||MaxHeight<=360') }),
    toIds(sd, audio),
  );
  assertEquals(list({ start: 2, end: 6 }), toIds(sd, hd, audio));
});

Deno.test("media playlists of a clip have the keys of the whole", async () => {
  const whole = await openProtectedLadder({ scheme: "cbcs", per: "type" });
  const clip = select(whole, { start: 4, end: 8, mediaQuery: "?t=1", playlistQuery: "?t=1" });
  for (const type of ["video", "audio"]) {
    const [all, part] = [whole, clip].map((presentation) =>
      buildMediaPlaylist(presentation, findMedia(presentation, type), "fmp4")
    );
    assertEquals(findLines(part!, "EXT-X-KEY"), findLines(all!, "EXT-X-KEY"));
    assertEquals(findLines(part!, "EXT-X-MEDIA-SEQUENCE"), ["#EXT-X-MEDIA-SEQUENCE:2"]);
  }
});

/** Returns the playlist without keys, version in URLs and bandwidths. */
function simplify(playlist: string): string[] {
  return playlist.replaceAll(/\bv[0-9a-f]{12}\b/g, "v").replaceAll(/(BANDWIDTH)=\d+/g, "$1")
    .split("\n").filter((line) => !/^#EXT-X-(SESSION-)?KEY:/.test(line));
}

const PROTECTIONS: ProtectionOptions[] = [
  { scheme: "cbcs" },
  { scheme: "cenc", per: "type" },
  { scheme: "cbcs", per: "resolution" },
  { scheme: "aes-128", servesKeys: true },
];

for (const options of PROTECTIONS) {
  const { scheme, per = "all" } = options;
  Deno.test(`playlists in ${scheme} with keys per ${per} list what those of the clear asset list`, async () => {
    const clear = await openTestdata(LADDER);
    clear.close();
    const presentation = await openProtectedLadder(options);
    for (const format of scheme === "aes-128" ? SEGMENT_FORMATS : ["fmp4"] as const) {
      const [one, other] = [clear, presentation].map((each) => buildPlaylists(each, format));
      assertEquals(simplify(other!.text), simplify(one!.text));
      assertEquals([...other!.media.keys()], [...one!.media.keys()]);
      for (const [uri, { text }] of one!.media) {
        assertEquals(simplify(other!.media.get(uri)!.text), simplify(text), uri);
      }
    }
  });
}

/** Replaces the signalling of the key server for the only key. */
function withVendor(
  presentation: Presentation,
  vendor: ReadonlyMap<DrmSystemName, VendorSignalling>,
): Presentation {
  const { keys } = presentation.protection!;
  const changed = Array.from(keys, ([kid, key]) => [kid, { ...key, signalling: vendor }] as const);
  return { ...presentation, protection: { ...presentation.protection!, keys: new Map(changed) } };
}

Deno.test("buildKeyTags() prefers the lines of the key server, and lists equal session keys once", async () => {
  const systems = ["widevine", "fairplay"] as const;
  const clear = await openProtectedLadder({ scheme: "cbcs", per: "type", systems });
  const line = 'METHOD=SAMPLE-AES,URI="skd://vendor",KEYFORMAT="com.apple.streamingkeydelivery"';
  const presentation = withVendor(
    clear,
    new Map([["fairplay", {
      mediaPlaylist: [`#EXT-X-KEY:${line}`],
      multivariantPlaylist: [`#EXT-X-SESSION-KEY:${line}`],
    }]]),
  );
  const [first, widevine, ...others] = buildKeyTags(
    presentation,
    findMedia(presentation, "audio"),
  );
  assertEquals([first, others], [`#EXT-X-KEY:${line}`, []]);
  assertEquals(widevine!.includes("urn:uuid:edef8ba9"), true);
  const session = buildSessionKeyTags(presentation, [...presentation.renditions.values()]);
  assertEquals(session.filter((tag) => tag.includes("skd:")), [`#EXT-X-SESSION-KEY:${line}`]);
  assertEquals(session.length, 3);
});
