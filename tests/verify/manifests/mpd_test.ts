import { buildMpd } from "../../../lib/dash/mpd.ts";
import { declare, replace } from "../text_mutations.ts";

/** Three segments of 2 s, 25600 ticks each; and sound. */
const PAIR = ["pair-avc-aac.mp4"];

declare("DASH manifest", [
  ["a missing segment", replace('r="2"', 'r="1"'), "missing segment", 3],
  ["a segment too many", replace('r="2"', 'r="3"'), "unknown segment", 4],
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
    "a rendition twice",
    (text) => text.replace(/(<Representation id="audio[^]*?<\/Representation>)/, "$1$1"),
    "repeated rendition",
  ],
  ["a rendition that isn't there", replace(/id="audio_eng/, 'id="audio_fra'), "unknown rendition"],
  ["another bandwidth", replace(/ bandwidth="(\d+)/, ' bandwidth="1$1'), "bandwidth"],
  ["another codec", replace(/codecs="avc1\.\w+"/, 'codecs="avc1.42C00C"'), "codec"],
  ["another width", replace(/ width="\d+/, ' width="9999'), "size"],
  ["another rate of sound", replace(/audioSamplingRate="\d+/, 'audioSamplingRate="1'), "rate"],
  ["another timescale", replace(/timescale="\d+"/, 'timescale="90000"'), "timescale"],
  ["an init that leads nowhere", replace("init.mp4", "init.mp5"), "URL"],
  ["segments that lead elsewhere", replace("$Time$.m4s", "$Time$.ts"), "URL"],
  ["an old version", replace(/initialization="v[0-9a-f]+/, 'initialization="v0'), "URL"],
  [
    "an end before the end",
    replace(/mediaPresentationDuration="PT[^"]*/, 'mediaPresentationDuration="PT5S'),
    "duration",
  ],
  [
    "a buffer for less than a segment",
    replace(/minBufferTime="PT[^"]*/, 'minBufferTime="PT1S'),
    "minBufferTime",
  ],
  ["no Period", replace(/<Period[^]*<\/Period>/, ""), "manifest"],
], {
  files: PAIR,
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

declare("DASH manifest", [
  ["a text that leads elsewhere", replace("all.vtt", "all.srt"), "URL"],
], {
  files: ["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

declare("DASH manifest", [
  [
    "alignment of what isn't aligned",
    replace(/(contentType="video"[^>]*)startWithSAP/, '$1segmentAlignment="true" startWithSAP'),
    "alignment",
  ],
], {
  files: ["test-avc-frontmoov.mp4", "test-avc-scenecuts.mp4"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

declare("DASH manifest", [
  [
    "open GOPs under the name of closed ones",
    replace('startWithSAP="3"', 'startWithSAP="1"'),
    "key frame",
    2,
  ],
], {
  files: ["test-avc-opengop.mp4"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});
