import { assertEquals } from "@std/assert";
import { roleDescriptors } from "../../lib/dash/roles.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { picture, presenting, sound, text } from "../presentation/synthetic_sets.ts";

const ROLE = "urn:mpeg:dash:role:2011";
const PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";
const chosen = { isDefault: true };

/** A line for each set: roles, priority, label, accessibility. */
function lines(sets: readonly SwitchingSet[]): string[] {
  const presentation = presenting(...sets);
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
  ["one of each type", [picture(), sound(), text()], ["main", "main", "subtitle"]],
  ["video in two codecs", [picture(), picture()], ["main", "alternate"]],
  ["two languages: the first is the default", [sound(), sound({ language: "fr" })], [
    "main priority 2",
    "alternate",
  ]],
  ["the operator's default", [sound(), sound({ language: "fr", ...chosen })], [
    "alternate",
    "main priority 2",
  ]],
  ["a default with another role", [sound({ role: "dub", ...chosen }), sound()], [
    'main+dub priority 2 "English (Dubbed)"',
    'alternate "English"',
  ]],
  ["a main role that isn't the default", [
    sound({ ...chosen }),
    sound({ language: "fr", role: "main" }),
  ], ["main priority 2", "main"]],
  ["a commentary and a description", [
    sound(),
    sound({ role: "commentary" }),
    sound({ role: "description" }),
  ], [
    'main priority 2 "English"',
    'commentary "English (Commentary)"',
    `description "English (Audio Description)" ${PURPOSE}=1`,
  ]],
  ["subtitles", [
    text(),
    text({ role: "forced" }),
    text({ role: "caption" }),
    text({ role: "easyreader" }),
  ], [
    'subtitle "English"',
    'forced-subtitle "English (Forced)"',
    `caption "English (SDH)" ${PURPOSE}=2`,
    'easyreader "English (Easy Reader)"',
  ]],
  ["default subtitles", [text(), text({ language: "fr", ...chosen })], [
    "subtitle",
    "main+subtitle priority 2",
  ]],
  ["a label, and so labels of all sets of the type", [
    sound({ label: "Movie" }),
    sound({ language: "fr" }),
    text({ language: "fr" }),
  ], ['main priority 2 "Movie"', 'alternate "French"', "subtitle"]],
  ["two sets of one language", [text(), text()], ['subtitle "English"', 'subtitle "English (2)"']],
  ["a label of video", [picture({ label: "Wide" })], ['main "Wide"']],
  ["sign language", [picture(), picture({ role: "sign" })], ["main", `sign ${ROLE}=sign`]],
  ["CEA-608 captions", [
    picture({
      captions: [{ channel: "CC1", language: "eng" }, { channel: "CC3", language: "fra" }],
    }),
  ], ["main urn:scte:dash:cc:cea-608:2015=CC1=eng;CC3=fra"]],
  ["CEA-708 captions", [
    picture({
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
  const images: SwitchingSet = { ...picture({ label: "x" }), type: "image" };
  assertEquals(lines([images]), [""]);
});
