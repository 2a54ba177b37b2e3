/** amspackager from its command line to the package file, on the files of testdata/. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import configuration from "../deno.json" with { type: "json" };
import { amspackager } from "../lib/packager/command.ts";
import { type Package, parsePackage } from "../lib/package/package.ts";
import { openPackage } from "../lib/presentation/open.ts";
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
  return { code: await amspackager(args, out, "1.2.3"), lines, errors };
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

/** Runs `test` in a folder that holds copies of some files of testdata/, and a package that must not be lost. */
async function inFolder(
  files: readonly string[],
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const file of files) await Deno.copyFile(join(TESTDATA, file), join(folder, file));
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function read(path: string): Package {
  return parsePackage(Deno.readTextFileSync(path));
}

const LADDER = [
  "ladder-avc-240p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-aac-eng.mp4",
  "ladder-aac-fra.mp4",
  "ladder-vtt-fra.vtt",
];

Deno.test("amspackager packages what its command line names, and says what it does", () =>
  inFolder(LADDER, async (folder) => {
    await Deno.mkdir(join(folder, "packages"));
    const [low, high, english, french, text] = LADDER as [string, string, string, string, string];
    const args = ["-d", "2", "-i", low, "-i", high, "-i", english, "-i", french, "-l", "ita"];
    const { code, lines, errors } = await spawn(
      folder,
      ...["-o", "packages/video.json", ...args, "--input", text, "--language=fra"],
    );
    assertEquals([code, errors], [0, []]);
    assertEquals(lines.filter((line) => !line.startsWith(" ")), [
      `-- Parsing file='${low}' language='eng'`,
      `-- Parsing file='${high}' language='eng'`,
      `-- Parsing file='${english}' language='eng'`,
      `-- Parsing file='${french}' language='ita'`,
      `-- Parsing file='${text}' language='fra'`,
      "-- Creating package file 'packages/video.json'",
      "All files has been packaged successfully",
    ]);
    const { segmentDuration, tracks } = read(join(folder, "packages/video.json"));
    assertEquals(segmentDuration, 2);
    assertEquals(
      tracks.map(({ file, type, language }) => [file, type, language]),
      [
        [`../${low}`, "video", "eng"],
        [`../${high}`, "video", "eng"],
        [`../${english}`, "audio", "eng"],
        [`../${french}`, "audio", "ita"],
        [`../${text}`, "text", "fra"],
      ],
    );
  }));

Deno.test("amspackager says of each track codec, size, rate, duration, language and bitrate", () =>
  inFolder(LADDER, async (folder) => {
    const inputs = LADDER.flatMap((file) => ["-i", join(folder, file)]);
    const { lines } = await run("-o", join(folder, "v.json"), ...inputs);
    const found = lines.filter((line) => line.startsWith("   "));
    const rate = String.raw`\d+(\.\d)? kbit/s$`;
    assertEquals(found.length, LADDER.length);
    assertMatch(
      found[0]!,
      new RegExp(`^   track 1: video avc1\\.[0-9A-F]{6}, 426x240, 25 fps, 12 s, eng, ${rate}`),
    );
    assertMatch(
      found[2]!,
      new RegExp(`^   track 1: audio mp4a\\.40\\.2, 2 channels, 48000 Hz, 12 s, eng, ${rate}`),
    );
    assertMatch(found[4]!, new RegExp(`^   text: WebVTT, 4 cues, 12 s, eng, ${rate}`));
  }));

Deno.test("amspackager writes a package that opens, as the files say, without a warning", () =>
  inFolder(LADDER, async (folder) => {
    const path = join(folder, "v.json");
    assertEquals(
      (await run("-o", path, ...LADDER.flatMap((f) => ["-i", join(folder, f)]))).code,
      0,
    );
    const pack = read(path);
    const presentation = await openPackage(pack, (file) => openFile(join(folder, file), file));
    presentation.close();
    assertEquals(presentation.warnings, []);
    assertEquals([...presentation.renditions.keys()], pack.tracks.map(({ name }) => name));
  }));

Deno.test("amspackager writes the same package again for the same files", () =>
  inFolder(LADDER, async (folder) => {
    const path = join(folder, "v.json");
    const args = ["-o", path, ...LADDER.flatMap((file) => ["-i", join(folder, file)])];
    await run(...args);
    const first = await Deno.readTextFile(path);
    await run(...args);
    assertEquals(await Deno.readTextFile(path), first);
    assertEquals(
      Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(),
      [...LADDER, "v.json"].sort(),
    );
  }));

Deno.test("amspackager packages what isn't aligned, and names file, time and cure", () =>
  inFolder(["ladder-avc-240p.mp4", "test-avc-scenecuts.mp4"], async (folder) => {
    const { code, errors } = await run(
      ...["-o", join(folder, "v.json"), "-d", "2"],
      ...["-i", join(folder, "ladder-avc-240p.mp4"), "-i", join(folder, "test-avc-scenecuts.mp4")],
    );
    assertEquals([code, errors.length], [0, 1]);
    assertMatch(
      errors[0]!,
      /^-- Warning: test-avc-scenecuts\.mp4: .* ladder-avc-240p\.mp4.* \d+(\.\d+)? s/,
    );
    assertMatch(errors[0]!, /-force_key_frames "expr:gte\(t,n_forced\*2\)" -sc_threshold 0/);
    assertEquals(read(join(folder, "v.json")).tracks.length, 2);
  }));

