import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { amspackager } from "../../lib/packager/command.ts";
import { Progress } from "../../lib/cli/progress.ts";
import { verifyCommand } from "../../lib/verify/command.ts";
import type { Finding } from "../../lib/verify/findings.ts";
import { GENERATORS } from "../../lib/verify/generators.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { declareProtection } from "../protected_presentations.ts";

const TESTDATA = fromFileUrl(new URL("../../testdata", import.meta.url));
const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

async function run(
  ...args: string[]
): Promise<{ code: number; lines: string[]; errors: string[] }> {
  const [lines, errors]: [string[], string[]] = [[], []];
  const line = (text: string) => void lines.push(...text.split("\n"));
  const warn = (text: string) => void errors.push(text);
  return { code: await amspackager(args, { line, warn }, { version: "1.2.3" }), lines, errors };
}

/** Runs `test` in a directory with a package. */
async function withPackage(name: string, test: (path: string, directory: string) => Promise<void>) {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const file of FILES) await Deno.copyFile(join(TESTDATA, file), join(directory, file));
    const inputs = FILES.flatMap((file) => ["-i", join(directory, file)]);
    assertEquals((await run("-o", join(directory, name), "-d", "2", ...inputs)).code, 0);
    await test(join(directory, name), directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("amspackager verify finds files of another size or digest than the package has", () =>
  withPackage("v.json", async (path, directory) => {
    assertEquals((await run("verify", path)).code, 0);
    const pack = JSON.parse(Deno.readTextFileSync(path));
    const [video, audio] = FILES as [string, string];
    const bytes = Deno.readFileSync(join(directory, audio));
    bytes[new TextDecoder("latin1").decode(bytes).indexOf("mdat") + 4]! ^= 1;
    Deno.writeFileSync(join(directory, audio), bytes);
    pack.sources[0].size++;
    pack.tracks.pop(); // its source stays, but is not compared
    Deno.removeSync(join(directory, FILES[2]!));
    Deno.writeTextFileSync(path, JSON.stringify(pack));
    const { differences } = JSON.parse((await run("verify", "--json", path)).lines.join(""));
    const found = differences.filter(({ rule }: Finding) => rule === "content");
    assertEquals(
      found.map(({ message }: Finding) => message),
      [video, audio].map((file) =>
        `the content of '${file}' is not that of the package: package it again`
      ),
    );
  }));

Deno.test("amspackager verify finds files whose content is not that of the package", () =>
  withPackage("v.json", async (path, directory) => {
    const inputs = FILES.flatMap((file) => ["-i", join(directory, file)]);
    assertEquals((await run("-o", path, "-d", "2", "--exact", ...inputs)).code, 0);
    assertEquals((await run("verify", path)).code, 0);
    Deno.writeTextFileSync(join(directory, FILES[2]!), "\n", { append: true });
    const { code, lines } = await run("verify", "--json", path);
    const { differences } = JSON.parse(lines.join(""));
    assertEquals([code, differences.length], [1, 1]);
    assertEquals(differences[0].rule, "content");
    assertEquals(
      differences[0].message,
      `the content of '${FILES[2]}' is not that of the package: package it again`,
    );
  }));

Deno.test("amspackager verify prints a row for each format of a rendition, and exits with 0", () =>
  withPackage("v.json", async (path) => {
    const { code, lines, errors } = await run("verify", path);
    assertEquals([code, errors], [0, []]);
    assertEquals(lines[0], `-- Verifying '${path}'`);
    assertMatch(lines[1]!, /^ {3}rendition +format +segments +samples +verdict$/);
    const rows = lines.slice(2, -1).map((line) => line.trim().replace(/=\d+/, "").split(/ {2,}/));
    assertEquals(rows, [
      ["video_und", "CMAF", "6", "300", "same"],
      ["video_und", "CMAF key frames", "6", "6", "same"],
      ["video_und", "MPEG-TS", "6", "300", "same"],
      ["video_und", "MPEG-TS key frames", "6", "6", "same"],
      ["video_und", "Smooth", "6", "300", "same"],
      ["audio_eng", "CMAF", "6", "564", "same"],
      ["audio_eng", "MPEG-TS", "6", "564", "same"],
      ["audio_eng", "Smooth", "6", "563", "same"],
      ["caption_eng", "WebVTT", "6", "7", "same"],
      ["caption_eng", "wvtt", "6", "14", "same"],
      ["caption_eng", "Smooth", "6", "13", "same"],
      ["-", "DASH manifest", "13", "-", "same"],
      ["-", "DASH manifest, wvtt", "18", "-", "same"],
      ["-", "HLS playlists", "24", "-", "same"],
      ["-", "HLS playlists, MPEG-TS", "24", "-", "same"],
      ["-", "Smooth manifest", "18", "-", "same"],
    ]);
    const outcome = /^Everything matches the files: \d+\.\d MB verified in \d+\.\d s, \d+ MB\/s$/;
    assertMatch(lines.at(-1)!, outcome);
  }));

Deno.test("amspackager verify reads a plain media file, with segments of six seconds", async () => {
  const { code, lines } = await run("verify", join(TESTDATA, "ladder-avc-240p.mp4"));
  assertEquals(code, 0);
  assertMatch(lines[2]!, /CMAF +2 +300 +same$/);
});

/** Files of a film by their names, made of those of testdata/. */
const FILM = {
  "film.mp4": "ladder-avc-720p.mp4",
  "film-240p.mp4": "ladder-avc-240p.mp4",
  "film.en.commentary.m4a": "ladder-aac-eng.mp4",
  "film.de.m4a": "tone-aac-24khz.mp4",
  "film.fr.vtt": "ladder-vtt-fra.vtt",
  "film.en.srt": "tone-aac-24khz.mp4", // broken
};

/** Returns the exit code, the names of renditions without bitrate, and the warnings. */
async function verifyFile(...args: string[]): Promise<[number, string[], string[]]> {
  const { code, lines } = await run("verify", "--json", ...args);
  const { checked, advice } = JSON.parse(lines.join("\n"));
  const names = checked.map(({ rendition = "" }) => rendition.replace(/=.*/, "")).filter(Boolean);
  return [code, [...new Set<string>(names)], advice.map(({ message }: Finding) => message)];
}

Deno.test("amspackager verify reads a media file with its sidecars, as ams plays it", async () => {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, source] of Object.entries(FILM)) {
      await Deno.copyFile(join(TESTDATA, source), join(directory, name));
    }
    const film = join(directory, "film.mp4");
    const [code, names, advice] = await verifyFile(film);
    assertEquals([code, names], [0, ["video_und", "audio_deu", "audio_eng", "caption_fra"]]);
    assert(advice.some((text) => text.startsWith("film.en.srt: is left out: ")), advice.join());
    assertEquals((await verifyFile("--no-sidecars", film)).slice(0, 2), [0, ["video_und"]]);
    const audio = join(directory, "film.de.m4a");
    assertEquals((await verifyFile(audio)).slice(0, 2), [0, ["audio_deu"]]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("amspackager verify --json prints JSON alone", () =>
  withPackage("v.json", async (path) => {
    const { code, lines, errors } = await run("verify", path, "--json");
    const { file, same, bytes, checked, differences, advice } = JSON.parse(lines.join("\n"));
    assertEquals([code, errors, file, same, differences, advice], [0, [], path, true, [], []]);
    assertEquals(checked.length, 16);
    assertEquals(Object.keys(checked[0]), [
      ...["rendition", "form", "segments", "samples", "bytes", "differences"],
    ]);
    assertEquals(Object.keys(checked[11]), Object.keys(checked[0]).slice(1));
    const sum = checked.reduce((sum: number, row: { bytes: number }) => sum + row.bytes, 0);
    assert(sum <= bytes && sum > bytes / 2);
    assertEquals((await run("verify", path, "--json")).lines, lines);
  }));

Deno.test("amspackager verify reports differences, and exits with 1", () =>
  withPackage("v.json", async (path) => {
    const lines: string[] = [];
    const out = { line: (text: string) => void lines.push(text), warn: () => {} };
    const generators: typeof GENERATORS = {
      ...GENERATORS,
      mpd(presentation, format) {
        const text = GENERATORS.mpd(presentation, format);
        return format === "wvtt" ? text : text.replace('timescale="12800"', 'timescale="1"');
      },
    };
    assertEquals(await verifyCommand([path], out, { version: "1.2.3", generators }), false);
    const message = "DASH manifest: timescale: got 1, expected 12800";
    assert(
      lines.some((line) => /^-- Difference: video_und=\d+, /.test(line) && line.endsWith(message)),
    );
    assert(lines.some((line) => /DASH manifest +13 +- +1 difference$/.test(line)));
    assertMatch(lines.at(-1)!, /^1 difference: /);
    lines.length = 0;
    assertEquals(
      await verifyCommand([path, "--json"], out, { version: "1.2.3", generators }),
      false,
    );
    const { same, differences } = JSON.parse(lines.join("\n"));
    assertEquals([same, differences.length, differences[0].rule], [false, 1, "timescale"]);
  }));

Deno.test("amspackager verify shows progress on a terminal", () =>
  withPackage("v.json", async (path) => {
    let now = 0;
    const shown: string[] = [];
    const progress = new Progress((text) => void shown.push(text), () => now += 10_000);
    const out = { line: () => {}, warn: () => {}, progress };
    assert(await verifyCommand([path], out, { version: "1.2.3" }));
    assertMatch(shown[0]!, /Verifying 'video_und=\d+': segment 1 of 6$/);
    assertEquals(shown.at(-1), "\r\x1b[K");
  }));

Deno.test("amspackager writes a package named verify, and verifies it", () =>
  withPackage("verify", async (path) => {
    assertEquals((await run("verify", path)).code, 0);
  }));

const refused: [what: string, args: string[], code: number, message: RegExp][] = [
  ["no file", [], 2, /^amspackager: Cannot verify without FILE/],
  ["a missing package", ["none.json"], 1, /^amspackager: none\.json: Cannot find this file$/],
  ["a missing file", ["none.mp4"], 1, /^amspackager: none\.mp4: Cannot find this file$/],
  [
    "a file that is not a package",
    [join(TESTDATA, "README.md")],
    1,
    /^amspackager: .*README\.md: Cannot /,
  ],
];

for (const [what, args, code, message] of refused) {
  Deno.test(`amspackager verify refuses ${what} in one line`, async () => {
    const { code: got, lines, errors } = await run("verify", ...args);
    assertEquals([got, errors.length, lines.filter((line) => !line.startsWith("--"))], [
      code,
      1,
      [],
    ]);
    assertMatch(errors[0]!, message);
  });
}

Deno.test("amspackager verify refuses a package with missing files", () =>
  withPackage("v.json", async (path, directory) => {
    await Deno.remove(join(directory, FILES[0]!));
    const { code, errors } = await run("verify", path);
    assertEquals([code, errors], [1, [`amspackager: ${FILES[0]}: Cannot find this file`]]);
  }));

Deno.test("amspackager verify --help has an example and the exit codes", async () => {
  const { code, lines } = await run("verify", "--help");
  assertEquals(code, 0);
  assert(lines.some((line) => line.includes("amspackager verify video.json")));
  assert(lines.some((line) => line.startsWith("Exit status: 0")));
  assert((await run("--help")).lines.some((line) => line.includes("amspackager verify")));
});

/** Protects a package, and writes a key file next to its directory. */
async function withProtected(
  test: (path: string, keys: string) => Promise<void>,
  keyFile: unknown = { ams: 1, sources: { house: { seed: PLAYREADY_TEST_SEED } } },
) {
  await withPackage("v.json", async (path, directory) => {
    const pack = JSON.parse(await Deno.readTextFile(path));
    pack.protection = declareProtection({ scheme: "cbcs", per: "type" });
    await Deno.writeTextFile(path, JSON.stringify(pack));
    const keys = join(directory, "keys.json");
    await Deno.writeTextFile(keys, JSON.stringify(keyFile));
    await test(path, keys);
  });
}

Deno.test("amspackager verify --keys verifies a protected package in the formats that it has", () =>
  withProtected(async (path, keys) => {
    const { code, lines, errors } = await run("verify", "--keys", keys, path);
    assertEquals([code, errors], [0, []]);
    const formats = lines.slice(2, -1).map((line) => line.trim().split(/ {2,}/)[1]);
    assertEquals(formats, [
      ...["CMAF", "CMAF key frames", "CMAF", "WebVTT", "wvtt"],
      ...["DASH manifest", "DASH manifest, wvtt", "HLS playlists"],
    ]);
  }));

Deno.test("amspackager verify refuses a protected package without --keys", () =>
  withProtected(async (path) => {
    const { code, errors } = await run("verify", path);
    const message = "amspackager: Cannot verify a protected package without --keys FILE";
    assertEquals([code, errors], [2, [message]]);
  }));

Deno.test("amspackager verify --keys ignores the key file for a clear package", () =>
  withPackage("v.json", async (path) => {
    assertEquals((await run("verify", "--keys", "none.json", path)).code, 0);
  }));

const keyErrors: [what: string, keyFile: unknown, message: (path: string) => string][] = [
  [
    "a key file without the source",
    { ams: 1, sources: { other: { seed: PLAYREADY_TEST_SEED } } },
    () => "Cannot find source 'house' in the key file",
  ],
  [
    "a key file of another version",
    { ams: 2, sources: {} },
    (path) => `Cannot use --keys '${path}': ams: Cannot read this version, expected 1`,
  ],
];

for (const [what, keyFile, message] of keyErrors) {
  Deno.test(`amspackager verify --keys refuses ${what} in one line`, () =>
    withProtected(async (path, keys) => {
      const { code, errors } = await run("verify", "--keys", keys, path);
      assertEquals([code, errors], [1, [`amspackager: ${message(keys)}`]]);
    }, keyFile));
}
