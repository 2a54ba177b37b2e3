import { buildMultivariantPlaylist } from "../../../lib/hls/multivariant_playlist.ts";
import { LABELED_INPUTS } from "../../sample_presentations.ts";
import { type Case, replace, testMutations } from "../manifest_mutations.ts";

const MEMBERS: readonly Case[] = [
  ["another language", replace('LANGUAGE="fr"', 'LANGUAGE="en"'), "language"],
  ["no language", replace(',LANGUAGE="de"', ""), "language"],
  ["another label", replace('NAME="Stereo"', 'NAME="Surround"'), "label"],
  ["the name of another language", replace('NAME="Deutsch"', 'NAME="Italiano"'), "label"],
  [
    "another characteristic",
    replace("public.accessibility.describes-video", "public.easy-to-read"),
    "role",
  ],
  ["no characteristic", replace(',CHARACTERISTICS="public.easy-to-read"', ""), "role"],
  ["forced subtitles that are not declared", replace(",FORCED=YES", ""), "role"],
  ["plain subtitles as forced", replace(/(SUBTITLES.*YES,)(URI)/, "$1FORCED=YES,$2"), "role"],
  [
    "another default",
    (text) => text.replace("DEFAULT=YES", "DEFAULT=NO").replace("DEFAULT=NO", "DEFAULT=YES"),
    "default",
  ],
  ["no default", replace("DEFAULT=YES", "DEFAULT=NO"), "default"],
  ["default subtitles", replace(/(SUBTITLES.*)DEFAULT=NO/, "$1DEFAULT=YES"), "default"],
  [
    "a default that is not selected",
    replace("DEFAULT=YES,AUTOSELECT=YES", "DEFAULT=YES,AUTOSELECT=NO"),
    "default",
  ],
  ["a commentary that is selected", replace(/(mmentary.*AUTOSELECT)=NO/, "$1=YES"), "default"],
  ["audio that is not selected", replace(/(Deutsch.*AUTOSELECT)=YES/, "$1=NO"), "default"],
];

for (
  const [format, only] of [["HLS playlists", "fmp4"], ["HLS playlists, MPEG-TS", "ts"]] as const
) {
  testMutations(format, MEMBERS, {
    files: LABELED_INPUTS,
    change: (change) => () => ({
      multivariant: (...args) => {
        const text = buildMultivariantPlaylist(...args);
        return args[1] === only ? change(text) : text;
      },
    }),
  });
}
