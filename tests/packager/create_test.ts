import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join, relative, SEPARATOR } from "@std/path";
import { parsePackage } from "../../lib/package/package.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { createPackage } from "../../lib/packager/create.ts";
import { runPackager, TESTDATA, withDirectory } from "./films.ts";

const [VIDEO, SUBTITLES] = ["ladder-avc-240p.mp4", "ladder-vtt-fra.vtt"]
  .map((file) => join(TESTDATA, file)) as [string, string];

const run = (...args: string[]) => runPackager(args);

const INPUTS = [VIDEO, SUBTITLES, "-l", "fra"];

Deno.test("amspackager takes plain arguments as inputs, with the options that follow them", () =>
  withDirectory(async (directory) => {
    const [first, second] = [join(directory, "a.json"), join(directory, "b.json")];
    await run(...INPUTS, "-o", first, "-d", "2");
    await run("-o", second, "-d", "2", "-i", VIDEO, "-i", SUBTITLES, "-l", "fra");
    assertEquals(await Deno.readTextFile(first), await Deno.readTextFile(second));
    const { tracks } = parsePackage(await Deno.readTextFile(first));
    assertEquals(tracks.map(({ type, language }) => `${type} ${language}`), [
      "video und",
      "text fr",
    ]);
  }));

Deno.test("amspackager -o - prints the package alone, with paths from the current directory", async () => {
  const file = relative(Deno.cwd(), VIDEO).replaceAll(SEPARATOR, "/");
  const { code, lines, errors } = await run("-o", "-", file, "-d", "2");
  assertEquals([code, lines.length], [0, 1]);
  const { tracks } = parsePackage(lines[0]!);
  assertEquals(tracks.map(({ file }) => file), [file]);
  assertMatch(errors[1]!, /^ {3}track 1: video/);
  assertEquals(errors.filter((line) => !line.startsWith(" ")), [
    `-- Parsing file='${file}' language='und'`,
    "-- Creating package file '-'",
    "All files has been packaged successfully",
    "Wrote to standard output: 1 video track, 12 s",
  ]);
});

Deno.test("amspackager --json prints what the package holds, and its warnings", () =>
  withDirectory(async (directory) => {
    const output = join(directory, "v.txt");
    const { code, lines, errors } = await run("--json", "-o", output, ...INPUTS);
    assertEquals([code, errors, lines.length], [0, [], 1]);
    const { tracks, ...report } = JSON.parse(lines[0]!);
    assertEquals(report, {
      output,
      status: "written",
      duration: 12,
      segmentDuration: 10,
      warnings: ["ams serves packages whose names end in .json"],
    });
    const pack = parsePackage(await Deno.readTextFile(output));
    assertEquals(tracks, pack.tracks.map(({ index: _, ...track }) => track));
  }));

Deno.test("amspackager --json prints an error as JSON, too, unless the command line is invalid", () =>
  withDirectory(async (directory) => {
    const output = join(directory, "v.json");
    const { code, lines, errors } = await run("--json", "-o", output, VIDEO, "none.mp4");
    const error = "none.mp4: Cannot find this file";
    assertEquals([code, errors], [1, [`amspackager: ${error}`]]);
    assertEquals(JSON.parse(lines.join()), { output, status: "failed", error });
    const twice = await run("--json", "-o", output, VIDEO, VIDEO);
    assertEquals([twice.code, twice.lines], [2, []]);
  }));

Deno.test("amspackager --dry-run reads everything, and writes nothing", () =>
  withDirectory(async (directory) => {
    const output = join(directory, "v.json");
    const { code, lines, errors } = await run("--dry-run", "-o", output, ...INPUTS);
    assertEquals([code, lines], [0, []]);
    assertEquals(errors.at(-1), `Would write ${output}: 1 video, 1 subtitle track, 12 s`);
    assertEquals(errors.filter((line) => /Creating|success/.test(line)), []);
    const json = await run("--dry-run", "--json", "-o", output, ...INPUTS);
    assertEquals(JSON.parse(json.lines.join()).status, "checked");
    assertEquals((await run("--dry-run", "-o", output, "none.mp4")).code, 1);
    assertEquals(Array.from(Deno.readDirSync(directory)), []);
  }));

Deno.test("amspackager --quiet prints warnings only", () =>
  withDirectory(async (directory) => {
    const output = join(directory, "v.json");
    assertEquals(await run("-q", "-o", output, VIDEO), { code: 0, lines: [], errors: [] });
    const { lines, errors } = await run("-q", "-o", output, SUBTITLES, VIDEO, "-d", "0.5");
    assertEquals(lines, []);
    assert(errors.length > 0 && errors.every((line) => line.startsWith("-- Warning: ")));
  }));

Deno.test("amspackager says how to play what it wrote, from a directory with all files", () =>
  withDirectory(async (directory) => {
    await Deno.mkdir(join(directory, "a b"));
    await Deno.copyFile(VIDEO, join(directory, "v.mp4"));
    const output = join(directory, "a b", "v.json");
    const { lines } = await run("-o", output, join(directory, "v.mp4"));
    assertMatch(lines.at(-1)!, /1 video track, 12 s\. Play it: ams -d /);
    assert(lines.at(-1)!.endsWith(" then http://localhost:8080/a%20b/v.json/"), lines.at(-1));
  }));

Deno.test("createPackage() leaves the old package when it is interrupted", () =>
  withDirectory(async (directory) => {
    const output = join(directory, "v.json");
    await Deno.writeTextFile(output, '{"ams": 1}');
    const options = {
      ...{ output, inputs: [{ file: VIDEO }], segmentSeconds: 2, sidecars: false, exact: true },
      ...{ json: false, quiet: false, dryRun: false },
    };
    const out = { line: () => {}, warn: () => {} };
    const error = await assertRejects(
      () => createPackage(options, out, { signal: AbortSignal.abort() }),
      OutputError,
    );
    assertEquals(error.message, `Cannot write '${output}': it was interrupted`);
    assertEquals(Array.from(Deno.readDirSync(directory), ({ name }) => name), ["v.json"]);
    assertEquals(await Deno.readTextFile(output), '{"ams": 1}');
  }));
