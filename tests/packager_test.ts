/** amspackager from its command line to the package file, on the files of testdata/. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import configuration from "../deno.json" with { type: "json" };
import { amspackager } from "../lib/packager/command.ts";
import { type Package, parsePackage } from "../lib/package/package.ts";
import { openPackage } from "./open_presentation.ts";
import { openFile } from "../lib/storage/local/file.ts";

const ROOT = fromFileUrl(new URL("../", import.meta.url));
const TESTDATA = join(ROOT, "testdata");

interface Result {
  code: number;
  lines: string[];
  errors: string[];
}

async function run(...args: string[]): Promise<Result> {
  const [lines, errors]: [string[], string[]] = [[], []];
  const out = {
    line: (text: string) => lines.push(text),
    warn: (text: string) => errors.push(text),
  };
  return { code: await amspackager(args, out, { version: "1.2.3" }), lines, errors };
}

/** The command itself, in another process. */
async function spawn(cwd: string, ...args: string[]): Promise<Result> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=amspackager", join(ROOT, "packager.ts"), ...args],
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const ofDeno = /^(Warning Permissions in the config file|Check |Download )/;
  const lines = (bytes: Uint8Array) =>
    new TextDecoder().decode(bytes).split("\n").filter((line) => line && !ofDeno.test(line));
  return { code, lines: lines(stdout), errors: lines(stderr) };
}

/** Runs `test` in a temporary directory with copies of files of testdata/. */
async function inDirectory(
  files: readonly string[],
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const file of files) await Deno.copyFile(join(TESTDATA, file), join(directory, file));
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function read(path: string): Package {
  return parsePackage(Deno.readTextFileSync(path));
}

const RENDITIONS = [
  "ladder-avc-240p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-aac-eng.mp4",
  "ladder-aac-fra.mp4",
  "ladder-vtt-fra.vtt",
];

Deno.test("amspackager writes a package and prints the lines of 2015", () =>
  inDirectory(RENDITIONS, async (directory) => {
    await Deno.mkdir(join(directory, "packages"));
    const [low, high, english, french, text] = RENDITIONS as [
      string,
      string,
      string,
      string,
      string,
    ];
    const args = ["-d", "2", "-i", low, "-i", high, "-i", english, "-i", french, "-l", "ita"];
    const more = ["-o", "packages/video.json", ...args, "--input", text, "--language=fra"];
    const { code, lines, errors } = await spawn(directory, ...more);
    assertEquals([code, errors], [0, []]);
    assertEquals(lines.filter((line) => !line.startsWith(" ")), [
      `-- Parsing file='${low}' language='und'`,
      `-- Parsing file='${high}' language='und'`,
      `-- Parsing file='${english}' language='eng'`,
      `-- Parsing file='${french}' language='ita'`,
      `-- Parsing file='${text}' language='fra'`,
      "-- Creating package file 'packages/video.json'",
      "All files has been packaged successfully",
      "Wrote packages/video.json: 2 video, 2 audio, 1 subtitle track, 12 s. " +
      "Play it: ams -d . then http://localhost:8080/packages/video.json/",
    ]);
    const { segmentDuration, tracks } = read(join(directory, "packages/video.json"));
    assertEquals(segmentDuration, 2);
    assertEquals(
      tracks.map(({ file, type, language }) => [file, type, language]),
      [
        [`../${low}`, "video", "und"],
        [`../${high}`, "video", "und"],
        [`../${english}`, "audio", "en"],
        [`../${french}`, "audio", "it"],
        [`../${text}`, "text", "fr"],
      ],
    );
  }));

Deno.test("amspackager prints codec, size, rate, duration, language and bitrate of each track", () =>
  inDirectory(RENDITIONS, async (directory) => {
    const inputs = RENDITIONS.flatMap((file) => ["-i", join(directory, file)]);
    const { lines } = await run("-o", join(directory, "v.json"), ...inputs);
    const found = lines.filter((line) => line.startsWith("   "));
    const rate = String.raw`\d+(\.\d)? kbit/s$`;
    assertEquals(found.length, RENDITIONS.length);
    assertMatch(
      found[0]!,
      new RegExp(`^   track 1: video avc1\\.[0-9A-F]{6}, 426x240, 25 fps, 12 s, und, ${rate}`),
    );
    assertMatch(
      found[2]!,
      new RegExp(`^   track 1: audio mp4a\\.40\\.2, 2 channels, 48000 Hz, 12 s, eng, ${rate}`),
    );
    assertMatch(found[4]!, new RegExp(`^   text: WebVTT, 4 cues, 12 s, und$`));
  }));

