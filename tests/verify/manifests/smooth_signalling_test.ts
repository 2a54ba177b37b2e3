import { buildSmoothManifest } from "../../../lib/smooth/manifest.ts";
import { LABELED_INPUTS } from "../../sample_presentations.ts";
import { type Change, replace, testMutations } from "../manifest_mutations.ts";

const CHANGED = {
  change: (change: Change) => () => ({
    smoothManifest: (...args: Parameters<typeof buildSmoothManifest>) =>
      change(buildSmoothManifest(...args)),
  }),
} as const;

testMutations("Smooth manifest", [
  ["a wrong width", replace(/(<QualityLevel.*MaxWidth=")\d+/, "$19999"), "size"],
  ["a wrong MaxHeight", replace(/(<StreamIndex.*MaxHeight=")\d+/, "$11"), "size"],
  ["a wrong DisplayHeight", replace(/DisplayHeight="\d+/, 'DisplayHeight="1'), "size"],
  ["a wrong DisplayWidth", replace(/DisplayWidth="\d+/, 'DisplayWidth="240'), "sample aspect"],
  ["a wrong sample rate", replace('SamplingRate="48000"', 'SamplingRate="44100"'), "rate"],
  ["a wrong number of channels", replace('Channels="2"', 'Channels="6"'), "channels"],
  ["the FourCC of HE-AAC", replace('FourCC="AACL"', 'FourCC="AACH"'), "codec"],
  ["another language", replace('Language="und"', 'Language="eng"'), "language"],
], { files: ["pair-avc-aac.mp4"], ...CHANGED });

const FRENCH = /(<StreamIndex Type="audio" Name="audio_fra"[^]*?<\/StreamIndex>)/;
const ENGLISH = /(<StreamIndex Type="audio" Name="audio_eng"[^]*?<\/StreamIndex>)/;

testMutations("Smooth manifest", [
  ["another language of audio", replace('Language="fra"', 'Language="eng-x-2"'), "language"],
  ["no language", replace(' Language="deu"', ""), "language"],
  ["another FourCC of subtitles", replace('FourCC="TTML"', 'FourCC="DFXP"'), "codec"],
  ["captions as subtitles", replace("CAPT", "SUBT"), "role"],
  ["audio with a subtype", replace('Language="fra"', 'Language="fra" Subtype="DESC"'), "role"],
  [
    "another first stream",
    (text) => text.replace(FRENCH, "").replace(ENGLISH, `$1${FRENCH.exec(text)![1]}`),
    "default",
  ],
], { files: LABELED_INPUTS, ...CHANGED });

testMutations("Smooth manifest", [
  ["the coded width", replace('DisplayWidth="240"', 'DisplayWidth="320"'), "sample aspect"],
], { files: ["test-avc-stretched.mp4"], ...CHANGED });
