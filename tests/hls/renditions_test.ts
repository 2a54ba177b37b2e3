import { assertEquals } from "@std/assert";
import { ac3 } from "../../lib/codecs/ac3.ts";
import { buildAudioGroups } from "../../lib/hls/groups.ts";
import {
  buildAudioTags,
  buildClosedCaptionTags,
  buildSubtitleTags,
} from "../../lib/hls/renditions.ts";
import { assignLabels } from "../../lib/presentation/labels.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { findAttributes, readPlaylist } from "../m3u8.ts";
import { sound, text } from "../presentation/synthetic_sets.ts";

const asked = { isDefault: true };

function attributes(tags: string[]): Record<string, string>[] {
  return findAttributes(readPlaylist([...tags, ""].join("\n")), "EXT-X-MEDIA");
}

/** `D` default, `A` autoselect, `F` forced, then name and characteristics. */
function line({ NAME, DEFAULT, AUTOSELECT, FORCED, CHARACTERISTICS = "" }: Record<string, string>) {
  const flags = [DEFAULT === "YES" && "D", AUTOSELECT === "YES" && "A", FORCED === "YES" && "F"];
  const short = CHARACTERISTICS.replaceAll(/public\.(accessibility\.)?/g, "");
  return [flags.filter(Boolean).join("") || "-", NAME, short].join(" ").trim();
}

const sounds: [what: string, sets: SwitchingSet[], lines: string[]][] = [
  ["languages", [sound(), sound({ language: "fr" })], ["DA English", "A French"]],
  ["the operator's default", [sound(), sound({ language: "fr", ...asked })], [
    "A English",
    "DA French",
  ]],
  ["two of one language: one is chosen by itself", [sound(), sound()], [
    "DA English",
    "- English (2)",
  ]],
  ["the default of two of one language, though it is the second", [sound(), sound(asked)], [
    "- English",
    "DA English (2)",
  ]],
  ["a commentary, which nobody gets unasked", [
    sound(),
    sound({ language: "fr", role: "commentary" }),
  ], ["DA English", "- French (Commentary)"]],
  ["a commentary by default", [sound(), sound({ role: "commentary", ...asked })], [
    "- English",
    "DA English (Commentary)",
  ]],
  ["a description beside a plain sound that stands behind it", [
    sound({ role: "description" }),
    sound({ role: "alternate" }),
    sound(),
  ], [
    "A English (Audio Description) describes-video",
    "- English",
    "DA English (2)",
  ]],
  ["clear speech", [sound(), sound({ role: "enhanced-audio-intelligibility" })], [
    "DA English",
    "A English (Clear Dialogue) enhances-speech-intelligibility",
  ]],
];

for (const [what, sets, expected] of sounds) {
  Deno.test(`buildAudioTags() declares ${what}`, () => {
    const [group] = buildAudioGroups(assignLabels(sets));
    assertEquals(
      attributes(buildAudioTags(group!, { format: "fmp4", query: "" })).map(line),
      expected,
    );
  });
}

Deno.test("buildAudioTags() declares the same members in every group", () => {
  const sets = assignLabels([
    sound({ codec: ac3, channels: 6 }),
    sound(),
    sound({ language: "fr", role: "description", ...asked }),
  ]);
  const groups = buildAudioGroups(sets).map((group) =>
    attributes(buildAudioTags(group, { format: "fmp4", query: "" })).map(line)
  );
  const expected = ["A English", "DA French (Audio Description) describes-video"];
  assertEquals(groups, [expected, expected]);
});

const texts: [what: string, sets: SwitchingSet[], lines: string[]][] = [
  ["languages, none of them shown unasked", [text(), text({ language: "fr" })], [
    "A English",
    "A French",
  ]],
  ["a default that is asked for", [text(), text({ language: "fr", ...asked })], [
    "A English",
    "DA French",
  ]],
  ["what is forced, which is none but when asked for", [
    text(),
    text({ role: "forced" }),
    text({ role: "forced", language: "fr", ...asked }),
  ], ["A English", "AF English (Forced)", "DAF French (Forced)"]],
  ["what is for who doesn't hear, and what is easy to read", [
    text({ role: "caption" }),
    text({ role: "easyreader" }),
    text(),
  ], [
    "A English (SDH) transcribes-spoken-dialog,describes-music-and-sound",
    "A English (Easy Reader) easy-to-read",
    "A English",
  ]],
  ["a commentary in text", [text({ role: "commentary" })], ["- English (Commentary)"]],
];

for (const [what, sets, expected] of texts) {
  Deno.test(`buildSubtitleTags() declares ${what}`, () => {
    assertEquals(
      attributes(buildSubtitleTags(assignLabels(sets), { format: "fmp4", query: "" })).map(line),
      expected,
    );
  });
}

Deno.test("buildClosedCaptionTags() declares channels without URI, one per language with AUTOSELECT", () => {
  const captions = [
    { channel: "CC1", language: "en", label: "English" },
    { channel: "SERVICE1", language: "en", label: "English (SERVICE1)" },
    { channel: "SERVICE2", language: "und", label: "Undetermined" },
  ];
  const tags = attributes(buildClosedCaptionTags(captions));
  assertEquals(tags.map(line), ["A English", "- English (SERVICE1)", "A Undetermined"]);
  assertEquals(tags.map((one) => one["INSTREAM-ID"]), ["CC1", "SERVICE1", "SERVICE2"]);
  assertEquals(tags.map(({ URI, LANGUAGE }) => [URI, LANGUAGE]), [
    [undefined, "en"],
    [undefined, "en"],
    [undefined, undefined],
  ]);
});