Deno.test("amspackager writes a package that opens without a warning", () =>
  inDirectory(RENDITIONS, async (directory) => {
    const path = join(directory, "v.json");
    assertEquals(
      (await run("-o", path, ...RENDITIONS.flatMap((f) => ["-i", join(directory, f)]))).code,
      0,
    );
    const pack = read(path);
    const presentation = await openPackage(pack, (file) => openFile(join(directory, file), file));
    presentation.close();
    assertEquals(presentation.warnings, []);
    assertEquals([...presentation.renditions.keys()], pack.tracks.map(({ name }) => name));
  }));

Deno.test("amspackager writes equal packages for the same files", () =>
  inDirectory(RENDITIONS, async (directory) => {
    const path = join(directory, "v.json");
    const args = ["-o", path, ...RENDITIONS.flatMap((file) => ["-i", join(directory, file)])];
    await run(...args);
    const first = await Deno.readTextFile(path);
    await run(...args);
    assertEquals(await Deno.readTextFile(path), first);
    assertEquals(
      Array.from(Deno.readDirSync(directory), ({ name }) => name).sort(),
      [...RENDITIONS, "v.json"].sort(),
    );
  }));

Deno.test("amspackager warns of unaligned renditions with file, time and cure", () =>
  inDirectory(["ladder-avc-240p.mp4", "test-avc-scenecuts.mp4"], async (directory) => {
    const inputs = ["ladder-avc-240p.mp4", "test-avc-scenecuts.mp4"].flatMap((file) => [
      ...["-i", join(directory, file)],
    ]);
    const { code, errors } = await run("-o", join(directory, "v.json"), "-d", "2", ...inputs);
    assertEquals([code, errors.length], [0, 3]); // it also ends early, and its key frames are far apart
    assertMatch(
      errors[0]!,
      /^-- Warning: test-avc-scenecuts\.mp4: .* ladder-avc-240p\.mp4.* \d+(\.\d+)? s/,
    );
    assertMatch(errors[0]!, /-force_key_frames "expr:gte\(t,n_forced\*2\)" -sc_threshold 0/);
    assertEquals(read(join(directory, "v.json")).tracks.length, 2);
  }));

Deno.test("amspackager warns of open GOPs with the cure", () =>
  inDirectory(["test-avc-opengop.mp4"], async (directory) => {
    const path = join(directory, "v.json");
    const input = join(directory, "test-avc-opengop.mp4");
    const { code, errors } = await run("-o", path, "-d", "1", "-i", input);
    assertEquals([code, errors.length], [0, 1]);
    assertMatch(errors[0]!, /^-- Warning: test-avc-opengop\.mp4: .*-flags \+cgop/);
    assertEquals(read(path).tracks[0]!.openGop, true);
  }));

Deno.test("amspackager does not overwrite a media file", () =>
  inDirectory(["tone-aac-mono.m4a"], async (directory) => {
    const output = join(directory, "tone-aac-mono.m4a");
    const { code, errors } = await run("-o", output, "-i", join(TESTDATA, "tone-ac3-surround.mp4"));
    const message = `amspackager: Cannot use -o "${output}": ` +
      "this file exists and is no package, expected a name that ends in .json";
    assertEquals([code, errors], [2, [message]]);
    assertEquals(Deno.readFileSync(output), Deno.readFileSync(join(TESTDATA, "tone-aac-mono.m4a")));
  }));

Deno.test("amspackager warns of a package that ams will not serve", () =>
  inDirectory(["tone-aac-mono.m4a"], async (directory) => {
    const input = ["-i", join(directory, "tone-aac-mono.m4a"), "-l", "und"];
    const args = ["-o", join(directory, "v"), ...input];
    const warning = "-- Warning: ams serves packages whose names end in .json";
    for (let i = 0; i < 2; i++) {
      assertEquals((await run(...args)).errors, [warning]); // the second replaces its own package
    }
  }));

