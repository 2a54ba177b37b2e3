import { assertEquals } from "@std/assert";
import { openPackage } from "../open_presentation.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { ascii, box, fullBox, memorySource, u32 } from "../mp4/movie_file.ts";
import {
  buildFragmentedMovie,
  buildProgressiveMovie,
  packLanguage,
  tx3gEntry,
} from "../subtitle_movie.ts";
import { buildSecondSample, encode, openFiles, openSubtitles } from "./open_subtitles.ts";

const SRT = encode("1\n00:01,000 --> 00:02,000\nx\n");
const VTT = (header: string) => encode(`WEBVTT\n${header}\n\n00:01.000 --> 00:02.000\nx\n`);
const TTML = (attributes: string) =>
  encode(
    `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling" ${attributes}>` +
      `<body itts:forcedDisplay="true"><div><p begin="1s" end="2s">x</p></div></body></tt>`,
  );

/** Language, label and role of a file with the operator's language. */
const metadata: [
  name: string,
  file: string,
  bytes: Uint8Array,
  operatorLanguage: string | undefined,
  expected: (string | undefined)[],
][] = [
  ["nothing", "a.srt", SRT, undefined, ["und", undefined, undefined]],
  ["a name", "a.fr.srt", SRT, undefined, ["fr", undefined, undefined]],
  ["a name with flags", "a.en.hi.srt", SRT, undefined, ["en", undefined, "caption"]],
  ["a name of flags only", "a.forced.srt", SRT, undefined, ["und", undefined, "forced"]],
  ["a name before a header", "a.pt_BR.vtt", VTT("Language: en"), undefined, [
    "pt-BR",
    undefined,
    undefined,
  ]],
  ["a name before a document", "a.sdh.ttml", TTML(`xml:lang="fil"`), undefined, [
    "fil",
    undefined,
    "caption",
  ]],
  ["a header that declares no language", "a.vtt", VTT("Language: English"), undefined, [
    "und",
    undefined,
    undefined,
  ]],
  ["the operator before a name", "a.fr.srt", SRT, "deu", ["de", undefined, undefined]],
  ["a header", "a.vtt", VTT("Kind: captions\nLanguage: fr"), undefined, [
    "fr",
    undefined,
    undefined,
  ]],
  ["a document", "a.ttml", TTML(`xml:lang="fr-CA"`), undefined, [
    "fr-CA",
    undefined,
    "forced",
  ]],
  [
    "a track",
    "a.mp4",
    buildProgressiveMovie(buildSecondSample("x", { language: packLanguage("fra") })),
    undefined,
    [
      "fr",
      undefined,
      undefined,
    ],
  ],
  [
    "a track of fragments",
    "a.mp4",
    buildFragmentedMovie(buildSecondSample("x", { language: packLanguage("fra") })),
    undefined,
    [
      "fr",
      undefined,
      undefined,
    ],
  ],
  [
    "a name of user data",
    "a.mp4",
    buildProgressiveMovie(
      buildSecondSample("x", { userData: box("name", ascii("Français (SDH)")) }),
    ),
    undefined,
    ["und", "Français (SDH)", undefined],
  ],
  [
    "no name of a muxer",
    "a.mp4",
    buildProgressiveMovie(
      buildSecondSample("x", { userData: box("name", ascii("SubtitleHandler")) }),
    ),
    undefined,
    ["und", undefined, undefined],
  ],
  [
    "a flag",
    "a.mp4",
    buildProgressiveMovie(buildSecondSample("x", { entry: tx3gEntry({ flags: 0x80000000 }) })),
    undefined,
    ["und", undefined, "forced"],
  ],
  [
    "a kind",
    "a.mp4",
    buildProgressiveMovie(
      buildSecondSample("x", {
        userData: fullBox("kind", 0, 0, ascii("urn:mpeg:dash:role:2011\0caption\0")),
      }),
    ),
    undefined,
    ["und", undefined, "caption"],
  ],
  [
    "a characteristic",
    "a.mp4",
    buildProgressiveMovie(
      buildSecondSample("x", {
        userData: box("tagc", ascii("public.accessibility.transcribes-spoken-dialog")),
      }),
    ),
    undefined,
    ["und", undefined, "caption"],
  ],
  [
    "invalid user data",
    "a.mp4",
    buildProgressiveMovie(buildSecondSample("x", { userData: u32(99, 99, 99) })),
    undefined,
    ["und", undefined, undefined],
  ],
];

for (const [name, file, bytes, operatorLanguage, expected] of metadata) {
  Deno.test(`openInputs() takes language, label and role of subtitles from ${name}`, async () => {
    const { language, label, role, webvtt } = await openSubtitles(file, bytes, operatorLanguage);
    assertEquals([language, label, role], expected);
    assertEquals(webvtt.cues.map(({ start, end, text }) => [start, end, text]), [[
      1000,
      2000,
      "x",
    ]]);
  });
}

