import type { SegmentFormat } from "../../../lib/hls/m3u8.ts";
import { buildMediaPlaylist } from "../../../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../../../lib/hls/multivariant_playlist.ts";
import { type Case, type Change, replace, testMutations } from "../manifest_mutations.ts";

function changed(only: SegmentFormat) {
  return (change: Change) => () => ({
    multivariant: (...args: Parameters<typeof buildMultivariantPlaylist>) => {
      const text = buildMultivariantPlaylist(...args);
      return args[1] === only ? change(text) : text;
    },
  });
}

const VIDEO: readonly Case[] = [
  ["a wrong height", replace(/RESOLUTION=320x180/, "RESOLUTION=320x240"), "size"],
  ["a wrong frame rate", replace("FRAME-RATE=25.000", "FRAME-RATE=29.970"), "frame rate"],
  ["no frame rate", replace(",FRAME-RATE=25.000", ""), "frame rate"],
  ["a wrong range", replace("VIDEO-RANGE=SDR", "VIDEO-RANGE=PQ"), "colour"],
  ["a codec of no rendition", replace('CODECS="', 'CODECS="ac-3,'), "codec"],
  [
    "a supplemental codec of plain video",
    replace(",RESOLUTION", ',SUPPLEMENTAL-CODECS="dvh1.08.01/db1p",RESOLUTION'),
    "codec",
  ],
  [
    "a wrong size of key frames",
    replace(/(I-FRAME.*RESOLUTION)=320x180/, "$1=180x320"),
    "size",
  ],
  ["a wrong codec of key frames", replace(/(I-FRAME.*CODECS="avc1)/, "$1.000000"), "codec"],
  ["a wrong number of channels", replace('CHANNELS="2"', 'CHANNELS="6"'), "channels"],
];

for (
  const [format, only] of [["HLS playlists", "fmp4"], ["HLS playlists, MPEG-TS", "ts"]] as const
) {
  const options = { change: changed(only) };
  testMutations(format, VIDEO, { files: ["pair-avc-aac.mp4"], ...options });
  testMutations(format, [
    ["the size before rotation", replace("RESOLUTION=180x320", "RESOLUTION=320x180"), "size"],
  ], { files: ["test-avc-rotated.mp4"], ...options });
  testMutations(format, [
    ["the coded size", replace("RESOLUTION=240x180", "RESOLUTION=320x180"), "size"],
  ], { files: ["test-avc-stretched.mp4"], ...options });
  testMutations(format, [
    ["PQ as SDR", replace("VIDEO-RANGE=PQ", "VIDEO-RANGE=SDR"), "colour"],
    ["PQ without a range", replace(",VIDEO-RANGE=PQ", ""), "colour"],
  ], { files: ["test-hevc-hdr10.mp4"], ...options });
}

testMutations("HLS playlists, MPEG-TS", [
  ["the object type of MP3", replace("mp4a.40.34", "mp4a.69"), "codec"],
], { files: ["tone-mp3-stereo.mp4"], change: changed("ts") });

testMutations("HLS playlists", [
  ["too long a total", replace(/EXTINF:/, "EXTINF:1"), "duration"],
], {
  files: ["pair-avc-aac.mp4"],
  change: (change) => () => ({ mediaPlaylist: (...args) => change(buildMediaPlaylist(...args)) }),
});

testMutations("HLS playlists", [
  ["a wrong size of images", replace(/(IMAGE-STREAM-INF.*RESOLUTION=)\d+/, "$19"), "size"],
], { files: ["ladder-avc-240p.mp4", "ladder-mjpeg-thumbs.mp4"], change: changed("fmp4") });
