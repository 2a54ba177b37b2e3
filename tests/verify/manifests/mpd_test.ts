import { buildMpd } from "../../../lib/dash/mpd.ts";
import { replace, testMutations } from "../manifest_mutations.ts";

/** Three segments of 2 s, 25600 ticks each, with audio. */
const PAIR = ["pair-avc-aac.mp4"];

testMutations("DASH manifest", [
  ["a missing segment", replace('r="2"', 'r="1"'), "missing segment", 3],
  ["an extra segment", replace('r="2"', 'r="3"'), "unknown segment", 4],
  ["a start off by one", replace('t="0"', 't="1"'), "missing segment", 1],
  [
    "a duration off by one",
    replace(/<S t="0" d="(\d+)" r="2"\/>/, '<S t="0" d="$1" r="1"/><S d="25599"/>'),
    "duration",
    3,
  ],
  [
    "a missing rendition",
    replace(/<Representation id="audio[^]*?<\/Representation>/, ""),
    "missing rendition",
  ],
  [
    "a repeated rendition",
    (text) => text.replace(/(<Representation id="audio[^]*?<\/Representation>)/, "$1$1"),
    "repeated rendition",
  ],
  ["an unknown rendition", replace(/id="audio_und/, 'id="audio_fra'), "unknown rendition"],
  ["too large a bandwidth", replace(/ bandwidth="(\d+)/, ' bandwidth="1$1'), "bandwidth"],
  ["a wrong codec", replace(/codecs="avc1\.\w+"/, 'codecs="avc1.42C00C"'), "codec"],
  ["a wrong width", replace(/ width="\d+/, ' width="9999'), "size"],
  ["a wrong sample rate", replace(/audioSamplingRate="\d+/, 'audioSamplingRate="1'), "rate"],
  ["a wrong timescale", replace(/timescale="\d+"/, 'timescale="90000"'), "timescale"],
  ["an invalid URL of the init", replace("init.mp4", "init.mp5"), "URL"],
  ["URLs of another format", replace("$Time$.m4s", "$Time$.ts"), "URL"],
  ["an old version", replace(/initialization="v[0-9a-f]+/, 'initialization="v0'), "URL"],
  [
    "too short a duration",
    replace(/mediaPresentationDuration="PT[^"]*/, 'mediaPresentationDuration="PT5S'),
    "duration",
  ],
  [
    "a minBufferTime shorter than a segment",
    replace(/minBufferTime="PT[^"]*/, 'minBufferTime="PT1S'),
    "minBufferTime",
  ],
  ["no Period", replace(/<Period[^]*<\/Period>/, ""), "manifest"],
], {
  files: PAIR,
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

testMutations("DASH manifest", [
  ["a wrong URL of subtitles", replace("all.vtt", "all.srt"), "URL"],
], {
  files: ["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

testMutations("DASH manifest", [
  [
    "segmentAlignment of unaligned renditions",
    replace(/(contentType="video"[^>]*)startWithSAP/, '$1segmentAlignment="true" startWithSAP'),
    "alignment",
  ],
], {
  files: ["test-avc-frontmoov.mp4", "test-avc-scenecuts.mp4"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

testMutations("DASH manifest", [
  [
    "segmentAlignment of renditions that do not end together",
    replace(/(contentType="video"[^>]*)startWithSAP/, '$1segmentAlignment="true" startWithSAP'),
    "alignment",
  ],
], {
  files: ["ladder-avc-240p.mp4", "test-avc-endsearly.mp4"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

testMutations("DASH manifest", [
  [
    "open GOPs declared as closed",
    replace('startWithSAP="3"', 'startWithSAP="1"'),
    "key frame",
    2,
  ],
], {
  files: ["test-avc-opengop.mp4"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});
