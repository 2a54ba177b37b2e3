import { assertEquals } from "@std/assert";
import { getFileLabel, getFileRole } from "../../lib/input/track_metadata.ts";

/** Titles that mean something to a viewer. */
const meant = [
  "English",
  "Director's commentary",
  "Français (VFQ)",
  "Audio Description",
  "5.1 Dolby Surround",
  "Stereo, for headphones",
  "日本語",
];

/** Titles that muxers and encoders write by themselves. */
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

for (const title of meant) {
  Deno.test(`fileLabel() takes "${title}"`, () =>
    assertEquals(getFileLabel({ name: title }), title));
}

for (const title of muxers) {
  Deno.test(`fileLabel() passes over "${title}"`, () =>
    assertEquals(getFileLabel({ name: title }), undefined));
}

Deno.test("fileLabel() has nothing of a track without a title", () => {
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

for (const [said, role] of kinds) {
  Deno.test(`fileRole() makes ${role} of ${JSON.stringify(said)}`, () => {
    const parts = said.map((one) => one.split(" "));
    assertEquals(
      getFileRole({ kinds: parts.map(([scheme, value]) => ({ scheme: scheme!, value: value! })) }),
      role,
    );
  });
}
