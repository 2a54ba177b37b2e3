import { buildIframePlaylist } from "../../../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../../../lib/hls/media_playlist.ts";
import { type Case, replace, testMutations } from "../manifest_mutations.ts";

const SEGMENTS: readonly Case[] = [
  ["a missing segment", replace(/#EXTINF:.*\n.*\/25600\..*\n/, ""), "missing segment", 2],
  [
    "a repeated segment",
    (text) => text.replace(/(#EXTINF:.*\n.*\/25600\..*\n)/, "$1$1"),
    "order",
    3,
  ],
  ["an unknown segment", replace("/25600.", "/25601."), "unknown segment", 2],
  ["a wrong EXTINF", replace("EXTINF:2.000000", "EXTINF:2.001000"), "EXTINF", 1],
  ["no EXTINF", replace(/#EXTINF.*\n/, ""), "EXTINF", 1],
  [
    "too short a target duration",
    replace("TARGETDURATION:2", "TARGETDURATION:1"),
    "target duration",
    1,
  ],
  [
    "too long a target duration",
    replace("TARGETDURATION:2", "TARGETDURATION:3"),
    "target duration",
  ],
  ["no EXT-X-ENDLIST", replace("#EXT-X-ENDLIST\n", ""), "manifest"],
  ["an empty line", replace("#EXT-X-ENDLIST\n", "\n#EXT-X-ENDLIST\n"), "manifest"],
];

for (
  const [format, name] of [["fmp4", "HLS playlists"], ["ts", "HLS playlists, MPEG-TS"]] as const
) {
  testMutations(name, SEGMENTS, {
    files: ["test-avc-frontmoov.mp4"],
    change: (change) => () => ({
      mediaPlaylist: (presentation, rendition, got) => {
        const text = buildMediaPlaylist(presentation, rendition, got);
        return got === format ? change(text) : text;
      },
    }),
  });
}

testMutations("HLS playlists", [
  ["no EXT-X-MAP", replace(/#EXT-X-MAP.*\n/, ""), "manifest"],
  ["the init of another rendition", replace(/video_und=\d+\/init/, "video_und=1/init"), "URL"],
], {
  files: ["test-avc-frontmoov.mp4"],
  change: (change) => () => ({
    mediaPlaylist: (presentation, rendition, format) => {
      const text = buildMediaPlaylist(presentation, rendition, format);
      return format === "fmp4" ? change(text) : text;
    },
  }),
});

testMutations("HLS playlists", [
  [
    "dependent segments declared as independent",
    replace("#EXT-X-PLAYLIST", "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-PLAYLIST"),
    "key frame",
    2,
  ],
], {
  files: ["test-hevc-opengop.mp4"],
  change: (change) => () => ({
    mediaPlaylist: (presentation, rendition, format) =>
      change(buildMediaPlaylist(presentation, rendition, format)),
  }),
});

testMutations("HLS playlists", [
  ["a byte range", replace("#EXTINF", "#EXT-X-BYTERANGE:100@0\n#EXTINF"), "byte range", 1],
  ["a missing key frame", replace(/#EXTINF:.*\n.*\/25600\..*\n/, ""), "missing segment", 2],
  ["a segment for a key frame", replace("/25600.iframe.", "/25600."), "URL", 2],
  ["a wrong EXTINF of a key frame", replace("EXTINF:2.0", "EXTINF:2.1"), "EXTINF", 1],
  ["no EXT-X-I-FRAMES-ONLY", replace(/#EXT-X-I-FRAMES-ONLY\n/, ""), "manifest"],
], {
  files: ["test-avc-frontmoov.mp4"],
  change: (change) => () => ({
    iframePlaylist: (presentation, rendition, format) => {
      const text = buildIframePlaylist(presentation, rendition, format);
      return format === "fmp4" ? change(text) : text;
    },
  }),
});

testMutations("HLS playlists, MPEG-TS", [
  ["a missing key frame", replace(/#EXTINF:.*\n.*\/25600\..*\n/, ""), "missing segment", 2],
  ["EXT-X-MAP", replace("#EXTINF", '#EXT-X-MAP:URI="init.mp4"\n#EXTINF'), "manifest"],
], {
  files: ["test-avc-frontmoov.mp4"],
  change: (change) => () => ({
    iframePlaylist: (presentation, rendition, format) => {
      const text = buildIframePlaylist(presentation, rendition, format);
      return format === "ts" ? change(text) : text;
    },
  }),
});

testMutations("HLS playlists", [
  [
    "a missing subtitle segment",
    replace(/(\.vtt\n)#EXTINF:.*\n.*\.vtt\n/, "$1"),
    "missing segment",
    2,
  ],
  ["a wrong EXTINF of a subtitle segment", replace("EXTINF:2.0", "EXTINF:2.1"), "EXTINF", 1],
], {
  files: ["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"],
  change: (change) => () => ({
    mediaPlaylist: (presentation, rendition, format) => {
      const text = buildMediaPlaylist(presentation, rendition, format);
      return rendition.type === "text" && format === "fmp4" ? change(text) : text;
    },
  }),
});