Deno.test("openPackage() prefers the metadata of the package to that of the file", async () => {
  const bytes = buildProgressiveMovie(
    buildSecondSample("x", { userData: box("name", ascii("Its own")) }),
  );
  const { renditions } = await openFiles({ "a.mp4": bytes });
  const [text] = [...renditions.values()] as SubtitleRendition[];
  const pack = toPackage(await openFiles({ "a.mp4": bytes }));
  assertEquals([text!.label, pack.tracks[0]!.label, pack.tracks[0]!.track], [
    "Its own",
    "Its own",
    1,
  ]);
  const tracks = [{ ...pack.tracks[0]!, label: "Label", role: "caption" as const }];
  const source = () => memorySource(bytes, "a.mp4").source;
  const changed = await openPackage({ segmentDuration: 2, tracks }, source);
  const { label, role } = [...changed.renditions.values()][0]!;
  assertEquals([label, role], ["Label", "caption"]);
});

const SEVERAL = encode(
  `<tt xmlns="http://www.w3.org/ns/ttml" xml:lang=""><body>` +
    ["en", "ko", "pt-BR"].map((language) =>
      `<div xml:lang="${language}"><p begin="1s" end="2s">${language}</p></div>`
    ).join("") + "</body></tt>",
);

const selections: [language: string | undefined, tracks: string[][], warnings: string[]][] = [
  [undefined, [["en", "en"], ["ko", "ko"], ["pt-BR", "pt-BR"]], []],
  ["kor", [["ko", "ko"]], []],
  ["pt-BR", [["pt-BR", "pt-BR"]], []],
  ["de", [["de", "en ko pt-BR"]], [
    "a.ttml: contains en, ko, pt-BR, but not de, so all are shown at once; name one of them as its language",
  ]],
];

for (const [language, tracks, warnings] of selections) {
  Deno.test(`openInputs() reads ${language ?? "all"} of TTML in several languages`, async () => {
    const opened = await openFiles({ "a.ttml": SEVERAL }, language ? { "a.ttml": language } : {});
    const found = [...opened.renditions.values()].map((rendition) => [
      rendition.language,
      (rendition as SubtitleRendition).webvtt.cues.map(({ text }) => text).join(" "),
    ]);
    assertEquals(found, tracks);
    assertEquals(opened.warnings.filter((warning) => warning.includes("contains")), warnings);
    const again = await openPackage(
      toPackage(opened),
      () => memorySource(SEVERAL, "a.ttml").source,
    );
    assertEquals(again.version, opened.version);
  });
}

const THUMBNAILS: [name: string, payloads: string[], leftOut: boolean][] = [
  ["sprites", ["s.jpg#xywh=0,0,160,90", "https://x/s.webp?a=b#xywh=percent:0,0,1,1"], true],
  ["images", ["thumbs/1.png", "thumbs/2.JPG"], true],
  ["text and an image", ["s.jpg#xywh=0,0,160,90", "Hello"], false],
  ["text that names an image", ["Open s.jpg"], false],
];

for (const [name, payloads, leftOut] of THUMBNAILS) {
  Deno.test(`openInputs() ${leftOut ? "leaves out" : "reads"} WebVTT of ${name}`, async () => {
    const cues = payloads.map((text, i) => `00:0${i}.000 --> 00:0${i + 1}.000\n${text}\n`);
    const thumbnails = encode(["WEBVTT\n", ...cues].join("\n"));
    const { renditions, warnings } = await openFiles({ "a.srt": SRT, "thumbs.vtt": thumbnails });
    assertEquals(renditions.size, leftOut ? 1 : 2);
    const warning = "thumbs.vtt: is left out: its cues are URLs of thumbnails, not subtitles";
    assertEquals(warnings.includes(warning), leftOut);
  });
}

for (const newline of ["\n", "\r\n"]) {
  Deno.test(`openInputs() drops X-TIMESTAMP-MAP that ends with ${JSON.stringify(newline)}`, async () => {
    const lines = ["X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000", "Kind: captions"];
    const { webvttBytes, webvtt } = await openSubtitles(
      "a.vtt",
      new TextEncoder().encode(
        new TextDecoder().decode(VTT(lines.join("\n"))).replaceAll("\n", newline),
      ),
    );
    assertEquals(
      webvttBytes,
      new TextEncoder().encode(
        new TextDecoder().decode(VTT("Kind: captions")).replaceAll("\n", newline),
      ),
    );
    assertEquals(webvtt.header, "\nKind: captions");
  });
}
Deno.test("openInputs() takes the default from the name of a subtitle file", async () => {
  const { renditions } = await openFiles({ "a.nl.default.srt": SRT, "b.nl.srt": SRT });
  assertEquals([...renditions.values()].map(({ isDefault }) => isDefault), [true, undefined]);
});
