import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { amspackager } from "../../lib/packager/command.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { withDirectory } from "../packager/films.ts";
import { declareProtection } from "../protected_presentations.ts";

const TESTDATA = fromFileUrl(new URL("../../testdata", import.meta.url));

const FILE = "tone-aac-mono.m4a";

async function run(...args: string[]) {
  const [lines, errors]: [string[], string[]] = [[], []];
  const revoked: number[] = [];
  const out = {
    line: (text: string) => void lines.push(...text.split("\n")),
    warn: (text: string) => void errors.push(text),
  };
  const revokeNetwork = () => void revoked.push(lines.length);
  const code = await amspackager(args, out, { version: "1.2.3", revokeNetwork });
  return { code, lines, errors, revoked };
}

/** Runs `test` in a directory with two packages of a file, one of them below it. */
async function withPackages(test: (directory: string) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    await Deno.mkdir(join(directory, "b"));
    for (const name of ["a.json", "b/c.json"]) {
      await Deno.copyFile(join(TESTDATA, FILE), join(directory, name, "..", FILE));
      const input = join(directory, name, "..", FILE);
      const { code } = await run("-o", join(directory, name), input, "-l", "eng");
      assertEquals(code, 0);
    }
    await test(directory);
  });
}

const isHeading = (line: string) => /^(-- Verifying|\d+ files?:)/.test(line);

Deno.test("amspackager verify takes packages, media files and directories", () =>
  withPackages(async (directory) => {
    const paths = [join(directory, FILE), directory, join(directory, "a.json")];
    const { code, lines, errors, revoked } = await run("verify", ...paths);
    assertEquals([code, errors, revoked], [0, [], [0]]);
    assertEquals(lines.filter(isHeading), [
      `-- Verifying '${paths[0]}'`,
      `-- Verifying '${join(directory, "a.json")}'`,
      `-- Verifying '${join(directory, "b", "c.json")}'`,
      `-- Verifying '${paths[2]}'`,
      "4 files: 4 match",
    ]);
  }));

Deno.test("amspackager verify goes on after a file that cannot be read, and exits with 1", () =>
  withPackages(async (directory) => {
    await Deno.remove(join(directory, FILE));
    const { code, lines, errors } = await run("verify", directory, "none.mp4");
    assertEquals([code, errors], [1, [
      `amspackager: ${join(directory, "a.json")}: ${FILE}: Cannot find this file`,
      "amspackager: none.mp4: Cannot find this file",
    ]]);
    assertEquals(
      lines.at(-1),
      "3 files: 1 matches, 2 cannot be verified",
    );
  }));

Deno.test("amspackager verify --json prints one array for several files, and for a directory", () =>
  withPackages(async (directory) => {
    const [a, c] = [join(directory, "a.json"), join(directory, "b", "c.json")];
    const several = await run("verify", "--json", a, "none.json");
    const [first, second, ...rest] = JSON.parse(several.lines.join("\n"));
    assertEquals([several.code, first.file, first.same, rest], [1, a, true, []]);
    assertEquals(second, { file: "none.json", error: "none.json: Cannot find this file" });
    const single = JSON.parse((await run("verify", "--json", a)).lines.join("\n"));
    assertEquals(first, single);
    const below = await run("verify", "--json", join(directory, "b"));
    const reports = JSON.parse(below.lines.join("\n"));
    assertEquals([below.code, reports.length, reports[0].file], [0, 1, c]);
  }));

Deno.test("amspackager verify gets the keys of all packages before it reads media", () =>
  withPackages(async (directory) => {
    const path = join(directory, "b", "c.json");
    const pack = JSON.parse(await Deno.readTextFile(path));
    pack.protection = declareProtection({ scheme: "cbcs", per: "type" });
    await Deno.writeTextFile(path, JSON.stringify(pack));
    const keys = join(directory, "keys");
    const sources = { house: { seed: PLAYREADY_TEST_SEED } };
    await Deno.writeTextFile(keys, JSON.stringify({ ams: 1, sources }));
    const { code, lines, errors, revoked } = await run("verify", "--keys", keys, directory);
    assertEquals([code, errors, revoked], [0, [], [0]]);
    assertEquals(lines.at(-1), "2 files: 2 match");
    const without = await run("verify", directory);
    const message = `${path}: Cannot verify a protected package without --keys FILE`;
    assertEquals([without.code, without.errors], [1, [`amspackager: ${message}`]]);
    await Deno.writeTextFile(keys, JSON.stringify({ ams: 1, sources: {} }));
    const other = await run("verify", "--keys", keys, directory);
    assertEquals(other.code, 1);
    assertMatch(other.errors.join(), /c\.json: Cannot (use|find) /);
  }));
