import { buildMpd } from "../../../lib/dash/mpd.ts";
import { buildMultivariantPlaylist } from "../../../lib/hls/multivariant_playlist.ts";
import { buildChaptersJson } from "../../../lib/hls/session_data.ts";
import { type Case, type Change, replace, testMutations } from "../manifest_mutations.ts";

const TITLE = "<ProgramInformation><Title>Film</Title></ProgramInformation>";

testMutations("DASH manifest", [
  ["a title of a file that has none", replace("<Period", `${TITLE}<Period`), "metadata"],
], {
  files: ["pair-avc-aac.mp4"],
  change: (change: Change) => () => ({
    mpd: (...args: Parameters<typeof buildMpd>) => change(buildMpd(...args)),
  }),
});

const CHAPTERS_TAG = /#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.chapters".*\n/;

const SESSION_DATA: readonly Case[] = [
  ["no session data of chapters", replace(CHAPTERS_TAG, ""), "metadata"],
  ["chapters at another URL", replace("chapters.json", "chapter.json"), "metadata"],
  [
    "a title of a file that has none",
    replace(CHAPTERS_TAG, '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.title",VALUE="Film"\n$&'),
    "metadata",
  ],
  ["session data that is no list of attributes", replace(/DATA-ID=/, "DATA-ID"), "manifest"],
];

testMutations("HLS playlists", SESSION_DATA, {
  files: ["tone-aac-chapters.m4a"],
  change: (change: Change) => () => ({
    multivariant: (...args: Parameters<typeof buildMultivariantPlaylist>) => {
      const text = buildMultivariantPlaylist(...args);
      return args[1] === "fmp4" ? change(text) : text;
    },
  }),
});

testMutations("HLS playlists", [
  ["a chapter at another time", replace('"start-time":1.5', '"start-time":1'), "metadata"],
  ["another title of a chapter", replace("Opening", "Closing"), "metadata"],
  ["a chapter too few", replace(/^\[[^}]+\}\]\},/, "["), "metadata"],
], {
  files: ["tone-aac-chapters.m4a"],
  change: (change: Change) => () => ({
    chaptersJson: (...args: Parameters<typeof buildChaptersJson>) =>
      change(buildChaptersJson(...args)),
  }),
});
