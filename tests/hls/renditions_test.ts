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
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { audioSet, subtitleSet } from "../presentation/synthetic_sets.ts";

const chosen = { isDefault: true };

function attributes(tags: string[]): Record<string, string>[] {
  return findAttributes(readStrictPlaylist(["#EXTM3U", ...tags, ""].join("\n")), "EXT-X-MEDIA");
}

/** `D` default, `A` autoselect, `F` forced, then name and characteristics. */
function line({ NAME, DEFAULT, AUTOSELECT, FORCED, CHARACTERISTICS = "" }: Record<string, string>) {
  const flags = [DEFAULT === "YES" && "D", AUTOSELECT === "YES" && "A", FORCED === "YES" && "F"];
  const short = CHARACTERISTICS.replaceAll(/public\.(accessibility\.)?/g, "");
  return [flags.filter(Boolean).join("") || "-", NAME, short].join(" ").trim();
}

const audioCases: [what: string, sets: SwitchingSet[], lines: string[]][] = [
  ["languages", [audioSet(), audioSet({ language: "fr" })], ["DA English", "A Français"]],
  ["the operator's default", [audioSet(), audioSet({ language: "fr", ...chosen })], [
    "A English",
    "DA Français",
  ]],
  ["two sets of one language: one has AUTOSELECT", [audioSet(), audioSet()], [
    "DA English",
    "- English (2)",
  ]],
  ["the second set of a language as default", [audioSet(), audioSet(chosen)], [
    "- English",
    "DA English (2)",
  ]],
  ["a commentary, which is never selected automatically", [
    audioSet(),
    audioSet({ language: "fr", role: "commentary" }),
  ], ["DA English", "- Français (Commentary)"]],
  ["a commentary by default", [audioSet(), audioSet({ role: "commentary", ...chosen })], [
    "- English",
    "DA English (Commentary)",
  ]],
  ["a description before a set without a role", [
    audioSet({ role: "description" }),
    audioSet({ role: "alternate" }),
    audioSet(),
  ], [
    "DA English (2)",
    "- English",
    "A English (Audio Description) describes-video",
  ]],
  ["plain audio of each language first, and languages in their places", [
    audioSet({ role: "description" }),
    audioSet({ language: "fr", role: "description" }),
    audioSet({ role: "commentary" }),
    audioSet({ language: "fr" }),
    audioSet(),
    audioSet({ language: "en-GB" }),
  ], [
    "A English",
    "DA Français",
    "A British English",
    "A Français (Audio Description) describes-video",
    "- English (Commentary)",
    "A English (Audio Description) describes-video",
  ]],
  ["clear speech", [audioSet(), audioSet({ role: "enhanced-audio-intelligibility" })], [
    "DA English",
    "A English (Clear Dialogue) enhances-speech-intelligibility",
  ]],
];

for (const [what, sets, expected] of audioCases) {
  Deno.test(`buildAudioTags() declares ${what}`, () => {
    const [group] = buildAudioGroups(assignLabels(sets));
    assertEquals(
      attributes(buildAudioTags(group!, (name) => `${name}.m3u8`)).map(line),
      expected,
    );
  });
}

Deno.test("buildAudioTags() declares the same members in every group", () => {
  const sets = assignLabels([
    audioSet({ codec: ac3, channels: 6 }),
    audioSet(),
    audioSet({ language: "fr", role: "description", ...chosen }),
  ]);
  const groups = buildAudioGroups(sets).map((group) =>
    attributes(buildAudioTags(group, (name) => `${name}.m3u8`)).map(line)
  );
  const expected = ["A English", "DA Français (Audio Description) describes-video"];
  assertEquals(groups, [expected, expected]);
});

const subtitleCases: [what: string, sets: SwitchingSet[], lines: string[]][] = [
  ["languages, none of which is the default", [subtitleSet(), subtitleSet({ language: "fr" })], [
    "A English",
    "A Français",
  ]],
  ["a declared default", [subtitleSet(), subtitleSet({ language: "fr", ...chosen })], [
    "A English",
    "DA Français",
  ]],
  ["forced subtitles, which are selected automatically", [
    subtitleSet(),
    subtitleSet({ role: "forced" }),
    subtitleSet({ role: "forced", language: "fr", ...chosen }),
  ], ["A English", "AF English (Forced)", "DAF Français (Forced)"]],
  ["SDH and easy reader subtitles", [
    subtitleSet({ role: "caption" }),
    subtitleSet({ role: "easyreader" }),
    subtitleSet(),
  ], [
    "A English",
    "A English (SDH) transcribes-spoken-dialog,describes-music-and-sound",
    "A English (Easy Reader) easy-to-read",
  ]],
  ["a commentary as subtitles", [subtitleSet({ role: "commentary" })], ["- English (Commentary)"]],
];

for (const [what, sets, expected] of subtitleCases) {
  Deno.test(`buildSubtitleTags() declares ${what}`, () => {
    assertEquals(
      attributes(buildSubtitleTags(assignLabels(sets), (name) => `${name}.m3u8`)).map(line),
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
    [undefined, "und"],
  ]);
});
