import { buildSmoothManifest } from "../../../lib/smooth/manifest.ts";
import { declare, replace } from "../text_mutations.ts";

/** Three segments of 2 s, 25600 ticks each; and sound. */
const PAIR = ["pair-avc-aac.mp4"];

declare("Smooth manifest", [
  ["a missing fragment", replace('r="3"', 'r="2"'), "missing segment", 3],
  ["a fragment too many", replace('r="3"', 'r="4"'), "unknown segment", 4],
  ["another end", replace(/ Duration="\d/, ' Duration="'), "duration"],
  [
    "a last fragment of another duration",
    replace(/d="(\d+)" r="3"/, 'd="$1" r="2"/><c d="1"'),
    "duration",
    3,
  ],
  ["a count that is wrong", replace('Chunks="3"', 'Chunks="4"'), "missing segment"],
  ["a start off by one", replace('<c t="0"', '<c t="1"'), "missing segment", 1],
  ["a bitrate that leads nowhere", replace(/ Bitrate="(\d+)/, ' Bitrate="1$1'), "bandwidth"],
  [
    "a stream that isn't there",
    replace('Name="video_eng"', 'Name="video_fra"'),
    "unknown rendition",
  ],
  [
    "a stream that is missing",
    replace(/<StreamIndex[^]*?<\/StreamIndex>/, ""),
    "missing rendition",
  ],
  ["another FourCC", replace('FourCC="H264"', 'FourCC="HEVC"'), "codec"],
  [
    "other parameter sets",
    replace(/CodecPrivateData="0000000167./, 'CodecPrivateData="00000001670'),
    "configuration",
  ],
  [
    "what is no hexadecimal",
    replace(/CodecPrivateData="0/, 'CodecPrivateData="x'),
    "configuration",
  ],
  [
    "another AudioSpecificConfig",
    replace(/(FourCC="AACL" CodecPrivateData=")./, "$12"),
    "configuration",
  ],
  ["a URL of another stream", replace(/Fragments\(video_eng/, "Fragments(audio_eng"), "URL"],
  ["another document", () => "<a/>", "manifest"],
], {
  files: PAIR,
  change: (change) => () => ({
    smoothManifest: (presentation) => change(buildSmoothManifest(presentation)),
  }),
});
