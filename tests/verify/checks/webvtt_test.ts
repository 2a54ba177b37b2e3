import { assertEquals } from "@std/assert";
import { planSmoothFragment } from "../../../lib/smooth/fragment.ts";
import { planWebvttSegment } from "../../../lib/hls/webvtt_segment.ts";
import { planImage } from "../../../lib/cmaf/image.ts";
import { assertFinds, type Expected, MUTATED, mutatePlan } from "../mutations.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import { verify } from "../../../lib/verify/verification.ts";
import { openTestdata } from "../../sample_presentations.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { CLEAR } from "../../clear_protection.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"];

type Change = (text: string) => string;

/** Applies a change of text to bytes. */
function inBytes(change: Change): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => new TextEncoder().encode(change(new TextDecoder().decode(bytes)));
}

const TIMING = /(\d\d:\d\d:\d\d\.\d)(\d\d) --> /;

/** Moves a cue by some milliseconds. */
const moveStart: Change = (text) =>
  text.replace(TIMING, (_, start, rest) => `${start}${rest === "99" ? "98" : "99"} --> `);

const removeCue: Change = (text) => {
  const blocks = text.split("\n\n");
  blocks.splice(blocks.findIndex((block) => block.includes("-->")), 1);
  return blocks.join("\n\n");
};

const segments: [what: string, change: Change, rule: Rule][] = [
  ["a lost cue", removeCue, "lost cue"],
  ["a wrong time of a cue", moveStart, "cue time"],
  [
    "a repeated cue",
    (text) => `${text}\n${text.slice(text.lastIndexOf("\n\n") + 2)}`,
    "repeated cue",
  ],
  [
    "an extra cue",
    (text) => `${text}\n00:00:00.000 --> 00:09:00.000\nnew\n`,
    "extra cue",
  ],
  ["a wrong text", (text) => text.replace(/(-->[^]*\n)(.)/, "$1_$2"), "cue text"],
  ["a wrong time map", (text) => text.replace(/MPEGTS:\d+/, "MPEGTS:1"), "time map"],
  ["no time map", (text) => text.replace(/X-TIMESTAMP-MAP.*\n/, ""), "time map"],
  ["a missing style sheet", (text) => text.replace("STYLE", "NOTE"), "style"],
  ["no signature", (text) => text.slice(1), "text"],
];

for (const format of ["fmp4", "ts"] as const) {
  for (const [what, change, rule] of segments) {
    Deno.test(`verify() finds ${what} in a WebVTT segment for ${format}`, async () => {
      await assertFinds(FILES, () => ({
        webvttSegment: (rendition, index, got) => {
          const plan = planWebvttSegment(rendition, index, got);
          return index === MUTATED && got === format ? mutatePlan(plan, inBytes(change)) : plan;
        },
      }), { format: "WebVTT", segment: MUTATED + 1, rule });
    });
  }
}

/** 1 h, 1 min, 1 s and 1 ms are 329490090 ticks of 90 kHz. */
const timeMaps: [map: string, findings: string[]][] = [
  ["LOCAL:01:01:01.001,MPEGTS:329490090", []],
  ["MPEGTS:329490090,LOCAL:01:01:01.001", []],
  ["LOCAL:01:01:01.001,MPEGTS:329490091", ["got 1 for time 0, expected 0"]],
  ["LOCAL:01:01:01.000,MPEGTS:329490090", ["got 90 for time 0, expected 0"]],
];

for (const [map, findings] of timeMaps) {
  Deno.test(`verify() finds ${findings.length} in the time map ${map}`, async () => {
    const presentation = await openTestdata(FILES);
    const change = inBytes((text) => text.replace(/(X-TIMESTAMP-MAP=).*/, `$1${map}`));
    const { differences } = await verify(presentation, {
      generators: {
        ...GENERATORS,
        webvttSegment: (rendition, index, format) => {
          const plan = planWebvttSegment(rendition, index, format);
          return index === MUTATED && format === "fmp4" ? mutatePlan(plan, change) : plan;
        },
      },
    });
    presentation.close();
    const found = differences.filter(({ rule }) => rule === "time map");
    assertEquals(found.map(({ message }) => message), findings);
  });
}

