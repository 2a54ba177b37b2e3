import { assertEquals } from "@std/assert";
import { ac3 } from "../../lib/codecs/ac3.ts";
import {
  assignLabels,
  assignUniqueLabels,
  findDefaultLabel,
} from "../../lib/presentation/labels.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { picture, sound, text } from "./synthetic_sets.ts";

const titles: [what: string, sets: SwitchingSet[], titles: (string | undefined)[]][] = [
  ["nothing", [], []],
  ["pictures, which have none", [picture({ label: "Film" })], [undefined]],
  ["languages", [sound(), sound({ language: "fr" }), sound({ language: "pt-BR" })], [
    "English",
    "French",
    "Brazilian Portuguese",
  ]],
  ["no language, and one that has no name", [
    sound({ language: "und" }),
    sound({ language: "qaa" }),
  ], ["Undetermined", "qaa"]],
  ["labels", [sound({ label: " Original " })], ["Original"]],
  ["one language twice", [sound(), sound(), sound()], ["English", "English (2)", "English (3)"]],
  ["one label twice", [sound({ label: "Film" }), sound({ label: "Film" })], ["Film", "Film (2)"]],
  ["one label in two languages", [
    sound({ label: "Film" }),
    sound({ label: "Film", language: "fr" }),
    sound({ label: "Film", language: "fr" }),
  ], ["Film", "Film (French)", "Film (French) (2)"]],
  ["one label for two roles", [
    sound({ label: "Film" }),
    sound({ label: "Film", role: "commentary" }),
  ], ["Film", "Film (Commentary)"]],
  ["labels that say role or language already", [
    sound({ label: "A French commentary" }),
    sound({ label: "A French commentary", language: "fr", role: "commentary" }),
  ], ["A French commentary", "A French commentary (2)"]],
  ["roles", [
    sound({ role: "main" }),
    sound({ role: "commentary" }),
    sound({ role: "description" }),
    sound({ role: "dub" }),
    sound({ role: "alternate" }),
  ], [
    "English",
    "English (Commentary)",
    "English (Audio Description)",
    "English (Dubbed)",
    "English (2)",
  ]],
  ["texts", [
    text(),
    text({ role: "subtitle" }),
    text({ role: "caption" }),
    text({ role: "forced" }),
    text({ role: "easyreader" }),
  ], [
    "English",
    "English (2)",
    "English (SDH)",
    "English (Forced)",
    "English (Easy Reader)",
  ]],
  ["a text and a sound of one name", [sound(), text()], ["English", "English"]],
  ["a number that is taken", [
    sound({ label: "A" }),
    sound({ label: "A (2)" }),
    sound({ label: "A" }),
  ], ["A", "A (2)", "A (3)"]],
  ["what differs in quotation marks, case or spaces alone", [
    sound({ label: 'The "film"' }),
    sound({ label: "The 'film'" }),
    sound({ label: "the  'Film'" }),
  ], ['The "film"', 'The "film" (2)', 'The "film" (3)']],
  ["one sound in two codecs", [sound(), sound({ codec: ac3, channels: 6 })], [
    "English",
    "English",
  ]],
  ["two sounds, one of them in two codecs", [
    sound(),
    sound(),
    sound({ codec: ac3, channels: 6 }),
  ], ["English", "English (2)", "English"]],
  ["sounds in two codecs that labels tell apart", [
    sound({ label: "Film" }),
    sound({ label: "Talk", codec: ac3 }),
  ], ["Film", "Talk"]],
];

for (const [what, sets, expected] of titles) {
  Deno.test(`assignLabels() has titles for ${what}`, () => {
    assertEquals(assignLabels(sets).map(({ displayLabel }) => displayLabel), expected);
  });
}

Deno.test("assignLabels() leaves what stands first as it is when something comes behind it", () => {
  const [film, talk] = [sound({ label: "Film" }), sound({ label: "Film" })];
  const [before] = assignLabels([film]);
  assertEquals(assignLabels([film, talk])[0], before);
});

Deno.test("assignLabels() gives the same again to what has titles already", () => {
  const sets = assignLabels([sound(), sound(), text()]);
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
    ["the first sound, and no text", [sound(), sound({ language: "fr" }), text()], "English"],
    [
      "what is asked for",
      [sound(), sound({ language: "fr", ...asked }), text(asked)],
      "French",
      "English",
    ],
    ["the first of two that are asked for", [
      sound(),
      sound({ language: "fr", ...asked }),
      sound({ language: "de", ...asked }),
    ], "French"],
    [
      "a main sound before one of no role",
      [sound(), sound({ language: "fr", role: "main" })],
      "French",
    ],
    ["no commentary where there is another", [sound({ role: "commentary" }), sound()], "English"],
    ["no description where there is a dub", [
      sound({ role: "description" }),
      sound({ language: "fr", role: "dub" }),
    ], "French (Dubbed)"],
    ["a commentary that is alone", [sound({ role: "commentary" })], "English (Commentary)"],
    [
      "a commentary that is asked for",
      [sound(), sound({ role: "commentary", ...asked })],
      "English (Commentary)",
    ],
    ["no forced text unasked", [text({ role: "forced" })]],
    [
      "a forced text that is asked for",
      [text(), text({ role: "forced", ...asked })],
      undefined,
      "English (Forced)",
    ],
    ["no picture", [picture(asked)]],
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
  const [english, french] = assignLabels([sound(), sound({ language: "fr", ...asked })]);
  assertEquals(findDefaultLabel([english!, french!], "audio"), "French");
  assertEquals(findDefaultLabel([english!], "audio"), "English");
});
