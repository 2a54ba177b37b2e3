import { assertEquals } from "@std/assert";
import { getFileLabel, getFileRole } from "../../lib/input/track_metadata.ts";

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