Deno.test("amspackager packages open GOPs, and names the cure", () =>
  inFolder(["test-avc-opengop.mp4"], async (folder) => {
    const path = join(folder, "v.json");
    const { code, errors } = await run(
      "-o",
      path,
      "-d",
      "1",
      "-i",
      join(folder, "test-avc-opengop.mp4"),
    );
    assertEquals([code, errors.length], [0, 1]);
    assertMatch(errors[0]!, /^-- Warning: test-avc-opengop\.mp4: .*-flags \+cgop/);
    assertEquals(read(path).tracks[0]!.openGop, true);
  }));

Deno.test("amspackager says when ams will not serve what it wrote", () =>
  inFolder(["tone-aac-mono.m4a"], async (folder) => {
    const { code, errors } = await run(
      "-o",
      join(folder, "v"),
      "-i",
      join(folder, "tone-aac-mono.m4a"),
    );
    assertEquals([code, errors], [0, ["-- Warning: ams serves packages whose names end in .json"]]);
  }));

const faults: [what: string, file: string, make: (path: string) => void, message: RegExp][] = [
  ["a missing file", "none.mp4", () => {}, /none\.mp4: Cannot find this file$/],
  ["a missing text", "none.vtt", () => {}, /none\.vtt: Cannot find this file$/],
  [
    "an empty file",
    "bad.mp4",
    (path) => Deno.writeFileSync(path, new Uint8Array(0)),
    /bad\.mp4: .*Cannot /,
  ],
  [
    "an empty text",
    "bad.vtt",
    (path) => Deno.writeTextFileSync(path, ""),
    /bad\.vtt: Cannot find the signature/,
  ],
  [
    "text",
    "bad.mp4",
    (path) => Deno.writeTextFileSync(path, "hello\n".repeat(99)),
    /bad\.mp4: .*Cannot /,
  ],
  [
    "a text that is none",
    "bad.vtt",
    (path) => Deno.copyFileSync(join(TESTDATA, LADDER[0]!), path),
    /bad\.vtt: Cannot find the signature/,
  ],
  ["a folder", "bad.mp4", (path) => Deno.mkdirSync(path), /bad\.mp4: Cannot (open|read) /],
  ["a cut-off file", "bad.mp4", cutOff, /bad\.mp4: .*Cannot /],
];

if (Deno.build.os !== "windows") {
  const make = (path: string) => void new Deno.Command("mkfifo", { args: [path] }).outputSync();
  faults.push([
    "a FIFO",
    "bad.mp4",
    make,
    /bad\.mp4: Cannot open this file: it is not a regular file$/,
  ]);
}

/** The media of a file whose moov would stand behind it. */
function cutOff(path: string): void {
  const bytes = Deno.readFileSync(join(TESTDATA, "ladder-avc-240p.mp4"));
  Deno.writeFileSync(path, bytes.subarray(0, bytes.length / 2));
}

for (const [what, file, make, message] of faults) {
  Deno.test(`amspackager refuses ${what} in one line, and leaves the old package`, () =>
    inFolder(["tone-aac-mono.m4a"], async (folder) => {
      make(join(folder, file));
      await Deno.writeTextFile(join(folder, "v.json"), "old");
      const before = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
      const good = ["-i", join(folder, "tone-aac-mono.m4a")];
      const { code, lines, errors } = await run(
        "-o",
        join(folder, "v.json"),
        ...good,
        "-i",
        join(folder, file),
      );
      assertEquals([code, errors.length], [1, 1]);
      assertMatch(errors[0]!, message);
      assertMatch(errors[0]!, /^amspackager: [^\n]*$/);
      assert(errors[0]!.startsWith(`amspackager: ${join(folder, file)}: `), errors[0]);
      assertEquals(lines.filter((line) => line.startsWith("--")).length, 1);
      assertEquals(await Deno.readTextFile(join(folder, "v.json")), "old");
      assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), before);
    }));
}

Deno.test("amspackager refuses an output that can't be written, in one line", () =>
  inFolder(["tone-aac-mono.m4a"], async (folder) => {
    const input = ["-i", join(folder, "tone-aac-mono.m4a")];
    const { code, errors } = await run("-o", folder, ...input);
    const why = "what has this name is not a regular file";
    assertEquals([code, errors], [1, [`amspackager: Cannot write '${folder}': ${why}`]]);
  }));

Deno.test("amspackager leaves with 2, and one line, when its command line is wrong", async () => {
  const { code, lines, errors } = await spawn(ROOT, "-o", "v.json", "-l", "eng");
  const message = 'amspackager: Cannot use -l "eng": expected -i before it';
  assertEquals([code, lines, errors], [2, [], [message]]);
});

Deno.test("amspackager leaves with 1, and one line, when a file is wrong", async () => {
  const { code, lines, errors } = await spawn(TESTDATA, "-o", "v.json", "-i", "none.mp4");
  const message = "amspackager: none.mp4: Cannot find this file";
  assertEquals([code, lines, errors], [1, [], [message]]);
});

Deno.test("amspackager says its version", async () => {
  assertEquals(await run("--version"), { code: 0, lines: ["amspackager 1.2.3"], errors: [] });
  assertEquals((await spawn(ROOT, "--version")).lines, [`amspackager ${configuration.version}`]);
});
