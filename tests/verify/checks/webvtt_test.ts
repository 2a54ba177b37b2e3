import { planSmoothFragment } from "../../../lib/smooth/fragment.ts";
import { planWebvttSegment } from "../../../lib/hls/webvtt_segment.ts";
import { planImage } from "../../../lib/cmaf/image.ts";
import { altered, type Expected, findsIn, PLANTED } from "../mutations.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"];

type Change = (text: string) => string;

/** The same change of a text's bytes. */
function inBytes(change: Change): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => new TextEncoder().encode(change(new TextDecoder().decode(bytes)));
}

const TIMING = /(\d\d:\d\d:\d\d\.\d)(\d\d) --> /;

/** One cue later by some milliseconds. */
const later: Change = (text) =>
  text.replace(TIMING, (_, start, rest) => `${start}${rest === "99" ? "98" : "99"} --> `);

const withoutCue: Change = (text) => {
  const blocks = text.split("\n\n");
  blocks.splice(blocks.findIndex((block) => block.includes("-->")), 1);
  return blocks.join("\n\n");
};

const segments: [what: string, change: Change, rule: Rule][] = [
  ["a cue that is lost", withoutCue, "lost cue"],
  ["a cue at another time", later, "cue time"],
  ["a cue twice", (text) => `${text}\n${text.slice(text.lastIndexOf("\n\n") + 2)}`, "repeated cue"],
  [
    "a cue that the file has not",
    (text) => `${text}\n00:00:00.000 --> 00:09:00.000\nnew\n`,
    "extra cue",
  ],
  ["another text", (text) => text.replace(/(-->[^]*\n)(.)/, "$1_$2"), "cue text"],
  ["a time map for other media", (text) => text.replace(/MPEGTS:\d+/, "MPEGTS:1"), "time map"],
  ["no time map", (text) => text.replace(/X-TIMESTAMP-MAP.*\n/, ""), "time map"],
  ["a style sheet that is missing", (text) => text.replace("STYLE", "NOTE"), "style"],
  ["no signature", (text) => text.slice(1), "text"],
];

for (const format of ["fmp4", "ts"] as const) {
  for (const [what, change, rule] of segments) {
    Deno.test(`verify() finds ${what} in a WebVTT segment beside ${format}`, async () => {
      await findsIn(FILES, () => ({
        webvttSegment: (rendition, index, got) => {
          const plan = planWebvttSegment(rendition, index, got);
          return index === PLANTED && got === format ? altered(plan, inBytes(change)) : plan;
        },
      }), { format: "WebVTT", segment: PLANTED + 1, rule });
    });
  }
}

/** The first cue behind the second. */
const moved: Change = (text) => {
  const blocks = text.split("\n\n");
  const [first, second] = blocks.flatMap((block, i) => block.includes("-->") ? [i] : []);
  [blocks[first!], blocks[second!]] = [blocks[second!]!, blocks[first!]!];
  return blocks.join("\n\n");
};

const whole: [what: string, change: Change, rule: Rule][] = [
  ["a cue that is lost", withoutCue, "lost cue"],
  ["a cue at another time", later, "cue time"],
  ["another text", (text) => text.replace(/(-->[^]*\n)(.)/, "$1_$2"), "cue text"],
  ["cues that changed places", moved, "moved cue"],
  ["nothing", () => "", "text"],
];

for (const [what, change, rule] of whole) {
  Deno.test(`verify() finds ${what} in a text in one piece`, async () => {
    await findsIn(FILES, () => ({
      wholeText: ({ webvttBytes }) => inBytes(change)(webvttBytes),
    }), { format: "WebVTT", rule });
  });
}

/** The document in a fragment keeps its length: all else stays as it is. */
const documents: [what: string, change: Change, expected: Partial<Expected> & { rule: Rule }][] = [
  ["a cue that is lost", (text) => text.replace(/<p (.*)<\/p>/, "<q $1</q>"), {
    rule: "lost cue",
  }],
  ["another text", (text) => text.replace(/(<p [^>]*>(?:<[^>]*>)*[^<]*)[a-z]/, "$1_"), {
    rule: "cue text",
  }],
  [
    "a cue at another time",
    (text) =>
      text.replace(/begin="00:00:0(\d)/, (_, digit) => `begin="00:00:0${Number(digit) + 1}`),
    { rule: "cue time" },
  ],
  ["a time that can't be read", (text) => text.replace('begin="0', 'begin="x'), { rule: "text" }],
];

for (const [what, change, expected] of documents) {
  Deno.test(`verify() finds ${what} in a TTML document of Smooth Streaming`, async () => {
    await findsIn(FILES, () => ({
      smoothFragment: (stream, rendition, index) => {
        const plan = planSmoothFragment(stream, rendition, index);
        if (index !== PLANTED || rendition.type !== "text") return plan;
        return altered(plan, inMdat(change));
      },
    }), { format: "Smooth", segment: PLANTED + 1, ...expected });
  });
}

function inMdat(change: Change): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const text = new TextDecoder("latin1").decode(bytes);
    const at = text.indexOf("<?xml");
    const changed = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(at))));
    if (changed.length !== bytes.length - at) throw new Error("the document has another length");
    bytes.set(changed, at);
    return bytes;
  };
}

const images: [what: string, change: (bytes: Uint8Array) => Uint8Array, rule: Rule][] = [
  ["another image", (bytes) => bytes.with(bytes.length - 9, bytes.at(-9)! ^ 1), "bytes"],
  ["what is no image", (bytes) => bytes.with(0, 0), "bytes"],
  ["an image that is cut off", (bytes) => bytes.subarray(0, -1), "size"],
];

for (const [what, change, rule] of images) {
  Deno.test(`verify() finds ${what}`, async () => {
    await findsIn(["ladder-mjpeg-thumbs.mp4"], () => ({
      imageSegment: (rendition, index) => {
        const plan = planImage(rendition, index);
        return index === PLANTED ? altered(plan, change) : plan;
      },
    }), { format: "JPEG", segment: PLANTED + 1, rule });
  });
}
