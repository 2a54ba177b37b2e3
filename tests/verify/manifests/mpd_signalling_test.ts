import { buildMpd } from "../../../lib/dash/mpd.ts";
import { type Case, replace, testMutations } from "../manifest_mutations.ts";

const CHANGED = {
  change: (change: (text: string) => string) => () => ({
    mpd: (...args: Parameters<typeof buildMpd>) => change(buildMpd(...args)),
  }),
} as const;

const VIDEO: readonly Case[] = [
  ["a wrong height", replace(/ height="\d+/, ' height="9999'), "size"],
  ["a wrong maxWidth", replace(/maxWidth="\d+/, 'maxWidth="9999'), "size"],
  ["a wrong maxHeight", replace(/maxHeight="\d+/, 'maxHeight="1'), "size"],
  ["a wrong sar", replace('sar="1:1"', 'sar="4:3"'), "sample aspect"],
  ["no sar", replace(' sar="1:1"', ""), "sample aspect"],
  ["a wrong par", replace('par="16:9"', 'par="4:3"'), "sample aspect"],
  ["a wrong frameRate", replace('frameRate="25"', 'frameRate="30000/1001"'), "frame rate"],
  ["a wrong maxFrameRate", replace('maxFrameRate="25"', 'maxFrameRate="50"'), "frame rate"],
  ["a wrong codec of audio", replace("mp4a.40.2", "mp4a.40.5"), "codec"],
  [
    "a supplemental codec of plain video",
    replace(" sar=", ' scte214:supplementalCodecs="dvh1.08.01" sar='),
    "codec",
  ],
  ["no sample rate", replace(/ audioSamplingRate="\d+"/, ""), "rate"],
  ["too long a duration", replace(/(mediaPresentationDuration="PT)/, "$11"), "duration"],
];

testMutations("DASH manifest", VIDEO, { files: ["pair-avc-aac.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  [
    "a size before rotation",
    (text) => text.replace(/ width="(\d+)" height="(\d+)"/, ' width="$2" height="$1"'),
    "size",
  ],
], { files: ["test-avc-rotated.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  ["square samples of stretched video", replace('sar="3:4"', 'sar="1:1"'), "sample aspect"],
  ["the size of stretched video", replace('par="4:3"', 'par="16:9"'), "sample aspect"],
], { files: ["test-avc-stretched.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  ["HEVC instead of Dolby Vision", replace("dvh1.05.01", "hvc1.2.4.L60.90"), "codec"],
], { files: ["test-hevc-dolbyvision5.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  ["AAC-LC instead of HE-AAC", replace("mp4a.40.5", "mp4a.40.2"), "codec"],
  ["the core rate of HE-AAC", replace('Rate="48000"', 'Rate="24000"'), "rate"],
], { files: ["tone-heaac-implicit.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  [
    "30 frames of 30000/1001",
    (text) => text.replaceAll("30000/1001", "30"),
    "frame rate",
  ],
], { files: ["test-avc-2997fps.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  ["a wrong width of images", replace(/(image[^]*? width=")\d+/, "$19"), "size"],
  [
    "a codec of a WebVTT file",
    (text) => text.replace(/text\/vtt[^]*?id="caption_eng"/, '$& codecs="wvtt"'),
    "codec",
  ],
], {
  files: ["ladder-avc-240p.mp4", "ladder-mjpeg-thumbs.mp4", "ladder-vtt-eng.vtt"],
  ...CHANGED,
});

testMutations("DASH manifest, wvtt", [
  ["another codec of subtitles", (text) => text.replace('codecs="wvtt"', 'codecs="stpp"'), "codec"],
], {
  files: ["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"],
  ...CHANGED,
});
