import { buildSmoothManifest } from "../../../lib/smooth/manifest.ts";
import { replace, testMutations } from "../manifest_mutations.ts";

/** Three segments of 2 s, 25600 ticks each, with audio. */
const PAIR = ["pair-avc-aac.mp4"];

testMutations("Smooth manifest", [
  ["a missing fragment", replace('r="3"', 'r="2"'), "missing segment", 3],
  ["an extra fragment", replace('r="3"', 'r="4"'), "unknown segment", 4],
  ["a wrong Duration", replace(/ Duration="\d/, ' Duration="'), "duration"],
  [
    "a wrong duration of the last fragment",
    replace(/d="(\d+)" r="3"/, 'd="$1" r="2"/><c d="1"'),
    "duration",
    3,
  ],
  ["a wrong number of chunks", replace('Chunks="3"', 'Chunks="4"'), "missing segment"],
  ["a start off by one", replace('<c t="0"', '<c t="1"'), "missing segment", 1],
  ["an unknown bitrate", replace(/ Bitrate="(\d+)/, ' Bitrate="1$1'), "bandwidth"],
  [
    "an unknown stream",
    replace('Name="video_und"', 'Name="video_fra"'),
    "unknown rendition",
  ],
  [
    "a missing stream",
    replace(/<StreamIndex[^]*?<\/StreamIndex>/, ""),
    "missing rendition",
  ],
  ["a wrong FourCC", replace('FourCC="H264"', 'FourCC="HEVC"'), "codec"],
  [
    "wrong parameter sets",
    replace(/CodecPrivateData="0000000167./, 'CodecPrivateData="00000001670'),
    "configuration",
  ],
  [
    "CodecPrivateData that is not hexadecimal",
    replace(/CodecPrivateData="0/, 'CodecPrivateData="x'),
    "configuration",
  ],
  [
    "a wrong AudioSpecificConfig",
    replace(/(FourCC="AACL" CodecPrivateData=")./, "$12"),
    "configuration",
  ],
  [
    "SBR signalled as absent",
    replace(/(FourCC="AACL" CodecPrivateData="\w+)/, "$156E500"),
    "configuration",
  ],
  ["the URL of another stream", replace(/Fragments\(video_und/, "Fragments(audio_eng"), "URL"],
  ["another document", () => "<a/>", "manifest"],
], {
  files: PAIR,
  change: (change) => () => ({
    smoothManifest: (presentation) => change(buildSmoothManifest(presentation)),
  }),
});
