import { assertEquals } from "@std/assert";
import type { Track } from "../../lib/mp4/movie.ts";
import { getFileLabel, getFileRole, isFileDefault } from "../../lib/input/track_metadata.ts";

Deno.test("getFileLabel() returns a name that a person wrote", () => {
  assertEquals(getFileLabel({ name: "Director's commentary" }), "Director's commentary");
});

Deno.test("getFileLabel() ignores the default name of a muxer", () => {
  assertEquals(getFileLabel({ name: "SoundHandle" }), undefined);
});

Deno.test("getFileLabel() returns undefined without a name", () => {
  assertEquals(getFileLabel({}), undefined);
});

const DASH = "urn:mpeg:dash:role:2011";

const kinds: [kinds: string[], role: string | undefined][] = [
  [[], undefined],
  [[`${DASH} main`], "main"],
  [[`${DASH} main`, `${DASH} description`], "description"],
  [[`${DASH} forced-subtitle`], "forced"],
  [[`${DASH} forced_subtitle`], "forced"],
  [[`${DASH} nonsense`, `${DASH} caption`], "caption"],
  [["about:html-kind commentary"], undefined],
];

for (const [given, role] of kinds) {
  Deno.test(`getFileRole() returns ${role} for ${JSON.stringify(given)}`, () => {
    const parts = given.map((one) => one.split(" "));
    assertEquals(
      getFileRole({ kinds: parts.map(([scheme, value]) => ({ scheme: scheme!, value: value! })) }),
      role,
    );
  });
}

/** Tracks: handler, and whether they are enabled. */
const enabled: [what: string, tracks: [string, boolean | undefined][], expected: number[]][] = [
  ["the second", [["vide", true], ["soun", false], ["soun", true]], [3]],
  ["the first of several", [["soun", true], ["soun", true], ["soun", false]], [1]],
  ["none if all are enabled", [["soun", true], ["soun", true]], []],
  ["none if all are disabled", [["soun", false], ["soun", false]], []],
  ["none if only video is disabled", [["vide", false], ["soun", true]], []],
];

for (const [what, list, expected] of enabled) {
  Deno.test(`isFileDefault() finds the enabled audio track of a file: ${what}`, () => {
    const tracks = list.map((
      [handler, isEnabled],
      i,
    ) => ({ id: i + 1, handler, isEnabled } as Track));
    const found = tracks.filter((track) => isFileDefault({ tracks }, track));
    assertEquals(found.map(({ id }) => id), expected);
  });
}
