import { assertEquals } from "@std/assert";
import { warnLabels } from "../../lib/presentation/label_warnings.ts";
import { assignLabels } from "../../lib/presentation/labels.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { picture, sound, text } from "./synthetic_sets.ts";

const CC1 = { channel: "CC1", language: "eng" };
const asked = { isDefault: true };

/** One set of several pictures. */
function together(...sets: SwitchingSet[]): SwitchingSet {
  return { ...sets[0]!, renditions: sets.flatMap(({ renditions }) => renditions) };
}

const cases: [what: string, sets: SwitchingSet[], warnings: string[]][] = [
  ["nothing", [picture(), sound(asked), sound({ language: "fr" }), text(asked)], []],
  ["roles that tell tracks apart", [text(), text({ role: "caption" })], []],
  [
    "one label in two languages",
    [sound({ label: "x" }), sound({ label: "x", language: "fr" })],
    [],
  ],
  ["a label that ends in a number", [sound({ label: "Part (2)" })], []],
  ["two of one language", [sound(), sound()], [
    'audio_en.mp4: players call audio_en "English (2)", since another has its language and label: a label tells them apart',
  ]],
  ["two of one label", [text({ label: "x" }), text({ label: "x" })], [
    'text_en.mp4: players call text_en "x (2)", since another has its language and label: a label tells them apart',
  ]],
  ["two defaults", [sound(asked), sound({ ...asked, language: "fr" })], [
    'audio_fr.mp4: audio_fr is not the default, since one before it is: "English"',
  ]],
  ["a default of pictures", [picture(asked)], [
    "video_en.mp4: no video is a default, so video_en is none",
  ]],
  ["a role of another type", [sound({ role: "caption" })], [
    "audio_en.mp4: the role caption means nothing of audio_en, which is audio",
  ]],
  ["captions of some qualities", [
    together(picture({ captions: [CC1] }), picture({ language: "fr" })),
  ], [
    "video_fr.mp4: video_fr says other captions than video_en: players are told that both have all of them",
  ]],
  ["the same captions of all", [
    together(picture({ captions: [CC1] }), picture({ captions: [CC1] })),
  ], []],
];

for (const [what, sets, warnings] of cases) {
  Deno.test(`warnLabels() says what is due of ${what}`, () => {
    assertEquals(warnLabels(assignLabels(sets)), warnings);
  });
}
