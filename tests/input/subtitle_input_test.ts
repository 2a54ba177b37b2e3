import { assert, assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { openInputs, openPackage } from "../../lib/presentation/open.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { Presentation, SubtitleRendition } from "../../lib/presentation/presentation.ts";
import {
  ascii,
  box,
  concat,
  fullBox,
  memorySource,
  moov,
  table,
  trak,
  u16,
  u32,
} from "../mp4/movie_file.ts";
import {
  buildFragmentedMovie,
  buildProgressiveMovie,
  packLanguage,
  stppEntry,
  type SubtitleMovie,
  tx3gEntry,
  tx3gSample,
  vttc,
  VTTE,
  wvttEntry,
} from "../subtitle_movie.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Opens files in memory. */
function open(
  files: Record<string, Uint8Array>,
  languages: Record<string, string> = {},
): Promise<Presentation> {
  const inputs = Object.keys(files).map((file) => ({
    file,
    ...languages[file] ? { language: languages[file] } : {},
  }));
  return openInputs(inputs, {
    segmentDuration: 2,
    open: (file) => memorySource(files[file]!, file).source,
  });
}

async function textOf(
  file: string,
  bytes: Uint8Array,
  language?: string,
): Promise<SubtitleRendition> {
  const { renditions } = await open({ [file]: bytes }, language ? { [file]: language } : {});
  return [...renditions.values()][0] as SubtitleRendition;
}

const one = (text: string, movie: Partial<SubtitleMovie> = {}): SubtitleMovie => ({
  handler: "sbtl",
  entry: tx3gEntry(),
  samples: [{ duration: 1000, bytes: tx3gSample("") }, { duration: 1000, bytes: tx3gSample(text) }],
  ...movie,
});

const SRT = encode("1\n00:01,000 --> 00:02,000\nx\n");
const VTT = (header: string) => encode(`WEBVTT\n${header}\n\n00:01.000 --> 00:02.000\nx\n`);
const TTML = (attributes: string) =>
  encode(
    `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling" ${attributes}>` +
      `<body itts:forcedDisplay="true"><div><p begin="1s" end="2s">x</p></div></body></tt>`,
  );

/** A file, the operator's language, and what comes of both. */
const said: [
  what: string,
  file: string,
  bytes: Uint8Array,
  wished: string | undefined,
  expected: (string | undefined)[],
][] = [
  ["nothing", "a.srt", SRT, undefined, ["en", undefined, undefined]],
  ["a name", "a.fr.srt", SRT, undefined, ["fr", undefined, undefined]],
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
    buildProgressiveMovie(one("x", { language: packLanguage("fra") })),
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
    buildFragmentedMovie(one("x", { language: packLanguage("fra") })),
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
    buildProgressiveMovie(one("x", { userData: box("name", ascii("Français (SDH)")) })),
    undefined,
    ["en", "Français (SDH)", undefined],
  ],
  [
    "a program's name",
    "a.mp4",
    buildProgressiveMovie(one("x", { userData: box("name", ascii("SubtitleHandler")) })),
    undefined,
    ["en", undefined, undefined],
  ],
  [
    "a flag",
    "a.mp4",
    buildProgressiveMovie(one("x", { entry: tx3gEntry({ flags: 0x80000000 }) })),
    undefined,
    ["en", undefined, "forced"],
  ],
  [
    "a kind",
    "a.mp4",
    buildProgressiveMovie(
      one("x", { userData: fullBox("kind", 0, 0, ascii("urn:mpeg:dash:role:2011\0caption\0")) }),
    ),
    undefined,
    ["en", undefined, "caption"],
  ],
  [
    "a characteristic",
    "a.mp4",
    buildProgressiveMovie(
      one("x", { userData: box("tagc", ascii("public.accessibility.transcribes-spoken-dialog")) }),
    ),
    undefined,
    ["en", undefined, "caption"],
  ],
  [
    "user data that is none",
    "a.mp4",
    buildProgressiveMovie(one("x", { userData: u32(99, 99, 99) })),
    undefined,
    ["en", undefined, undefined],
  ],
];

for (const [what, file, bytes, wished, expected] of said) {
  Deno.test(`a text has its language, label and role from ${what}`, async () => {
    const { language, label, role, webvtt } = await textOf(file, bytes, wished);
    assertEquals([language, label, role], expected);
    assertEquals(webvtt.cues.map(({ start, end, text }) => [start, end, text]), [[
      1000,
      2000,
      "x",
    ]]);
  });
}

Deno.test("openPackage() takes what the package says of a track, which amspackager wrote", async () => {
  const bytes = buildProgressiveMovie(one("x", { userData: box("name", ascii("Its own")) }));
  const { renditions } = await open({ "a.mp4": bytes });
  const [text] = [...renditions.values()] as SubtitleRendition[];
  const pack = toPackage(await open({ "a.mp4": bytes }));
  assertEquals([text!.label, pack.tracks[0]!.label, pack.tracks[0]!.track], [
    "Its own",
    "Its own",
    1,
  ]);
  const tracks = [{ ...pack.tracks[0]!, label: "Ours", role: "caption" as const }];
  const source = () => memorySource(bytes, "a.mp4").source;
  const ours = await openPackage({ segmentDuration: 2, tracks }, source);
  const { label, role } = [...ours.renditions.values()][0]!;
  assertEquals([label, role], ["Ours", "caption"]);
});

