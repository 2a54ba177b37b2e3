import { buildMpd } from "../../../lib/dash/mpd.ts";
import { buildMultivariantPlaylist } from "../../../lib/hls/multivariant_playlist.ts";
import { LABELED_INPUTS } from "../../sample_presentations.ts";
import { replace, testMutations } from "../manifest_mutations.ts";

testMutations("DASH manifest", [
  ["captions in another language", replace("CC1=eng", "CC1=fra"), "language"],
  ["captions in another channel", replace("CC1=eng", "CC2=eng"), "language"],
  ["a service in another language", replace("2=lang:spa", "2=lang:eng"), "language"],
  ["no service", replace(/<Accessibility [^>]*cea-708[^>]*>/, ""), "language"],
], {
  files: LABELED_INPUTS,
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

const HLS = {
  change: (change: (text: string) => string) => () => ({
    multivariant: (...args: Parameters<typeof buildMultivariantPlaylist>) =>
      args[1] === "fmp4"
        ? change(buildMultivariantPlaylist(...args))
        : buildMultivariantPlaylist(...args),
  }),
} as const;

testMutations("HLS playlists", [
  ["captions in another language", replace(/(CAPTIONS.*LANGUAGE=")en/, "$1fr"), "language"],
  ["another channel", replace('INSTREAM-ID="CC1"', 'INSTREAM-ID="CC2"'), "language"],
  ["captions that variants omit", replace('CAPTIONS="captions"', "CAPTIONS=NONE"), "label"],
], { files: LABELED_INPUTS, ...HLS });

testMutations("HLS playlists", [
  ["captions of no channel", replace(",CLOSED-CAPTIONS=NONE", ""), "label"],
], { files: ["ladder-avc-240p.mp4"], ...HLS });
