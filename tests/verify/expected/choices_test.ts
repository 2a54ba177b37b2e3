import { assert, assertEquals } from "@std/assert";
import type { Rendition } from "../../../lib/presentation/presentation.ts";
import {
  findExpectedDefault,
  isNameOf,
  isSameChoice,
} from "../../../lib/verify/expected/choices.ts";
import type { SourceSignalling } from "../../../lib/verify/expected/signalling.ts";

function audio(name: string, other: Partial<Rendition> = {}): Rendition {
  return { type: "audio", name, language: "en", file: "a.mp4", ...other } as Rendition;
}

const defaults: [what: string, candidates: Rendition[], expected: string | undefined][] = [
  ["the operator's", [audio("a", { role: "main" }), audio("b", { isDefault: true })], "b"],
  ["main before none", [audio("a"), audio("b", { role: "main" })], "b"],
  ["none before alternate", [audio("a", { role: "alternate" }), audio("b")], "b"],
  ["dub before commentary", [audio("a", { role: "commentary" }), audio("b", { role: "dub" })], "b"],
  [
    "the first of others",
    [audio("a", { role: "commentary" }), audio("b", { role: "karaoke" })],
    "a",
  ],
  ["no subtitles", [audio("a", { type: "text" } as Partial<Rendition>)], undefined],
  ["none of no candidate", [], undefined],
];

for (const [what, candidates, expected] of defaults) {
  Deno.test(`findExpectedDefault() returns ${what}`, () => {
    assertEquals(findExpectedDefault(candidates, () => undefined)?.name, expected);
  });
}

Deno.test("findExpectedDefault() returns the enabled track of the file", () => {
  const tracks = [{ id: 1, isEnabled: false }, { id: 2, isEnabled: true }].map((track) => (
    { ...track, handler: "soun" }
  ));
  const getSignalling = ({ name, file }: Rendition) =>
    ({
      track: { id: Number(name) },
      fileTracks: file === "a.mp4" ? tracks : [],
    }) as unknown as SourceSignalling;
  const candidates = [audio("1"), audio("2", { role: "commentary" })];
  assertEquals(findExpectedDefault(candidates, getSignalling)?.name, "2");
  const others = [audio("1", { file: "b.mp4" }), audio("2")];
  assertEquals(findExpectedDefault(others, getSignalling)?.name, "1");
});

Deno.test("isSameChoice() compares language, label and role", () => {
  assert(isSameChoice(audio("a"), audio("b")));
  assert(!isSameChoice(audio("a"), audio("b", { role: "dub" })));
  assert(!isSameChoice(audio("a"), audio("b", { label: "5.1" })));
});

const names: [name: string, other: Partial<Rendition>, expected: boolean][] = [
  ["English", {}, true],
  ["English (SDH)", {}, true],
  ["English SDH", {}, false],
  ["Français", { language: "fr" }, true],
  ["French", { language: "fr" }, true],
  ["Français", { language: "de" }, false],
  ["Undetermined (2)", { language: "und" }, true],
  ["x-klingon", { language: "x-klingon" }, true],
  ["Stereo", { label: "Stereo" }, true],
  ["STEREO (English)", { label: "Stereo" }, true],
  ["The 'cut'", { label: 'The  "cut" ' }, true],
  ["English", { label: "Stereo" }, false],
];

for (const [name, other, expected] of names) {
  const { label, language } = audio("a", other);
  Deno.test(`isNameOf() of ${name} for ${label ?? language} is ${expected}`, () => {
    assertEquals(isNameOf(name, audio("a", other)), expected);
  });
}
