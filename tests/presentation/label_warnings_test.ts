import { assertEquals } from "@std/assert";
import { warnLabels } from "../../lib/presentation/label_warnings.ts";
import { assignLabels } from "../../lib/presentation/labels.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { audioSet, subtitleSet, videoSet } from "./synthetic_sets.ts";

const CC1 = { channel: "CC1", language: "eng" };
const DEFAULT = { isDefault: true };

/** Returns one set with the renditions of all. */
function merge(...sets: SwitchingSet[]): SwitchingSet {
  return { ...sets[0]!, renditions: sets.flatMap(({ renditions }) => renditions) };
}

const cases: [name: string, sets: SwitchingSet[], warnings: string[]][] = [
  [
    "nothing",
    [videoSet(), audioSet(DEFAULT), audioSet({ language: "fr" }), subtitleSet(DEFAULT)],
    [],
  ],
  ["roles that differ", [subtitleSet(), subtitleSet({ role: "caption" })], []],
  [
    "one label in two languages",
    [audioSet({ label: "x" }), audioSet({ label: "x", language: "fr" })],
    [],
  ],
  ["a label that ends in a number", [audioSet({ label: "Part (2)" })], []],
  ["two of one language", [audioSet(), audioSet()], [
    'audio_en.mp4: players list audio_en as "English (2)", since another track has its language and label; set a label to distinguish them',
  ]],
  ["two of one label", [subtitleSet({ label: "x" }), subtitleSet({ label: "x" })], [
    'text_en.mp4: players list text_en as "x (2)", since another track has its language and label; set a label to distinguish them',
  ]],
  ["two defaults", [audioSet(DEFAULT), audioSet({ ...DEFAULT, language: "fr" })], [
    'audio_fr.mp4: default is ignored on audio_fr, since "English" comes first',
  ]],
  ["a default of video", [videoSet(DEFAULT)], [
    "video_en.mp4: default is ignored on video track video_en",
  ]],
  ["a role of another type", [audioSet({ role: "caption" })], [
    "audio_en.mp4: the role caption has no meaning for audio_en, which is audio",
  ]],
  ["captions of some qualities", [
    merge(videoSet({ captions: [CC1] }), videoSet({ language: "fr" })),
  ], [
    "video_fr.mp4: video_fr and video_en declare different captions; manifests declare all of them for both",
  ]],
  ["the same captions of all", [
    merge(videoSet({ captions: [CC1] }), videoSet({ captions: [CC1] })),
  ], []],
];

for (const [name, sets, warnings] of cases) {
  Deno.test(`warnLabels() returns the warnings of ${name}`, () => {
    assertEquals(warnLabels(assignLabels(sets)), warnings);
  });
}