const invalid: [what: string, file: string, make: (path: string) => void, message: RegExp][] = [
  ["a missing file", "none.mp4", () => {}, /none\.mp4: Cannot find this file$/],
  ["missing subtitles", "none.vtt", () => {}, /none\.vtt: Cannot find this file$/],
  [
    "an empty file",
    "bad.mp4",
    (path) => Deno.writeFileSync(path, new Uint8Array(0)),
    /bad\.mp4: .*Cannot /,
  ],
  [
    "empty subtitles",
    "bad.vtt",
    (path) => Deno.writeTextFileSync(path, ""),
    /bad\.vtt: Cannot find the signature/,
  ],
  [
    "text named .mp4",
    "bad.mp4",
    (path) => Deno.writeTextFileSync(path, "hello\n".repeat(99)),
    /bad\.mp4: .*Cannot /,
  ],
  [
    "an MP4 named .vtt",
    "bad.vtt",
    (path) => Deno.copyFileSync(join(TESTDATA, RENDITIONS[0]!), path),
    /bad\.vtt: Cannot find the signature/,
  ],
  ["a truncated file", "bad.mp4", truncate, /bad\.mp4: .*Cannot /],
];

if (Deno.build.os !== "windows") {
  const make = (path: string) => void new Deno.Command("mkfifo", { args: [path] }).outputSync();
  invalid.push([
    "a FIFO",
    "bad.mp4",
    make,
    /bad\.mp4: Cannot open this file: it is not a regular file$/,
  ]);
}

/** Writes half of a file, without the moov at its end. */
function truncate(path: string): void {
  const bytes = Deno.readFileSync(join(TESTDATA, "ladder-avc-240p.mp4"));
  Deno.writeFileSync(path, bytes.subarray(0, bytes.length / 2));
}

for (const [what, file, make, message] of invalid) {
  Deno.test(`amspackager refuses ${what} in one line, and does not change the old package`, () =>
    inDirectory(["tone-aac-mono.m4a"], async (directory) => {
      make(join(directory, file));
      await Deno.writeTextFile(join(directory, "v.json"), "old");
      const before = Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
      const good = ["-i", join(directory, "tone-aac-mono.m4a")];
      const { code, lines, errors } = await run(
        "-o",
        join(directory, "v.json"),
        ...good,
        "-i",
        join(directory, file),
      );
      assertEquals([code, errors.length], [1, 1]);
      assertMatch(errors[0]!, message);
      assertMatch(errors[0]!, /^amspackager: [^\n]*$/);
      assert(errors[0]!.startsWith(`amspackager: ${join(directory, file)}: `), errors[0]);
      assertEquals(lines.filter((line) => line.startsWith("--")).length, 1);
      assertEquals(await Deno.readTextFile(join(directory, "v.json")), "old");
      assertEquals(Array.from(Deno.readDirSync(directory), ({ name }) => name).sort(), before);
    }));
}

Deno.test("amspackager refuses an output that cannot be written, in one line", () =>
  inDirectory(["tone-aac-mono.m4a"], async (directory) => {
    const input = ["-i", join(directory, "tone-aac-mono.m4a"), "-l", "und"];
    const output = join(directory, "v.json");
    await Deno.mkdir(output);
    const { code, errors } = await run("-o", output, ...input);
    const message = `amspackager: Cannot write '${output}': it is not a regular file`;
    assertEquals([code, errors], [1, [message]]);
  }));

Deno.test("amspackager exits with 2 and one line if the command line is invalid", async () => {
  const { code, lines, errors } = await spawn(ROOT, "-o", "v.json", "-l", "eng");
  const message = 'amspackager: Cannot use -l "eng": expected an input file before it';
  assertEquals([code, lines, errors], [2, [], [message]]);
});

Deno.test("amspackager exits with 1 and one line if a file is invalid", async () => {
  const { code, lines, errors } = await spawn(TESTDATA, "-o", "v.json", "-i", "none.mp4");
  const message = "amspackager: none.mp4: Cannot find this file";
  assertEquals([code, lines, errors], [1, [], [message]]);
});

Deno.test("amspackager prints its version", async () => {
  assertEquals(await run("--version"), { code: 0, lines: ["amspackager 1.2.3"], errors: [] });
  assertEquals((await spawn(ROOT, "--version")).lines, [`amspackager ${configuration.version}`]);
});
