import { assertEquals } from "@std/assert";
import { roleDescriptors } from "../../lib/dash/roles.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import {
  audioSet,
  buildPresentation,
  subtitleSet,
  videoSet,
} from "../presentation/synthetic_sets.ts";

const ROLE = "urn:mpeg:dash:role:2011";
const PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";
const chosen = { isDefault: true };

/** A line for each set: roles, priority, label, accessibility. */
function lines(sets: readonly SwitchingSet[]): string[] {
  const presentation = buildPresentation(...sets);
  return presentation.sets.map((set) => {
    const { roles, selectionPriority, labels, accessibility } = roleDescriptors(set, presentation);
    assertEquals(roles.every((role) => role["@schemeIdUri"] === ROLE), true);
    return [
      roles.map((role) => role["@value"]).join("+"),
      ...selectionPriority ? [`priority ${selectionPriority}`] : [],
      ...labels.map((label) => `"${label["#text"]}"`),
      ...accessibility.map((one) => `${one["@schemeIdUri"]}=${one["@value"]}`),
    ].join(" ");
  });
}

const cases: [what: string, sets: SwitchingSet[], lines: string[]][] = [
  ["one of each type", [videoSet(), audioSet(), subtitleSet()], ["main", "main", "subtitle"]],
  ["video in two codecs", [videoSet(), videoSet()], ["main", "main"]],
  ["two languages: the first is the default", [audioSet(), audioSet({ language: "fr" })], [
    "main priority 2",
    "alternate",
  ]],
  ["the operator's default", [audioSet(), audioSet({ language: "fr", ...chosen })], [
    "alternate",
    "main priority 2",
  ]],
  ["a default with another role", [audioSet({ role: "dub", ...chosen }), audioSet()], [
    'main+dub priority 2 "English (Dubbed)"',
    'alternate "English"',
  ]],
  ["a main role that isn't the default", [
    audioSet({ ...chosen }),
    audioSet({ language: "fr", role: "main" }),
  ], ["main priority 2", "main"]],
  ["a commentary and a description", [
    audioSet(),
    audioSet({ role: "commentary" }),
    audioSet({ role: "description" }),
  ], [
    'main priority 2 "English"',
    'commentary "English (Commentary)"',
    `description+alternate "English (Audio Description)" ${PURPOSE}=1 ${ROLE}=description`,
  ]],
  ["subtitles", [
    subtitleSet(),
    subtitleSet({ role: "forced" }),
    subtitleSet({ role: "caption" }),
    subtitleSet({ role: "easyreader" }),
  ], [
    'subtitle "English"',
    'forced-subtitle "English (Forced)"',
    `caption+subtitle "English (SDH)" ${PURPOSE}=2 ${ROLE}=caption`,
    'easyreader "English (Easy Reader)"',
  ]],
  ["a default description", [audioSet(), audioSet({ role: "description", ...chosen })], [
    'alternate "English"',
    `main+description priority 2 "English (Audio Description)" ${PURPOSE}=1 ${ROLE}=description`,
  ]],
  ["default subtitles", [subtitleSet(), subtitleSet({ language: "fr", ...chosen })], [
    "subtitle",
    "main+subtitle priority 2",
  ]],
  ["a label, and so labels of all sets of the type", [
    audioSet({ label: "Movie" }),
    audioSet({ language: "fr" }),
    subtitleSet({ language: "fr" }),
  ], ['main priority 2 "Movie"', 'alternate "Français"', "subtitle"]],
  ["two sets of one language", [subtitleSet(), subtitleSet()], [
    'subtitle "English"',
    'subtitle "English (2)"',
  ]],
  ["a label of video", [videoSet({ label: "Wide" })], ['main "Wide"']],
  ["sign language", [videoSet(), videoSet({ role: "sign" })], ["main", `sign ${ROLE}=sign`]],
  ["CEA-608 captions", [
    videoSet({
      captions: [{ channel: "CC1", language: "eng" }, { channel: "CC3", language: "fra" }],
    }),
  ], ["main urn:scte:dash:cc:cea-608:2015=CC1=eng;CC3=fra"]],
  ["CEA-708 captions", [
    videoSet({
      captions: [{ channel: "SERVICE1", language: "eng" }, {
        channel: "SERVICE12",
        language: "deu",
      }],
    }),
  ], ["main urn:scte:dash:cc:cea-708:2015=1=lang:eng;12=lang:deu"]],
];

for (const [what, sets, expected] of cases) {
  Deno.test(`roleDescriptors() describes ${what}`, () => assertEquals(lines(sets), expected));
}

Deno.test("roleDescriptors() returns nothing for images", () => {
  const images: SwitchingSet = { ...videoSet({ label: "x" }), type: "image" };
  assertEquals(lines([images]), [""]);
});
