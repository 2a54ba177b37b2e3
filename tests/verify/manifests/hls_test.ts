import { buildMultivariantPlaylist } from "../../../lib/hls/multivariant_playlist.ts";
import { type Case, replace, testMutations } from "../manifest_mutations.ts";

/** Three segments of 2 s, 25600 ticks each, with audio. */
const PAIR = ["pair-avc-aac.mp4"];

const VARIANTS: readonly Case[] = [
  ["too large a bandwidth", replace(/:BANDWIDTH=(\d+)/, ":BANDWIDTH=1$1"), "bandwidth"],
  ["too small a bandwidth", replace(/:BANDWIDTH=\d/, ":BANDWIDTH="), "bandwidth"],
  [
    "a wrong average bandwidth",
    replace(/AVERAGE-BANDWIDTH=(\d+)/, "AVERAGE-BANDWIDTH=1$1"),
    "bandwidth",
  ],
  ["a missing codec", replace(/CODECS="[^",]+/, 'CODECS="hvc1.1.6.L93.B0'), "codec"],
  ["a wrong resolution", replace(/RESOLUTION=\d+/, "RESOLUTION=9999"), "size"],
  ["an unknown playlist", replace(/\nvideo/, "\nradio"), "URL"],
  ["no signature", replace("#EXTM3U", "#EXTM4U"), "manifest"],
];

testMutations("HLS playlists", [
  ...VARIANTS,
  ["a missing rendition", replace(/#EXT-X-MEDIA.*fra.*\n/, ""), "missing rendition"],
  ["two defaults", replace("DEFAULT=NO", "DEFAULT=YES"), "group"],
  ["two members with the same name", replace(/NAME="Français"/, 'NAME="English"'), "group"],
  ["an unknown group", replace(/,AUDIO="/, ',AUDIO="x'), "group"],
  [
    "a wrong bandwidth of key frames",
    replace(/I-FRAME-STREAM-INF:BANDWIDTH=/, "I-FRAME-STREAM-INF:BANDWIDTH=1"),
    "bandwidth",
  ],
], {
  files: ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-aac-fra.mp4"],
  change: (change) => () => ({
    multivariant: (presentation, format) =>
      format === "fmp4"
        ? change(buildMultivariantPlaylist(presentation, format))
        : buildMultivariantPlaylist(presentation, format),
  }),
});

testMutations("HLS playlists, MPEG-TS", VARIANTS, {
  files: PAIR,
  change: (change) => () => ({
    multivariant: (presentation, format) =>
      format === "ts"
        ? change(buildMultivariantPlaylist(presentation, format))
        : buildMultivariantPlaylist(presentation, format),
  }),
});
