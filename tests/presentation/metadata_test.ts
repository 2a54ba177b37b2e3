import { assertEquals, assertRejects } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import type { PackageMetadata } from "../../lib/package/package.ts";
import { checkPoster, openChapterFile, toMetadata } from "../../lib/presentation/metadata.ts";
import type { Source } from "../../lib/storage/source.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { readTestdata } from "../test_files.ts";

const encode = (text: string) => new TextEncoder().encode(text);

const JPEG = Uint8Array.fromHex("ffd8ffe000104a46494600");

const VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\n00:03.000 --> 00:04.000\nTwo\n";

const FILES: Record<string, () => Uint8Array> = {
  "a.m4a": () => readTestdata("tone-aac-chapters.m4a"),
  "a.jpg": () => JPEG,
  "a.vtt": () => encode(VTT),
  "broken.vtt": () => encode("no signature"),
};

const IN_FILE = [
  { start: 0, title: "Opening" },
  { start: 1500, title: "Café & “more” <b>" },
  { start: 4000, title: "The end" },
];

/** Counts sources that are open. */
let openCount = 0;

function open(name: string): Source {
  if (name === "secret.jpg") throw new RequestError("FORBIDDEN", "Cannot open this");
  const content = FILES[name]?.();
  if (!content) throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(name);
  openCount++;
  return { ...memorySource(content, name).source, close: () => void openCount-- };
}

/** Opens a package of a movie with chapters. */
async function describe(metadata: PackageMetadata) {
  const pack = {
    segmentDuration: 2,
    tracks: [{ file: "a.m4a", track: 1, type: "audio", language: "eng", name: "a" }],
    ...metadata,
  } as const;
  const presentation = await openPackage(pack, open);
  presentation.close();
  return { metadata: presentation.metadata, warnings: presentation.warnings };
}

const cases: [what: string, given: PackageMetadata, expected: object, warning?: string][] = [
  ["texts, and chapters of the file", { title: "Film", description: "Of it" }, {
    title: "Film",
    description: "Of it",
    chapters: IN_FILE,
  }],
  ["a poster", { poster: "a.jpg", chapters: [] }, { hasPoster: true }],
  ["a list of chapters", { chapters: [{ start: 0.1234, title: "One" }] }, {
    chapters: [{ start: 123, title: "One" }],
  }],
  ["a file of chapters", { chapters: "a.vtt" }, {
    chapters: [{ start: 1000, title: "One" }, { start: 3000, title: "Two" }],
  }],
  [
    "no poster that is missing",
    { title: "a", poster: "none.jpg", chapters: [] },
    { title: "a" },
    "none.jpg: is left out: Cannot find this file",
  ],
  [
    "no poster in another format",
    { title: "a", poster: "a.vtt", chapters: [] },
    { title: "a" },
    "a.vtt: is left out: Cannot use this poster: expected JPEG or PNG",
  ],
  [
    "no chapters that are broken, nor those of the file",
    { title: "a", chapters: "broken.vtt" },
    { title: "a" },
    "broken.vtt: is left out: Cannot find the signature WEBVTT at the start",
  ],
];

for (const [what, given, expected, warning] of cases) {
  Deno.test(`openPackage() has ${what}`, async () => {
    assertEquals(await describe(given), {
      metadata: expected,
      warnings: warning === undefined ? [] : [warning],
    });
    assertEquals(openCount, 0);
  });
}

Deno.test("openPackage() has no metadata where nothing is declared", async () => {
  assertEquals(await describe({ chapters: [] }), { metadata: undefined, warnings: [] });
});

Deno.test("openPackage() rejects files that clients may not have", async () => {
  await assertRejects(() => describe({ poster: "secret.jpg" }), RequestError, "Cannot open this");
  assertEquals(openCount, 0);
});

Deno.test("openInputs() has the chapters of the first file that has some, unless they are excluded", async () => {
  const files: Record<string, string> = {
    "a.mp4": "ladder-aac-eng.mp4",
    "b.mp4": "tone-aac-chapters.m4a",
  };
  const inputs = ["a.mp4", "b.mp4"].map((file) => ({ file, language: "eng" }));
  const read = async (options: { hasChapters?: boolean }) => {
    const open = (name: string) => memorySource(readTestdata(files[name]!), name).source;
    const presentation = await openInputs(inputs, { segmentDuration: 2, open, ...options });
    presentation.close();
    return presentation.metadata;
  };
  assertEquals(await read({}), { chapters: IN_FILE });
  assertEquals(await read({ hasChapters: false }), undefined);
});

Deno.test("toMetadata() moves chapters of the media with it, but not those of the operator", () => {
  const chapters = [{ start: 0, title: "a" }, { start: 2000, title: "b" }, {
    start: 9000,
    title: "c",
  }];
  const shift = { ticks: 450_000, timescale: 90_000 };
  assertEquals(toMetadata({ inMedia: chapters }, shift)?.chapters, [
    { start: 0, title: "b" },
    { start: 4000, title: "c" },
  ]);
  assertEquals(toMetadata({ inMedia: [], declared: chapters }, shift)?.chapters, chapters);
});

Deno.test("checkPoster() and openChapterFile() throw what is wrong with a file", async () => {
  assertEquals(await checkPoster("a.jpg", open), true);
  await assertRejects(() => checkPoster("a.vtt", open), MediaError, "expected JPEG or PNG");
  assertEquals((await openChapterFile("a.vtt", open)).length, 2);
  const large = () => ({ ...memorySource(JPEG).source, size: 2 ** 24 + 1 });
  await assertRejects(
    () => openChapterFile("a.vtt", large),
    MediaError,
    "Cannot read chapters of 16777217 bytes, expected at most 16777216",
  );
  assertEquals(openCount, 0);
});