/** Swaps the first two cues. */
const swapCues: Change = (text) => {
  const blocks = text.split("\n\n");
  const [first, second] = blocks.flatMap((block, i) => block.includes("-->") ? [i] : []);
  [blocks[first!], blocks[second!]] = [blocks[second!]!, blocks[first!]!];
  return blocks.join("\n\n");
};

const whole: [what: string, change: Change, rule: Rule][] = [
  ["a lost cue", removeCue, "lost cue"],
  ["a wrong time of a cue", moveStart, "cue time"],
  ["a wrong text", (text) => text.replace(/(-->[^]*\n)(.)/, "$1_$2"), "cue text"],
  ["swapped cues", swapCues, "moved cue"],
  ["an empty file", () => "", "text"],
];

for (const [what, change, rule] of whole) {
  Deno.test(`verify() finds ${what} in a WebVTT file`, async () => {
    await assertFinds(FILES, () => ({
      wholeWebvtt: ({ webvttBytes }) => inBytes(change)(webvttBytes),
    }), { format: "WebVTT", rule });
  });
}

/** Changes of documents that keep their length. */
const documents: [what: string, change: Change, expected: Partial<Expected> & { rule: Rule }][] = [
  ["a lost cue", (text) => text.replace(/<p (.*)<\/p>/, "<q $1</q>"), {
    rule: "lost cue",
  }],
  ["a wrong text", (text) => text.replace(/(<p [^>]*>(?:<[^>]*>)*[^<]*)[a-z]/, "$1_"), {
    rule: "cue text",
  }],
  [
    "a wrong time of a cue",
    (text) =>
      text.replace(/begin="00:00:0(\d)/, (_, digit) => `begin="00:00:0${Number(digit) + 1}`),
    { rule: "cue time" },
  ],
  ["an invalid time", (text) => text.replace('begin="0', 'begin="x'), { rule: "text" }],
];

for (const [what, change, expected] of documents) {
  Deno.test(`verify() finds ${what} in a TTML document of Smooth Streaming`, async () => {
    await assertFinds(FILES, () => ({
      smoothFragment: (stream, rendition, index) => {
        const plan = planSmoothFragment(stream, rendition, { index, protection: CLEAR });
        if (index !== MUTATED || rendition.type !== "text") return plan;
        return mutatePlan(plan, inMdat(change));
      },
    }), { format: "Smooth", segment: MUTATED + 1, ...expected });
  });
}

function inMdat(change: Change): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const text = new TextDecoder("latin1").decode(bytes);
    const at = text.indexOf("<?xml");
    const changed = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(at))));
    if (changed.length !== bytes.length - at) {
      throw new Error("Cannot change the length of a document");
    }
    bytes.set(changed, at);
    return bytes;
  };
}

const images: [what: string, change: (bytes: Uint8Array) => Uint8Array, rule: Rule][] = [
  ["a wrong image", (bytes) => bytes.with(bytes.length - 9, bytes.at(-9)! ^ 1), "bytes"],
  ["an image without SOI", (bytes) => bytes.with(0, 0), "bytes"],
  ["a truncated image", (bytes) => bytes.subarray(0, -1), "size"],
];

for (const [what, change, rule] of images) {
  Deno.test(`verify() finds ${what}`, async () => {
    await assertFinds(["ladder-mjpeg-thumbs.mp4", "ladder-aac-eng.mp4"], () => ({
      imageSegment: (rendition, index) => {
        const plan = planImage(rendition, index, CLEAR);
        return index === MUTATED ? mutatePlan(plan, change) : plan;
      },
    }), { format: "JPEG", segment: MUTATED + 1, rule });
  });
}
