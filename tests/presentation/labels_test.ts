import { assertEquals } from "@std/assert";
import { ac3 } from "../../lib/codecs/ac3.ts";
import {
  assignLabels,
  assignUniqueLabels,
  findDefaultLabel,
} from "../../lib/presentation/labels.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { audioSet, subtitleSet, videoSet } from "./synthetic_sets.ts";

const titles: [what: string, sets: SwitchingSet[], titles: (string | undefined)[]][] = [
  ["nothing", [], []],
  ["pictures, which have none", [videoSet({ label: "Film" })], [undefined]],
  ["languages", [audioSet(), audioSet({ language: "fr" }), audioSet({ language: "pt-BR" })], [
    "English",
    "French",
    "Brazilian Portuguese",
  ]],
  ["no language, and one that has no name", [
    audioSet({ language: "und" }),
    audioSet({ language: "qaa" }),
  ], ["Undetermined", "qaa"]],
  ["labels", [audioSet({ label: " Original " })], ["Original"]],
  ["one language twice", [audioSet(), audioSet(), audioSet()], [
    "English",
    "English (2)",
    "English (3)",
  ]],
  ["one label twice", [audioSet({ label: "Film" }), audioSet({ label: "Film" })], [
    "Film",
    "Film (2)",
  ]],
  ["one label in two languages", [
    audioSet({ label: "Film" }),
    audioSet({ label: "Film", language: "fr" }),
    audioSet({ label: "Film", language: "fr" }),
  ], ["Film", "Film (French)", "Film (French) (2)"]],
  ["one label for two roles", [
    audioSet({ label: "Film" }),
    audioSet({ label: "Film", role: "commentary" }),
  ], ["Film", "Film (Commentary)"]],
  ["labels that say role or language already", [
    audioSet({ label: "A French commentary" }),
    audioSet({ label: "A French commentary", language: "fr", role: "commentary" }),
  ], ["A French commentary", "A French commentary (2)"]],
  ["roles", [
    audioSet({ role: "main" }),
    audioSet({ role: "commentary" }),
    audioSet({ role: "description" }),
    audioSet({ role: "dub" }),
    audioSet({ role: "alternate" }),
  ], [
    "English",
    "English (Commentary)",
    "English (Audio Description)",
    "English (Dubbed)",
    "English (2)",
  ]],
  ["texts", [
    subtitleSet(),
    subtitleSet({ role: "subtitle" }),
    subtitleSet({ role: "caption" }),
    subtitleSet({ role: "forced" }),
    subtitleSet({ role: "easyreader" }),
  ], [
    "English",
    "English (2)",
    "English (SDH)",
    "English (Forced)",
    "English (Easy Reader)",
  ]],
  ["a text and a sound of one name", [audioSet(), subtitleSet()], ["English", "English"]],
  ["a number that is taken", [
    audioSet({ label: "A" }),
    audioSet({ label: "A (2)" }),
    audioSet({ label: "A" }),
  ], ["A", "A (2)", "A (3)"]],
  ["what differs in quotation marks, case or spaces alone", [
    audioSet({ label: 'The "film"' }),
    audioSet({ label: "The 'film'" }),
    audioSet({ label: "the  'Film'" }),
  ], ['The "film"', 'The "film" (2)', 'The "film" (3)']],
  ["one sound in two codecs", [audioSet(), audioSet({ codec: ac3, channels: 6 })], [
    "English",
    "English",
  ]],
  ["two sounds, one of them in two codecs", [
    audioSet(),
    audioSet(),
    audioSet({ codec: ac3, channels: 6 }),
  ], ["English", "English (2)", "English"]],
  ["sounds in two codecs that labels tell apart", [
    audioSet({ label: "Film" }),
    audioSet({ label: "Talk", codec: ac3 }),
  ], ["Film", "Talk"]],
];

for (const [what, sets, expected] of titles) {
  Deno.test(`assignLabels() has titles for ${what}`, () => {
    assertEquals(assignLabels(sets).map(({ displayLabel }) => displayLabel), expected);
  });
}

Deno.test("assignLabels() leaves what stands first as it is when something comes behind it", () => {
  const [film, talk] = [audioSet({ label: "Film" }), audioSet({ label: "Film" })];
  const [before] = assignLabels([film]);
  assertEquals(assignLabels([film, talk])[0], before);
});

Deno.test("assignLabels() gives the same again to what has titles already", () => {
  const sets = assignLabels([audioSet(), audioSet(), subtitleSet()]);
  assertEquals(assignLabels(sets), sets);
});

Deno.test("assignUniqueLabels() takes the first that is free, else numbers", () => {
  const wanted: [like: string, ...candidates: string[]][] = [
    ["1", "a", "b"],
    ["2", "a", "b"],
    ["3", "a", "b"],
    ["4", "b"],
    ["5", "c", "d"],
    ["5", "c", "d"],
  ];
  const titles = assignUniqueLabels(
    wanted.map(([groupKey, ...candidates]) => ({ groupKey, candidates })),
  );
  assertEquals(titles, ["a", "b", "a (2)", "b (2)", "c", "c (2)"]);
});

const asked = { isDefault: true };

const defaults: [what: string, sets: SwitchingSet[], audio?: string | undefined, text?: string][] =
  [
    ["nothing", []],
    [
      "the first sound, and no text",
      [audioSet(), audioSet({ language: "fr" }), subtitleSet()],
      "English",
    ],
    [
      "what is asked for",
      [audioSet(), audioSet({ language: "fr", ...asked }), subtitleSet(asked)],
      "French",
      "English",
    ],
    ["the first of two that are asked for", [
      audioSet(),
      audioSet({ language: "fr", ...asked }),
      audioSet({ language: "de", ...asked }),
    ], "French"],
    [
      "a main sound before one of no role",
      [audioSet(), audioSet({ language: "fr", role: "main" })],
      "French",
    ],
    [
      "no commentary where there is another",
      [audioSet({ role: "commentary" }), audioSet()],
      "English",
    ],
    ["no description where there is a dub", [
      audioSet({ role: "description" }),
      audioSet({ language: "fr", role: "dub" }),
    ], "French (Dubbed)"],
    ["a commentary that is alone", [audioSet({ role: "commentary" })], "English (Commentary)"],
    [
      "a commentary that is asked for",
      [audioSet(), audioSet({ role: "commentary", ...asked })],
      "English (Commentary)",
    ],
    ["no forced text unasked", [subtitleSet({ role: "forced" })]],
    [
      "a forced text that is asked for",
      [subtitleSet(), subtitleSet({ role: "forced", ...asked })],
      undefined,
      "English (Forced)",
    ],
    ["no picture", [videoSet(asked)]],
  ];

for (const [what, sets, audio, text] of defaults) {
  Deno.test(`findDefaultLabel() is that of ${what}`, () => {
    const found = assignLabels(sets);
    assertEquals([findDefaultLabel(found, "audio"), findDefaultLabel(found, "text")], [
      audio,
      text,
    ]);
  });
}

Deno.test("findDefaultLabel() is of what is left, where what was asked for is not", () => {
  const [english, french] = assignLabels([audioSet(), audioSet({ language: "fr", ...asked })]);
  assertEquals(findDefaultLabel([english!, french!], "audio"), "French");
  assertEquals(findDefaultLabel([english!], "audio"), "English");
});
