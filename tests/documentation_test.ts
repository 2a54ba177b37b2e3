/** What README.md and CONTRIBUTING.md say is so: flags, codecs, error codes, tasks, keys, files. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import configuration from "../deno.json" with { type: "json" };
import type { Codec } from "../lib/codecs/codec.ts";
import { CODECS } from "../lib/codecs/mod.ts";
import schema from "../lib/package/schema.json" with { type: "json" };
import { parsePackage } from "../lib/package/package.ts";
import { codes, DOCUMENTS, read, README, ROOT, section, tableRows } from "./documents.ts";

/** What stands in backticks in the first column of a section's tables. */
function firstColumn(text: string): string[] {
  return tableRows(text).flatMap(([cell]) => codes(cell!));
}

/** `-o` and `--output` in `-o, --output FILE`, in order of the alphabet. */
function flags(text: string): string[] {
  const found = text.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? [];
  return [...new Set(found)].sort();
}

async function help(command: string, script: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", `-P=${command}`, join(ROOT, script), "--help"],
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

for (const [command, script] of [["ams", "main.ts"], ["amspackager", "packager.ts"]] as const) {
  Deno.test(`README.md has the flags of ${command} --help, and no others`, async () => {
    const lines = (await help(command, script)).split("\n").filter((line) => /^ +-/.test(line));
    const listed = lines.map((line) => line.trim().split(/ {2,}/, 1)[0]!).join(" ");
    assert(flags(listed).length > 6, listed);
    assertEquals(flags(firstColumn(section(`### \`${command}\``)).join(" ")), flags(listed));
  });

  Deno.test(`README.md uses no flag that ${command} doesn't have`, async () => {
    const known = flags(await help(command, script));
    const uses = README.match(new RegExp(`^(ExecStart=\\S*/)?${command} .*$`, "gm")) ?? [];
    assert(uses.length > 0);
    assertEquals(uses.flatMap(flags).filter((flag) => !known.includes(flag)), []);
  });
}

Deno.test("README.md has every error code with its status, and no others", () => {
  const errors = read("lib/errors.ts");
  const codes = [...errors.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code!);
  assert(codes.length >= 10);
  const rows = section("## Errors").matchAll(/^\| *`([A-Z_]+)` *\| *(\d+) *\|/gm);
  const documented = new Map([...rows].map(([, code, status]) => [code!, status!]));
  assertEquals([...documented.keys()].sort(), [...codes, "INTERNAL"].sort());
  for (const [, code, status] of errors.matchAll(/^ {2}([A-Z_]+): (\d+),$/gm)) {
    assertEquals([code, documented.get(code!)], [code, status]);
  }
});

/** Segments of MPEG-TS, and the FourCC of Smooth Streaming: none where a codec has no such member. */
function protocolsOf({ family, mpegTs, smooth }: Codec): [mpegTs: string[], smooth: string[]] {
  const packed = mpegTs?.packed ? [`.${mpegTs.packed.extension}`] : [];
  const images = family === "jpeg" ? [".jpg"] : []; // files of their own beside the streams
  return [mpegTs ? [".ts", ...packed] : images, smooth ? [smooth.fourCC] : []];
}

Deno.test("README.md has every codec, in their order, with the protocols that carry it", () => {
  const rows = tableRows(section("## What goes into which protocol"));
  const documented = rows.filter(([, entries]) => entries !== "").map(([, ...cells]) =>
    cells.map((cell) => cell === "no" ? [] : codes(cell))
  );
  const expected = CODECS.map((codec) => [
    codec.entries.filter((entry) => /^[!-~]+$/.test(entry)), // QuickTime's "ms\0U" can't be shown
    codec.family === "jpeg" ? [".jpg"] : [".m4s"],
    ...protocolsOf(codec),
  ]);
  assertEquals(documented, expected);
});

Deno.test("README.md has every key of a package file, and no others", () => {
  const keys = [...Object.keys(schema.properties), ...Object.keys(schema.$defs.track.properties)];
  assertEquals(firstColumn(section("## The package file")).sort(), keys.sort());
});

Deno.test("README.md shows a package file that AMS reads", () => {
  const [, example] = /```json\n([^]*?)```/.exec(section("## The package file")) ?? [];
  assertEquals(parsePackage(example!).tracks.length, 2);
});

Deno.test("README.md has the two commands of a newcomer on lines of their own", () => {
  for (const command of ["demo", "test"]) {
    assert(README.includes(`\nnpx --yes deno task ${command}\n`), command);
    assert(README.includes(`\ndeno task ${command}\n`), command);
  }
});

Deno.test("every task that a document names is there, and every task is documented", () => {
  const text = Object.values(DOCUMENTS).join("\n") + read(".ci/run") +
    read(".github/workflows/check.yml") + read(".github/workflows/release.yml");
  const named = [...text.matchAll(/deno(?:@[\d.]+)? task ([a-z][a-z0-9:]*)/g)].map(([, name]) =>
    name!
  );
  assertEquals([...new Set(named)].sort(), Object.keys(configuration.tasks).sort());
});

Deno.test("every task says what it does", () => {
  for (const [name, { description, command }] of Object.entries(configuration.tasks)) {
    assert(description.length > 10 && command.length > 5, name);
  }
});

for (const [document, text] of Object.entries(DOCUMENTS)) {
  Deno.test(`every file that ${document} names is there`, () => {
    const linked = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!);
    const mentioned = [...text.matchAll(/`((?:lib|tests|testdata|\.ci)\/[^`]*)`/g)].map((
      [, path],
    ) => path!);
    const missing = [...linked, ...mentioned]
      .filter((path) => !/[*]|NAME/.test(path)) // a pattern, or a file to be written
      .filter((path) => !exists(join(ROOT, path)));
    assertEquals(missing, []);
  });

  Deno.test(`every heading that ${document} links to is there`, () => {
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchor(title!));
    const linked = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, name]) => name!);
    assertEquals(linked.filter((name) => !headings.includes(name)), []);
  });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** As a heading is linked to on the web. */
function anchor(title: string): string {
  return title.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");
}

Deno.test("LICENSE is the one that deno.json names", () => {
  assertEquals(configuration.license, "BSD-2-Clause");
  assert(read("LICENSE").startsWith("BSD 2-Clause License"));
});
