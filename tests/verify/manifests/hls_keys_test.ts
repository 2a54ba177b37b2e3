import type { ProtectionOptions } from "../../protected_presentations.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import { type Case, type Change, replace, testMutations } from "../manifest_mutations.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

const CBCS: ProtectionOptions = { scheme: "cbcs", per: "type" };
const CENC: ProtectionOptions = { scheme: "cenc" };
const AES_128: ProtectionOptions = { scheme: "aes-128", servesKeys: true };

/** Changes the playlists of video. */
const inVideo = (change: Change) => () => ({
  mediaPlaylist(...args: Parameters<typeof GENERATORS.mediaPlaylist>) {
    const text = GENERATORS.mediaPlaylist(...args);
    return args[1].type === "video" ? change(text) : text;
  },
});

const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";
const OTHER = "75794092-4434-8559-bd33-c5716f3ba359";

const LINES: readonly Case[] = [
  ["no keys", (text) => text.replaceAll(/#EXT-X-KEY.*\n/g, ""), "key line"],
  ["another METHOD", replace("METHOD=SAMPLE-AES", "METHOD=AES-128"), "key line"],
  ["no line of a system", replace(/#EXT-X-KEY.*fairplay.*\n|#EXT-X-KEY.*skd.*\n/, ""), "key line"],
  [
    "a line of another system",
    replace("#EXT-X-KEY", '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="key",KEYFORMAT="a"\n#EXT-X-KEY'),
    "key line",
  ],
  [
    "an identity key",
    replace("#EXT-X-KEY", '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="key"\n#EXT-X-KEY'),
    "key line",
  ],
  ["another version", replace('KEYFORMATVERSIONS="1"', 'KEYFORMATVERSIONS="2"'), "key line"],
  [
    "another KEYID",
    replace(/KEYID=0x\w+/, `KEYID=0x${OTHER.replaceAll("-", "")}`),
    "protection",
  ],
  ["no KEYID", replace(/,KEYID=0x\w+/, ""), "protection"],
  [
    "another KID of ClearKey",
    replace("pWzlTAzDh+aEcEA2gBH79g==", "dXlAkkQ0hVm9M8VxbzujWQ=="),
    "protection",
  ],
  ["a truncated pssh", replace("base64,AAAAOHBzc2gA", "base64,AAAAOHBz"), "key line"],
  [
    "a truncated PlayReady object",
    replace("UTF-16;base64,vgEAAAEA", "UTF-16;base64,vgEA"),
    "key line",
  ],
  ["another URI of FairPlay", replace("skd://", "http://"), "key line"],
  [
    "keys behind the first segment",
    (text) => {
      const keys = /(#EXT-X-KEY.*\n)+/.exec(text)![0];
      return text.replace(keys, "").replace(/0\.m4s\n/, (line) => line + keys);
    },
    "key line",
  ],
  [
    "keys before the init segment",
    (text) => {
      const keys = /(#EXT-X-KEY.*\n)+/.exec(text)![0];
      return text.replace(keys, "").replace("#EXT-X-MAP", `${keys}#EXT-X-MAP`);
    },
    "key line",
  ],
];

testMutations("HLS playlists", LINES, { files: FILES, change: inVideo, protection: CBCS });

testMutations("HLS playlists", [
  [
    "FairPlay with cenc",
    replace(
      "#EXT-X-KEY",
      `#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="skd://${KID}",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"\n#EXT-X-KEY`,
    ),
    "key line",
  ],
  ["the METHOD of cbcs with cenc", replace("SAMPLE-AES-CTR", "SAMPLE-AES"), "key line"],
], { files: FILES, change: inVideo, protection: CENC });

testMutations("HLS playlists", [
  ["keys of subtitles", replace("#EXTINF", "#EXT-X-KEY:METHOD=NONE\n#EXTINF"), "key line"],
], {
  files: FILES,
  change: (change) => () => ({
    mediaPlaylist(...args) {
      const text = GENERATORS.mediaPlaylist(...args);
      return args[1].type === "text" ? change(text) : text;
    },
  }),
  protection: CBCS,
});

testMutations("HLS playlists", [
  ["no keys of key frames", (text) => text.replaceAll(/#EXT-X-KEY.*\n/g, ""), "key line"],
], {
  files: FILES,
  change: (change) => () => ({
    iframePlaylist: (...args) => change(GENERATORS.iframePlaylist(...args)),
  }),
  protection: CBCS,
});

testMutations("HLS playlists", [
  ["a missing session key", replace(/#EXT-X-SESSION-KEY.*\n/, ""), "key line"],
  ["a repeated session key", replace(/(#EXT-X-SESSION-KEY.*\n)/, "$1$1"), "key line"],
  [
    "a session key of no rendition",
    replace(`skd://${KID}`, "skd://00000000-0000-0000-0000-000000000000"),
    "key line",
  ],
  ["EXT-X-KEY in the multivariant playlist", replace("-SESSION-KEY", "-KEY"), "key line"],
], {
  files: FILES,
  change: (change) => () => ({
    multivariant: (...args) => change(GENERATORS.multivariant(...args)),
  }),
  protection: CBCS,
});

testMutations("HLS playlists, MPEG-TS", [
  ["no key", replace(/#EXT-X-KEY.*\n/, ""), "key line"],
  ["two keys", replace(/(#EXT-X-KEY.*\n)/, "$1$1"), "key line"],
  ["an IV", replace(/(#EXT-X-KEY.*)\n/, "$1,IV=0x00000000000000000000000000000001\n"), "key line"],
  ["a KEYFORMAT", replace(/(#EXT-X-KEY.*)\n/, '$1,KEYFORMAT="identity"\n'), "key line"],
  ["no URI", replace(/(#EXT-X-KEY:METHOD=AES-128).*\n/, "$1\n"), "key line"],
  ["another KID", replace(/"key\/[^"]*"/, `"key/${OTHER}"`), "protection"],
], { files: FILES, change: inVideo, protection: AES_128 });
