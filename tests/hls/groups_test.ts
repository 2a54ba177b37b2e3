import { assertEquals } from "@std/assert";
import { aac } from "../../lib/codecs/aac.ts";
import { ac3 } from "../../lib/codecs/ac3.ts";
import type { Codec } from "../../lib/codecs/codec.ts";
import { eac3 } from "../../lib/codecs/eac3.ts";
import { buildAudioGroups, joinKeys } from "../../lib/hls/groups.ts";
import { openProtected } from "../protected_presentations.ts";
import { assignLabels } from "../../lib/presentation/labels.ts";
import type { MediaRendition, SwitchingSet } from "../../lib/presentation/presentation.ts";

/** A set of audio renditions by name, with the fields that groups depend on. */
function set(
  codec: Codec,
  channels: number,
  { language, names, label }: { language: string; names: string[]; label?: string },
): SwitchingSet {
  const renditions = names.map((name) => ({
    type: "audio",
    name,
    codec,
    description: { type: "audio", channels },
  })) as unknown as MediaRendition[];
  return { type: "audio", language, renditions, aligned: true, ...label ? { label } : {} };
}

const english = { language: "en" };
const french = { language: "fr" };

/** Sets, and the names of the members of each group. */
const cases: [what: string, sets: SwitchingSet[], groups: Record<string, string[]>][] = [
  ["nothing", [], {}],
  ["one audio", [set(aac, 2, { ...english, names: ["a"] })], { "aac-2": ["a"] }],
  [
    "two languages, in package order",
    [set(aac, 2, { ...french, names: ["f"] }), set(aac, 2, { ...english, names: ["e"] })],
    { "aac-2": ["f", "e"] },
  ],
  [
    "codecs, the most compatible first; the most compatible rendition of a language that lacks one",
    [
      set(eac3, 6, { ...english, names: ["e-eac3"] }),
      set(ac3, 6, { ...english, names: ["e-ac3"] }),
      set(aac, 6, { ...english, names: ["e-aac6"] }),
      set(aac, 2, { ...english, names: ["e-aac2"] }),
      set(ac3, 6, { ...french, names: ["f-ac3"] }),
    ],
    {
      "aac-2": ["e-aac2", "f-ac3"],
      "aac-6": ["e-aac6", "f-ac3"],
      "ac3-6": ["e-ac3", "f-ac3"],
      "eac3-6": ["e-eac3", "f-ac3"],
    },
  ],
  [
    "a language that lacks the codec in its most compatible rendition",
    [
      set(ac3, 6, { ...english, names: ["e-ac3"] }),
      set(eac3, 6, { ...french, names: ["f-eac3"] }),
      set(aac, 2, { ...french, names: ["f-aac"] }),
    ],
    {
      "aac-2": ["e-ac3", "f-aac"],
      "ac3-6": ["e-ac3", "f-aac"],
      "eac3-6": ["e-ac3", "f-eac3"],
    },
  ],
  [
    "a group for each bitrate; the last bitrate of a language with fewer",
    [
      set(aac, 2, { ...english, names: ["high", "middle", "low"] }),
      set(aac, 2, { ...french, names: ["f-high", "f-low"] }),
    ],
    {
      "aac-2": ["high", "f-high"],
      "aac-2-2": ["middle", "f-low"],
      "aac-2-3": ["low", "f-low"],
    },
  ],
  [
    "two sets of one language without labels",
    [set(aac, 2, { ...english, names: ["main"] }), set(aac, 2, { ...english, names: ["comment"] })],
    { "aac-2": ["main", "comment"] },
  ],
  [
    "a set in two codecs and another in one",
    [
      set(aac, 2, { ...english, names: ["main"] }),
      set(aac, 2, { ...english, names: ["comment"] }),
      set(ac3, 6, { ...english, names: ["main-ac3"] }),
    ],
    { "aac-2": ["main", "comment"], "ac3-6": ["main-ac3", "comment"] },
  ],
  [
    "sets of one language with labels",
    [
      set(aac, 2, { ...english, names: ["main"] }),
      set(ac3, 6, { ...english, names: ["comment"], label: "Commentary" }),
    ],
    { "aac-2": ["main", "comment"], "ac3-6": ["main", "comment"] },
  ],
  [
    "stereo before mono, in package order: the first set is the default",
    [set(aac, 2, { ...english, names: ["two"] }), set(aac, 1, { ...english, names: ["one"] })],
    { "aac-2": ["two"], "aac-1": ["one"] },
  ],
  [
    "mono before stereo, in package order",
    [set(aac, 1, { ...english, names: ["one"] }), set(aac, 2, { ...english, names: ["two"] })],
    { "aac-1": ["one"], "aac-2": ["two"] },
  ],
];

for (const [what, sets, groups] of cases) {
  Deno.test(`buildAudioGroups() groups ${what}`, () => {
    const found = buildAudioGroups(assignLabels(sets));
    assertEquals(
      found.map(({ id, members }) => [id, members.map(({ rendition }) => rendition.name)]),
      Object.entries(groups),
    );
  });
}

Deno.test("joinKeys() joins video of several keys in the order of the package", async () => {
  const files = ["ladder-avc-720p.mp4", "ladder-avc-240p.mp4", "test-avc-frontmoov.mp4"];
  const names = async (...files: string[]) => {
    const presentation = await openProtected(files, { scheme: "cbcs", per: "resolution" });
    presentation.close();
    assertEquals(presentation.sets.length, 2);
    return joinKeys(presentation.sets, presentation).map(({ renditions }) =>
      renditions.map(({ file }) => file)
    );
  };
  assertEquals(await names(...files), [files]);
  const [hd, ...sd] = files;
  assertEquals(await names(sd[0]!, hd!, sd[1]!), [[sd[0]!, hd!, sd[1]!]]);
});
