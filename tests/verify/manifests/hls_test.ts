import { buildMultivariantPlaylist } from "../../../lib/hls/multivariant_playlist.ts";
import { type Case, declare, replace } from "../text_mutations.ts";

/** Three segments of 2 s, 25600 ticks each; and sound. */
const PAIR = ["pair-avc-aac.mp4"];

const VARIANTS: readonly Case[] = [
  ["another bandwidth", replace(/:BANDWIDTH=(\d+)/, ":BANDWIDTH=1$1"), "bandwidth"],
  ["too small a bandwidth", replace(/:BANDWIDTH=\d/, ":BANDWIDTH="), "bandwidth"],
  ["another mean", replace(/AVERAGE-BANDWIDTH=(\d+)/, "AVERAGE-BANDWIDTH=1$1"), "bandwidth"],
  ["a codec that is not named", replace(/CODECS="[^",]+/, 'CODECS="hvc1.1.6.L93.B0'), "codec"],
  ["another size", replace(/RESOLUTION=\d+/, "RESOLUTION=9999"), "size"],
  ["a playlist that isn't there", replace(/\nvideo/, "\nradio"), "URL"],
  ["no signature", replace("#EXTM3U", "#EXTM4U"), "manifest"],
];

declare("HLS playlists", [
  ...VARIANTS,
  ["a missing rendition", replace(/#EXT-X-MEDIA.*fra.*\n/, ""), "missing rendition"],
  ["two defaults", replace("DEFAULT=NO", "DEFAULT=YES"), "group"],
  ["two members of one name", replace(/NAME="French"/, 'NAME="English"'), "group"],
  ["a group that isn't there", replace(/,AUDIO="/, ',AUDIO="x'), "group"],
  [
    "another bandwidth of key frames",
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

declare("HLS playlists, MPEG-TS", VARIANTS, {
  files: PAIR,
  change: (change) => () => ({
    multivariant: (presentation, format) =>
      format === "ts"
        ? change(buildMultivariantPlaylist(presentation, format))
        : buildMultivariantPlaylist(presentation, format),
  }),
});
