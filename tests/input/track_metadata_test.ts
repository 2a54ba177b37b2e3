import { assertEquals } from "@std/assert";
import { getFileLabel, getFileRole } from "../../lib/input/track_metadata.ts";

/** Names that help a viewer. */
const useful = [
  "English",
  "Director's commentary",
  "Français (VFQ)",
  "Audio Description",
  "5.1 Dolby Surround",
  "Stereo, for headphones",
  "日本語",
];

/** Names that muxers and encoders write by default. */
const muxers = [
  "",
  "SoundHandler",
  "VideoHandler",
  "SubtitleHandler",
  "Apple Sound Media Handler",
  "Core Media Audio",
  "ISO Media file produced by Google Inc. Created on: 01/01/2024.",
  "GPAC ISO Audio Handler",
  "Bento4 Sound Handler",
  "Mainconcept MP4 Sound Media Handler",
  "L-SMASH Audio Handler",
  "USP Sound Handler",
  "Alias Data Handler",
  "Stereo",
  "stereo 2.0",
  "Surround 5.1",
  "Track 1",
  "sound",
  "#1",
  "Closed Captions",
];

for (const name of useful) {
  Deno.test(`getFileLabel() returns "${name}"`, () => assertEquals(getFileLabel({ name }), name));
}

for (const name of muxers) {
  Deno.test(`getFileLabel() ignores "${name}"`, () =>
    assertEquals(getFileLabel({ name }), undefined));
}

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
