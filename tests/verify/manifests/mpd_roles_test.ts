import { buildMpd } from "../../../lib/dash/mpd.ts";
import { LABELED_INPUTS } from "../../sample_presentations.ts";
import { replace, testMutations } from "../manifest_mutations.ts";

testMutations("DASH manifest", [
  ["another language", replace('lang="fr"', 'lang="en"'), "language"],
  ["no language", replace(' lang="de"', ""), "language"],
  ["another region", replace('lang="fr"', 'lang="fr-CA"'), "language"],
  ["no label", replace("<Label>Stereo</Label>", ""), "label"],
  ["another label", replace("<Label>Stereo<", "<Label>Surround<"), "label"],
  ["a label of another language", replace("<Label>Deutsch<", "<Label>English<"), "label"],
  ["another role", replace('value="commentary"', 'value="dub"'), "role"],
  ["no role", replace(/<Role [^>]*value="subtitle"\/>/, ""), "role"],
  ["forced subtitles as plain ones", replace("forced-subtitle", "subtitle"), "role"],
  ["another purpose", replace(/(AudioPurposeCS:2007" value=")1/, "$12"), "role"],
  ["no accessibility", replace(/<Accessibility [^>]*value="caption"\/>/, ""), "role"],
  ["another default", replace(/(lang="en"[^]*?)value="alternate"/, '$1value="main"'), "default"],
  ["no default", replace(/(lang="fr"[^]*?)value="main"/, '$1value="alternate"'), "default"],
  ["video that is not the main one", replace('value="main"', 'value="alternate"'), "default"],
  [
    "a higher priority of another one",
    replace('lang="de"', 'lang="de" selectionPriority="3"'),
    "default",
  ],
], {
  files: LABELED_INPUTS,
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});

testMutations("DASH manifest", [
  [
    "the first audio as the default, though the file enables the second",
    (text) => {
      const swap = (value: string) => value === "main" ? "alternate" : "main";
      return text.replace(
        /role:2011" value="(\w+)"/g,
        (_, value) => `role:2011" value="${swap(value)}"`,
      );
    },
    "default",
  ],
], {
  files: ["multi-aac-secondenabled.mp4"],
  change: (change) => () => ({ mpd: (presentation) => change(buildMpd(presentation)) }),
});
