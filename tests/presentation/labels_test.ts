import { assertEquals } from "@std/assert";
import { ac3 } from "../../lib/codecs/ac3.ts";
import {
  assignLabels,
  assignUniqueLabels,
  findDefaultLabel,
} from "../../lib/presentation/labels.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { audioSet, subtitleSet, videoSet } from "./synthetic_sets.ts";

const labels: [name: string, sets: SwitchingSet[], labels: (string | undefined)[]][] = [
  ["nothing", [], []],
  ["video, which has none", [videoSet({ label: "Movie" })], [undefined]],
  ["languages", [audioSet(), audioSet({ language: "fr" }), audioSet({ language: "pt-BR" })], [
    "English",
    "Français",
    "Português (Brasil)",
  ]],
  ["languages without a name", [
    audioSet({ language: "und" }),
    audioSet({ language: "qaa" }),
  ], ["Undetermined", "qaa"]],
  ["labels", [audioSet({ label: " Original " })], ["Original"]],
  ["one language twice", [audioSet(), audioSet(), audioSet()], [
    "English",
    "English (2)",
    "English (3)",
  ]],
  ["one label twice", [audioSet({ label: "Movie" }), audioSet({ label: "Movie" })], [
    "Movie",
    "Movie (2)",
  ]],
  ["one label in two languages", [
    audioSet({ label: "Movie" }),
    audioSet({ label: "Movie", language: "fr" }),
    audioSet({ label: "Movie", language: "fr" }),
  ], ["Movie", "Movie (Français)", "Movie (Français) (2)"]],
  ["one label for two roles", [
    audioSet({ label: "Movie" }),
    audioSet({ label: "Movie", role: "commentary" }),
  ], ["Movie", "Movie (Commentary)"]],
  ["labels that contain role or language", [
    audioSet({ label: "A French commentary" }),
    audioSet({ label: "A French commentary", language: "fr", role: "commentary" }),
  ], ["A French commentary", "A French commentary (Français)"]],
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
  ["subtitles", [
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
  ["subtitles and audio of one language", [audioSet(), subtitleSet()], ["English", "English"]],
  ["a number that another label contains", [
    audioSet({ label: "A" }),
    audioSet({ label: "A (2)" }),
    audioSet({ label: "A" }),
  ], ["A", "A (2)", "A (3)"]],
  ["labels that differ only in quotation marks, case or spaces", [
    audioSet({ label: 'The "movie"' }),
    audioSet({ label: "The 'movie'" }),
    audioSet({ label: "the  'Movie'" }),
  ], ['The "movie"', 'The "movie" (2)', 'The "movie" (3)']],
  ["labels that differ only in control characters", [
    audioSet({ label: "A\x85B" }),
    audioSet({ label: "A B" }),
  ], ["A\x85B", "A\x85B (2)"]],
  ["the same audio in two codecs", [audioSet(), audioSet({ codec: ac3, channels: 6 })], [
    "English",
    "English",
  ]],
  ["two audio tracks, one of them in two codecs", [
    audioSet(),
    audioSet(),
    audioSet({ codec: ac3, channels: 6 }),
  ], ["English", "English (2)", "English"]],
  ["two labels in two codecs", [
    audioSet({ label: "Movie" }),
    audioSet({ label: "Talk", codec: ac3 }),
  ], ["Movie", "Talk"]],
];

for (const [name, sets, expected] of labels) {
  Deno.test(`assignLabels() labels ${name}`, () => {
    assertEquals(assignLabels(sets).map(({ displayLabel }) => displayLabel), expected);
  });
}

Deno.test("assignLabels() does not change a label because of later sets", () => {
  const [first, second] = [audioSet({ label: "Movie" }), audioSet({ label: "Movie" })];
  const [before] = assignLabels([first]);
  assertEquals(assignLabels([first, second])[0], before);
});

Deno.test("assignLabels() does not change sets with labels", () => {
  const sets = assignLabels([audioSet(), audioSet(), subtitleSet()]);
  assertEquals(assignLabels(sets), sets);
});

Deno.test("assignUniqueLabels() returns the first free candidate, else a number", () => {
  const requests: [groupKey: string, ...candidates: string[]][] = [
    ["1", "a", "b"],
    ["2", "a", "b"],
    ["3", "a", "b"],
    ["4", "b"],
    ["5", "c", "d"],
    ["5", "c", "d"],
  ];
  const unique = assignUniqueLabels(
    requests.map(([groupKey, ...candidates]) => ({ groupKey, candidates })),
  );
  assertEquals(unique, ["a", "b", "a (2)", "b (2)", "c", "c (2)"]);
});

const DEFAULT = { isDefault: true };

const defaults: [name: string, sets: SwitchingSet[], audio?: string | undefined, text?: string][] =
  [
    ["nothing", []],
    [
      "the first audio, and no subtitles",
      [audioSet(), audioSet({ language: "fr" }), subtitleSet()],
      "English",
    ],
    [
      "requested defaults",
      [audioSet(), audioSet({ language: "fr", ...DEFAULT }), subtitleSet(DEFAULT)],
      "Français",
      "English",
    ],
    ["the first of two requested defaults", [
      audioSet(),
      audioSet({ language: "fr", ...DEFAULT }),
      audioSet({ language: "de", ...DEFAULT }),
    ], "Français"],
    [
      "main audio before audio without a role",
      [audioSet(), audioSet({ language: "fr", role: "main" })],
      "Français",
    ],
    ["other audio before a commentary", [audioSet({ role: "commentary" }), audioSet()], "English"],
    ["a dub before a description", [
      audioSet({ role: "description" }),
      audioSet({ language: "fr", role: "dub" }),
    ], "Français (Dubbed)"],
    ["a single commentary", [audioSet({ role: "commentary" })], "English (Commentary)"],
    [
      "a requested commentary",
      [audioSet(), audioSet({ role: "commentary", ...DEFAULT })],
      "English (Commentary)",
    ],
    ["the default of its file", [
      audioSet({ file: "a.mp4" }),
      audioSet({ file: "a.mp4", language: "fr", isFileDefault: true }),
    ], "Français"],
    ["the first file before the default of another", [
      audioSet({ file: "a.mp4" }),
      audioSet({ file: "b.mp4", language: "fr", isFileDefault: true }),
    ], "English"],
    ["a requested default before that of its file", [
      audioSet({ file: "a.mp4", ...DEFAULT }),
      audioSet({ file: "a.mp4", language: "fr", isFileDefault: true }),
    ], "English"],
    ["no forced subtitles without a request", [subtitleSet({ role: "forced" })]],
    [
      "requested forced subtitles",
      [subtitleSet(), subtitleSet({ role: "forced", ...DEFAULT })],
      undefined,
      "English (Forced)",
    ],
    ["no video", [videoSet(DEFAULT)]],
  ];

for (const [name, sets, audio, text] of defaults) {
  Deno.test(`findDefaultLabel() returns ${name}`, () => {
    const found = assignLabels(sets);
    assertEquals([findDefaultLabel(found, "audio"), findDefaultLabel(found, "text")], [
      audio,
      text,
    ]);
  });
}

Deno.test("findDefaultLabel() chooses among the sets of a selection", () => {
  const [english, french] = assignLabels([audioSet(), audioSet({ language: "fr", ...DEFAULT })]);
  assertEquals(findDefaultLabel([english!, french!], "audio"), "Français");
  assertEquals(findDefaultLabel([english!], "audio"), "English");
});
