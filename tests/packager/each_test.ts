import { assert, assertEquals } from "@std/assert";
import { join, relative } from "@std/path";
import { walkDirectories } from "../../lib/storage/local/directory_walk.ts";
import { linkFilms, readTexts, runPackager, TESTDATA, withDirectory } from "./films.ts";

const COUNT = 40;

/** Runs `test` with a library of 40 films. */
async function withLibrary(
  test: (library: string, films: ReadonlyMap<string, string[]>) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const library = join(directory, "films");
    const films = await linkFilms(library, { source: join(directory, "source"), count: COUNT });
    await test(library, films);
  });
}

Deno.test("amspackager --each writes each package as if it were the only one", () =>
  withLibrary(async (library, films) => {
    const { code, lines, errors } = await runPackager(["--each", library, "-d", "4"]);
    assertEquals([code, lines.length], [0, COUNT + 1]);
    assertEquals(errors, []);
    assert(
      lines.includes(`${join(library, "film 3.json")}: 2 video, 1 audio, 1 subtitle track, 12 s`),
    );
    assertEquals(
      lines.at(-1),
      `Wrote 40 packages. Play them: ams -d ${library} then http://localhost:8080/`,
    );
    const together = await readTexts(films.keys());
    for (const [output, [owner]] of films) {
      const alone = await runPackager(["-o", output, "--sidecars", "-d", "4", owner!]);
      assertEquals(alone.code, 0);
    }
    assertEquals(await readTexts(films.keys()), together);
    for (const [output, files] of films) {
      await runPackager(["-o", output, "-d", "4", ...files]);
      assertEquals(await Deno.readTextFile(output), together.get(output), output);
    }
  }));

Deno.test("amspackager --each continues where it was interrupted", () =>
  withLibrary(async (library, films) => {
    const args = ["--each", library, "-d", "4"];
    const controller = new AbortController();
    const { code, lines, errors } = await runPackager(args, {
      watchSignals: () => controller.signal,
      onLine: (count) => count === COUNT / 2 && controller.abort("SIGINT"),
    });
    assertEquals(code, 130);
    assertEquals(errors, ["amspackager: Interrupted: the same command continues"]);
    assert(lines.at(-1)!.startsWith("Wrote 20 packages. "));
    const half = await listPackages(library);
    assertEquals(half.length, COUNT / 2);
    const again = await runPackager(args);
    assertEquals(again.code, 0);
    assert(again.lines.at(-1)!.startsWith("Wrote 20 packages, 20 up to date. "));
    const texts = await readTexts(films.keys());
    await runPackager([...args, "--force"]);
    assertEquals(await readTexts(films.keys()), texts);
    assertEquals((await listPackages(library)).length, COUNT);
  }));

/** Hidden files, too: nothing temporary is left. */
async function listPackages(library: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { directory } of walkDirectories(library, (path) => assert(false, path))) {
    for (const { name } of Deno.readDirSync(directory)) {
      if (/^[.]|json$/.test(name)) names.push(name);
    }
  }
  assertEquals(names.filter((name) => name.startsWith(".")), []);
  return names;
}

/** Runs `test` with two films, of which the second is broken, in directories `a` and `b`. */
async function withBrokenFilm(test: (library: string) => Promise<void>): Promise<void> {
  await withDirectory(async (library) => {
    for (const name of ["a", "b"]) await Deno.mkdir(join(library, name));
    await Deno.copyFile(join(TESTDATA, "ladder-avc-240p.mp4"), join(library, "a", "x.mp4"));
    await Deno.writeTextFile(join(library, "a", "x.fr.vtt"), "none");
    await Deno.writeTextFile(join(library, "b", "y.mp4"), "none");
    await test(library);
  });
}

Deno.test("amspackager --each goes on after a film that fails, and exits with 1", () =>
  withBrokenFilm(async (library) => {
    await Deno.rename(join(library, "b"), join(library, "0"));
    const { code, lines, errors } = await runPackager(["--each", library]);
    const good = join(library, "a", "x.json");
    const warning = "x.fr.vtt: is left out: Cannot find the signature";
    assertEquals([code, errors.length], [1, 2]);
    assert(errors[0]!.startsWith(`amspackager: ${join(library, "0", "y.mp4")}: `), errors[0]);
    assert(errors[1]!.startsWith(`-- Warning: ${good}: ${warning}`), errors[1]);
    assertEquals(lines[0], `${good}: 1 video track, 12 s`);
    assert(lines[1]!.startsWith("Wrote 1 package, 1 failed. "), lines[1]);
  }));

Deno.test("amspackager --each --json prints one array, with what failed", () =>
  withBrokenFilm(async (library) => {
    const [good, bad] = [join(library, "a", "x.json"), join(library, "b", "y.json")];
    const read = async (...args: string[]) => {
      const { code, lines, errors } = await runPackager(["--each", library, "--json", ...args]);
      assertEquals([code, lines.length, errors.length], [1, 1, 1]);
      return JSON.parse(lines[0]!);
    };
    const [dry] = await read("--dry-run");
    assertEquals([dry.output, dry.status], [good, "checked"]);
    assertEquals(await listPackages(library), []);
    const [first, second, ...rest] = await read();
    assertEquals([first.output, first.status, first.duration], [good, "written", 12]);
    assertEquals([first.tracks.length, first.warnings.length], [1, 1]);
    assertEquals([second.output, second.status, rest], [bad, "failed", []]);
    assert(second.error.startsWith(join(library, "b", "y.mp4")), second.error);
    await Deno.utime(good, new Date(), new Date(Date.now() + 3_600_000));
    assertEquals((await read())[0], { output: good, status: "unchanged" });
  }));

Deno.test("amspackager --each prints nothing but errors with --quiet", () =>
  withBrokenFilm(async (library) => {
    await Deno.remove(join(library, "a", "x.fr.vtt"));
    const { code, lines, errors } = await runPackager(["--each", library, "-q"]);
    assertEquals([code, lines, errors.length], [1, [], 1]);
  }));

Deno.test("amspackager --each refuses a directory without a film, and one that does not exist", () =>
  withDirectory(async (directory) => {
    await Deno.writeTextFile(join(directory, "notes.txt"), "");
    const { code, errors } = await runPackager(["--each", directory]);
    assertEquals([code, errors], [1, [
      `amspackager: ${directory}: Cannot find a media file below it`,
    ]]);
    const none = relative(Deno.cwd(), join(directory, "none"));
    const missing = await runPackager(["--each", none]);
    const why = "Cannot read this directory: no such file or directory";
    assertEquals([missing.code, missing.errors], [1, [`amspackager: ${none}: ${why}`]]);
  }));