/** Edits in a movie of 1000 ticks a second, and when the cue of the second sample is shown. */
const edits: [what: string, edits: number[][], cue: [number, number] | undefined][] = [
  ["none", [], [1000, 2000]],
  ["an empty one", [[500, -1], [2000, 0]], [1500, 2500]],
  ["one from later on", [[1000, 1000]], [0, 1000]],
  ["one that ends early", [[1500, 0]], [1000, 1500]],
  ["one that leaves the cue out", [[1000, 0]], undefined],
];

for (const [what, rows, cue] of edits) {
  Deno.test(`a track of text heeds its edit list: ${what}`, async () => {
    const boxes = fullBox(
      "elst",
      0,
      0,
      u32(rows.length),
      rows.map(([duration, time]) => [u32(duration!, time!), u16(1, 0)]),
    );
    const { webvtt } = await textOf(
      "a.mp4",
      buildProgressiveMovie(one("x", rows.length > 0 ? { edits: boxes } : {})),
    );
    assertEquals(webvtt.cues.map(({ start, end }) => [start, end]), cue ? [cue] : []);
  });
}

Deno.test("WebVTT in MP4 keeps its header's styles and regions", async () => {
  const entry = wvttEntry("WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:r");
  const samples = [{ duration: 1000, bytes: VTTE }, {
    duration: 1000,
    bytes: vttc("x", { id: "1", settings: "region:r" }),
  }];
  const { webvtt } = await textOf(
    "a.mp4",
    buildProgressiveMovie(one("", { handler: "text", entry, samples })),
  );
  assertEquals(webvtt.blocks.map(({ type }) => type), ["style", "region"]);
  assertEquals(webvtt.cues, [{ start: 1000, end: 2000, id: "1", settings: "region:r", text: "x" }]);
});

for (const configuration of ["", "STYLE\n::cue { color: red }"]) {
  Deno.test(`WebVTT in MP4 may leave the signature out: "${configuration}"`, async () => {
    const samples = [{ duration: 1000, bytes: vttc("x") }];
    const entry = wvttEntry(configuration);
    const { webvtt } = await textOf(
      "a.mp4",
      buildProgressiveMovie(one("", { handler: "text", entry, samples })),
    );
    assertEquals([webvtt.cues.length, webvtt.blocks.length], [1, configuration ? 1 : 0]);
  });
}

const stpp = (movie: Partial<SubtitleMovie>) =>
  one("", { handler: "subt", entry: stppEntry(), ...movie });

const left: [what: string, movie: SubtitleMovie, reason: string][] = [
  [
    "a codec that nobody knows",
    one("x", { entry: box("c608", u16(0, 0, 0, 1)) }),
    `AMS does not know its codec "c608"`,
  ],
  [
    "a text that is cut off",
    one("x", { samples: [{ duration: 1000, bytes: u16(99) }] }),
    "Cannot read 99 bytes",
  ],
  [
    "a document that is none",
    stpp({ samples: [{ duration: 1000, bytes: encode("<tt") }] }),
    "as XML",
  ],
  [
    "pictures beside documents",
    stpp({ entry: stppEntry("application/ttml+xml;codecs=im1i") }),
    "its subtitles are images",
  ],
];

for (const [what, movie, reason] of left) {
  Deno.test(`openInputs() leaves out ${what}, and says why`, async () => {
    const open = () => memorySource(buildProgressiveMovie(movie), "a.mp4").source;
    const error = await assertRejects(
      () => openInputs([{ file: "a.mp4" }], { segmentDuration: 2, open }),
      MediaError,
      "Cannot find a track to play: track 1 is left out: ",
    );
    assert(error.message.includes(reason), error.message);
  });
}

Deno.test("openPackage() refuses a text that is broken", async () => {
  const movie = one("x", { samples: [{ duration: 1000, bytes: u16(99) }] });
  const track = { file: "a.mp4", track: 1, type: "text", language: "eng", name: "t" } as const;
  const open = () => memorySource(buildProgressiveMovie(movie), "a.mp4").source;
  await assertRejects(
    () => openPackage({ segmentDuration: 2, tracks: [track] }, open),
    MediaError,
    "a.mp4: Cannot read 99",
  );
});

Deno.test("chapters are no subtitles", async () => {
  const sample = tx3gSample("x");
  const track = (id: number, handler: string, offset: number) =>
    trak({
      id,
      handler,
      tables: [
        fullBox("stsd", 0, 0, u32(1), tx3gEntry()),
        table("stts", [1, 1000]),
        fullBox("stsz", 0, 0, u32(0, 1, sample.length)),
        table("stsc", [1, 1, 1]),
        table("stco", [offset]),
      ],
    });
  const film = (offset: number) => [
    box("ftyp", ascii("isom"), u32(0)),
    moov(
      box("trak", track(1, "sbtl", offset).subarray(8), box("tref", box("chap", u32(2)))),
      track(2, "text", offset),
    ),
  ];
  const bytes = concat(film(concat(film(0)).length + 8), box("mdat", sample));
  const { renditions, warnings } = await open({ "a.mp4": bytes });
  assertEquals([...renditions.values()].map((text) => (text as SubtitleRendition).trackId), [1]);
  assertEquals(warnings, []);
});
