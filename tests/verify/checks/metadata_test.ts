import { assertEquals } from "@std/assert";
import type { Rendition } from "../../../lib/presentation/presentation.ts";
import { checkMetadata, type OperatorMetadata } from "../../../lib/verify/checks/metadata.ts";
import type { TrackDeclaration } from "../../../lib/verify/readers/track_declaration.ts";
import { recordFindings } from "../recorded_findings.ts";

const TRACK = {
  ...{ language: "fra", extendedLanguage: "", names: ["SoundHandler"] },
  ...{ kinds: [], characteristics: [] },
};
const DASH = "urn:mpeg:dash:role:2011";

function find(
  rendition: Partial<Rendition>,
  { operator, track }: { operator?: OperatorMetadata; track?: Partial<TrackDeclaration> },
): string[] {
  const { report, findings } = recordFindings();
  const full = { type: "audio", language: "fr", file: "a.mp4", ...rendition } as Rendition;
  const declared = track && { ...TRACK, ...track } as TrackDeclaration;
  checkMetadata(full, { operator, track: declared }, report);
  return findings;
}

const files: [
  what: string,
  rendition: Partial<Rendition>,
  track: Partial<TrackDeclaration>,
  findings: string[],
][] = [
  ["the language of the file", {}, {}, []],
  ["another language", { language: "de" }, {}, ["language: got de, expected fr"]],
  ["no region", {}, { extendedLanguage: "fr-CA" }, ["language: got fr, expected fr-CA"]],
  ["no language", { language: "und" }, {}, ["language: got und, expected fr"]],
  ["the language of a file name", { file: "a.de.mp4", language: "de" }, { language: "" }, []],
  ["a language of nowhere", { language: "de" }, { language: "" }, [
    "language: got de, expected und",
  ]],
  ["no tag", { language: "?" }, {}, [
    "language: got ?, which is no BCP 47 tag",
    "language: got ?, expected fr",
  ]],
  ["a name", { label: "Director" }, { names: ["Director", "x"] }, []],
  ["no label", {}, { names: ["Director"] }, ["label: got undefined, expected Director"]],
  ["the label of a muxer", { label: "SoundHandler" }, {}, [
    "label: got SoundHandler, expected undefined",
  ]],
  ["a name of video", { type: "video" }, { names: ["Director"] }, []],
  ["a role", { role: "dub" }, {
    kinds: [{ scheme: DASH, value: "main" }, { scheme: DASH, value: "dub" }],
  }, []],
  ["forced subtitles", { type: "text", role: "forced" }, {
    kinds: [{ scheme: DASH, value: "forced_subtitle" }],
  }, []],
  ["subtitles whose samples are forced", { type: "text", role: "forced" }, {}, []],
  ["another role", { role: "dub" }, { characteristics: ["public.easy-to-read"] }, [
    "role: got dub, expected easyreader",
  ]],
  ["a role of nowhere", { role: "dub" }, { kinds: [{ scheme: "urn:a", value: "dub" }] }, [
    "role: got dub, expected none",
  ]],
];

for (const [what, rendition, track, findings] of files) {
  Deno.test(`checkMetadata() compares ${what} with the file`, () => {
    assertEquals(find(rendition, { track }), findings);
  });
}

Deno.test("checkMetadata() compares with the package where there is one", () => {
  const operator: OperatorMetadata = {
    language: "pt-BR",
    label: "Dub",
    role: "dub",
    default: true,
  };
  const same = { language: "pt-BR", label: "Dub", role: "dub", isDefault: true } as const;
  assertEquals(find(same, { operator, track: {} }), []);
  assertEquals(find({}, { operator, track: {} }), [
    "language: got fr, expected pt-BR",
    "label: got undefined, expected Dub",
    "role: got undefined, expected dub",
    "default: got false, expected true",
  ]);
});

Deno.test("checkMetadata() compares captions with the package", () => {
  const operator = { language: "fr", captions: [{ channel: "CC1", language: "eng" }] };
  const findings = [
    'label: got captions [], expected [{"channel":"CC1","language":"eng"}]',
  ];
  assertEquals(find({ type: "video" }, { operator }), findings);
  const same = { type: "video", captions: operator.captions } as Partial<Rendition>;
  assertEquals(find(same, { operator }), []);
});

Deno.test("checkMetadata() takes the region of the file for three letters of a package", () => {
  const track = { extendedLanguage: "fr-CA" };
  assertEquals(find({ language: "fr-CA" }, { operator: { language: "fra" }, track }), []);
});

Deno.test("checkMetadata() ignores the language of a subtitle file without a package", () => {
  assertEquals(find({ type: "text" }, {}), []);
});
