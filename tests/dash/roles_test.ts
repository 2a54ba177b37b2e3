import { assertEquals } from "@std/assert";
import { roleDescriptors } from "../../lib/dash/roles.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { picture, presenting, sound, text } from "../presentation/synthetic_sets.ts";

const ROLE = "urn:mpeg:dash:role:2011";
const PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";
const asked = { isDefault: true };

/** What each set of a presentation says, a line each: roles, priority, label, accessibility. */
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
  ["pictures in two codecs", [picture(), picture()], ["main", "alternate"]],
  ["two languages: the first is the default", [sound(), sound({ language: "fr" })], [
    "main priority 2",
    "alternate",
  ]],
  ["the operator's default", [sound(), sound({ language: "fr", ...asked })], [
    "alternate",
    "main priority 2",
  ]],
  ["a default that is something else as well", [sound({ role: "dub", ...asked }), sound()], [
    'main+dub priority 2 "English (Dubbed)"',
    'alternate "English"',
  ]],
  ["what the operator calls main, though it isn't the default", [
    sound({ ...asked }),
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
  ["texts", [
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
  ["a text by default", [text(), text({ language: "fr", ...asked })], [
    "subtitle",
    "main+subtitle priority 2",
  ]],
  ["a label, and so one for all of the type", [
    sound({ label: "Film" }),
    sound({ language: "fr" }),
    text({ language: "fr" }),
  ], ['main priority 2 "Film"', 'alternate "French"', "subtitle"]],
  ["two of one language", [text(), text()], ['subtitle "English"', 'subtitle "English (2)"']],
  ["a label of pictures", [picture({ label: "Wide" })], ['main "Wide"']],
  ["sign language", [picture(), picture({ role: "sign" })], ["main", `sign ${ROLE}=sign`]],
  ["captions of CEA-608", [
    picture({
      captions: [{ channel: "CC1", language: "eng" }, { channel: "CC3", language: "fra" }],
    }),
  ], ["main urn:scte:dash:cc:cea-608:2015=CC1=eng;CC3=fra"]],
  ["captions of CEA-708", [
    picture({
      captions: [{ channel: "SERVICE1", language: "eng" }, {
        channel: "SERVICE12",
        language: "deu",
      }],
    }),
  ], ["main urn:scte:dash:cc:cea-708:2015=1=lang:eng;12=lang:deu"]],
];

for (const [what, sets, expected] of cases) {
  Deno.test(`roleDescriptors() says what is due of ${what}`, () =>
    assertEquals(lines(sets), expected));
}

Deno.test("roleDescriptors() says nothing of images", () => {
  const images: SwitchingSet = { ...picture({ label: "x" }), type: "image" };
  assertEquals(lines([images]), [""]);
});
