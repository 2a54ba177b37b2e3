import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { needsPackaging } from "../../lib/packager/existing_package.ts";
import { runPackager, TESTDATA, withDirectory } from "./films.ts";

const HOUR = 3_600_000;

/** Sets when a file was written, in hours from now. */
async function age(path: string, hours: number): Promise<void> {
  await Deno.utime(path, new Date(), new Date(Date.now() + hours * HOUR));
}

interface Film {
  readonly output: string;
  readonly video: string;
  readonly subtitles: string;
  readonly needs: (force?: boolean) => Promise<boolean>;
}

/** Runs `test` with a package that was written in an hour, of files that were written an hour ago. */
async function withFilm(test: (film: Film) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const path = (name: string) => join(directory, name);
    const [output, video, subtitles] = [path("f.json"), path("f.mp4"), path("f.fr.vtt")];
    await Deno.copyFile(join(TESTDATA, "ladder-avc-240p.mp4"), video);
    await Deno.copyFile(join(TESTDATA, "ladder-vtt-fra.vtt"), subtitles);
    assertEquals((await runPackager(["-q", "-o", output, video, subtitles])).code, 0);
    await age(output, 1);
    for (const file of [video, subtitles]) await age(file, -1);
    const needs = (force = false) => needsPackaging(output, { members: [video, subtitles], force });
    await test({ output, video, subtitles, needs });
  });
}

/** Edits the package, which keeps its time. */
async function edit({ output }: Film, change: (pack: Record<string, unknown>) => void) {
  const pack = JSON.parse(await Deno.readTextFile(output));
  change(pack);
  await Deno.writeTextFile(output, JSON.stringify(pack));
  await age(output, 1);
}

const cases: [what: string, change: (film: Film) => Promise<void>, expected: boolean][] = [
  ["a package that is newer than its files", async () => {}, false],
  ["no package", ({ output }) => Deno.remove(output), true],
  ["a file that was written since", ({ subtitles }) => age(subtitles, 2), true],
  [
    "a file that was written when the package was",
    async ({ output, video }) => {
      const time = new Date(Math.ceil(Date.now() / 1000) * 1000);
      for (const path of [output, video]) await Deno.utime(path, time, time);
    },
    true,
  ],
  ["a file that is gone", ({ subtitles }) => Deno.remove(subtitles), true],
  [
    "another file under the same name, written before",
    async ({ video }) => {
      await Deno.copyFile(join(TESTDATA, "ladder-avc-720p.mp4"), video);
      await age(video, -1);
    },
    true,
  ],
  [
    "a bitrate that is not that of the file",
    async (film) => {
      await edit(film, ({ tracks }) => Object.assign((tracks as object[])[0]!, { bandwidth: 9 }));
    },
    true,
  ],
  [
    "a label that was added by hand",
    (film) =>
      edit(film, ({ tracks }) => Object.assign((tracks as object[])[1]!, { label: "Français" })),
    false,
  ],
  ["a file that was removed by hand", (film) => edit(film, removeSubtitles), false],
  [
    "a file that was moved next to it since, although written before",
    async (film) => {
      await edit(film, removeSubtitles);
      await age(film.output, -0.5);
    },
    true,
  ],
  ["a protected package", (film) => edit(film, protect), false],
];

const URL_OF_FILE = "https://a.example/f.mp4";

/** Names a file of another machine besides, or instead. */
const nameUrl = (film: Film, isAll = false) =>
  edit(film, (pack) => {
    const tracks = pack.tracks as { file: string }[];
    for (const track of isAll ? tracks : tracks.slice(1)) track.file = URL_OF_FILE;
  });

for (const isAll of [false, true]) {
  Deno.test(`needsPackaging() leaves a package of ${isAll ? "" : "files and "}URLs that is newer`, () =>
    withFilm(async (film) => {
      await nameUrl(film, isAll);
      assertEquals(await film.needs(), false);
    }));
}

Deno.test("needsPackaging() refuses to replace a package that names a URL", () =>
  withFilm(async (film) => {
    await nameUrl(film);
    await age(film.video, 2);
    const error = await assertRejects(() => film.needs(), OutputError);
    const why =
      `--each does not read ${URL_OF_FILE} in it; package it with -o, or with --force without`;
    assertEquals(error.message, `Cannot write '${film.output}': ${why} this file`);
    assertEquals(await film.needs(true), true);
  }));

function removeSubtitles(pack: Record<string, unknown>): void {
  pack.tracks = (pack.tracks as object[]).slice(0, 1);
}

function protect(pack: Record<string, unknown>): void {
  const kids = { all: "75794092-4434-8559-bd33-c5716f3ba359" };
  pack.protection = { scheme: "cbcs", source: "house", content: "f", kids };
}

for (const [what, change, expected] of cases) {
  Deno.test(`needsPackaging() is ${expected} for ${what}`, () =>
    withFilm(async (film) => {
      await change(film);
      assertEquals(await film.needs(), expected);
    }));
}

Deno.test("needsPackaging() is true with force", () =>
  withFilm(async ({ needs }) => assert(await needs(true))));

const refused: [text: string, message: RegExp][] = [
  ["{}", /: it exists and is no package$/],
  ['{"id": "film"', /: it exists and is no package$/],
  ['{"ams": 1, "live": {}}', /: it exists and is no package$/],
];

for (const [text, message] of refused) {
  Deno.test(`needsPackaging() refuses to replace ${text}`, () =>
    withFilm(async ({ output, needs }) => {
      await Deno.writeTextFile(output, text);
      for (const force of [false, true]) {
        const error = await assertRejects(() => needs(force), OutputError);
        assert(message.test(error.message), error.message);
      }
    }));
}

Deno.test("needsPackaging() refuses to replace an invalid package", () =>
  withFilm(async (film) => {
    await edit(film, (pack) => pack.tarcks = []);
    const error = await assertRejects(() => film.needs(true), MediaError);
    assert(error.message.startsWith(`${film.output}: tarcks: Cannot `), error.message);
  }));

Deno.test("needsPackaging() refuses to replace a protected package by a clear one", () =>
  withFilm(async (film) => {
    await edit(film, protect);
    const message = "it is protected; package it again with --protect";
    await assertRejects(() => film.needs(true), OutputError, message);
    await age(film.video, 2);
    await assertRejects(() => film.needs(), OutputError, message);
  }));
