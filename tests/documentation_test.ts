/** The documents agree with the code: options, codecs, error codes, tasks, package keys, files. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import configuration from "../deno.json" with { type: "json" };
import { parseAmsOptions } from "../lib/ams/options.ts";
import type { Codec } from "../lib/codecs/codec.ts";
import { CODECS } from "../lib/codecs/mod.ts";
import schema from "../lib/package/schema.json" with { type: "json" };
import { parsePackage } from "../lib/package/package.ts";
import {
  codeBlocks,
  codeSpans,
  DOCUMENTS,
  documentText,
  read,
  ROOT,
  section,
  tableRows,
} from "./documents.ts";

/** Code spans in the first column of all tables. */
function firstColumn(text: string): string[] {
  return tableRows(text).flatMap(([cell]) => codeSpans(cell!));
}

/** `-o` and `--output` of `-o, --output FILE`, sorted. */
function optionNames(text: string): string[] {
  const found = text.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? [];
  return [...new Set(found)].sort();
}

async function help(command: string, script: string): Promise<string> {
  const [name, ...args] = command.split(" ");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", `-P=${name}`, join(ROOT, script), ...args, "--help"],
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Every command line of the documents: in code blocks, in code spans, in units of systemd. */
const COMMAND_LINES = Object.values(DOCUMENTS).flatMap((text) => [
  ...codeBlocks(text).flatMap((block) => block.text.replaceAll("\\\n", " ").split("\n")),
  ...codeSpans(text),
]).map((line) => line.trim().replace(/^(\$ |ExecStart(Pre)?=(\S*\/)?)/, ""));

const COMMANDS = [
  { command: "ams", script: "main.ts", page: "docs/ams.md", heading: "## Options" },
  { command: "ams token", script: "main.ts", page: "docs/access.md", heading: "## ams token" },
  {
    command: "amspackager",
    script: "packager.ts",
    page: "docs/amspackager.md",
    heading: "## Options",
  },
  {
    command: "amspackager verify",
    script: "packager.ts",
    page: "docs/verify.md",
    heading: "# amspackager verify",
  },
  {
    command: "amspackager seal",
    script: "packager.ts",
    page: "docs/package-format.md",
    heading: "## amspackager seal",
  },
  {
    command: "amspackager channel",
    script: "packager.ts",
    page: "docs/live.md",
    heading: "## amspackager channel",
  },
] as const;

for (const { command, script, page, heading } of COMMANDS) {
  Deno.test(`${page} has the options of ${command} --help, and no others`, async () => {
    const lines = (await help(command, script)).split("\n").filter((line) => /^ +-/.test(line));
    const listed = lines.map((line) => line.trim().split(/ {2,}/, 1)[0]!).join(" ");
    assert(optionNames(listed).length > 2, listed);
    const documented = firstColumn(section(page, heading)).filter((code) => code.startsWith("-"));
    assertEquals(optionNames(documented.join(" ")), optionNames(listed));
  });

  Deno.test(`documents use no option that ${command} does not have`, async () => {
    const known = optionNames(await help(command, script));
    const own = new RegExp(`^${command} (?!(verify|seal|channel|check|token)\\b)`);
    const uses = COMMAND_LINES.filter((line) => own.test(line));
    assert(uses.length > 0);
    assertEquals(uses.flatMap(optionNames).filter((name) => !known.includes(name)), []);
  });
}

Deno.test("ams accepts every command line of it in the documents", () => {
  const lines = Object.values(DOCUMENTS).flatMap(codeBlocks)
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.replaceAll("\\\n", " ").split("\n"))
    .filter((line) => /^ams (?!check|token)/.test(line));
  assert(lines.length > 5, `${lines}`);
  for (const line of lines) {
    const words = [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
    assertEquals(typeof parseAmsOptions(words.slice(1)), "object", line);
  }
});

Deno.test("docs/errors.md has every error code with its status, and no others", () => {
  const errors = read("lib/errors.ts");
  const codes = [...errors.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code!);
  assert(codes.length >= 10);
  const page = documentText("docs/errors.md");
  const rows = tableRows(page).map(([code, status]) => [codeSpans(code!)[0]!, status!] as const);
  const documented = new Map(rows);
  assertEquals([...documented.keys()].sort(), [...codes, "INTERNAL"].sort());
  for (const [, code, status] of errors.matchAll(/^ {2}([A-Z_]+): (\d+),$/gm)) {
    assertEquals([code, documented.get(code!)], [code, status]);
  }
  const headings = [...page.matchAll(/^## ([A-Z_]+)\n\nStatus (\d+)\b/gm)];
  assertEquals(
    headings.map(([, code, status]) => `${code} ${status}`),
    rows.map((row) => row.join(" ")),
  );
});

Deno.test("docs/live.md has every code of publishers' errors with its status, and no others", () => {
  const codes = read("lib/live/ingest_error.ts").matchAll(/^ {2}([A-Z_]+): (\d+),$/gm);
  const rows = tableRows(section("docs/live.md", "### Responses")).slice(1);
  const documented = rows.map(([code, status]) => [codeSpans(code!)[0], status]);
  assertEquals(documented, Array.from(codes, ([, code, status]) => [code, status]));
});

/** Segments of HLS with fMP4 and MPEG-TS, and the FourCC of Smooth Streaming: none where a codec has no such member. */
function protocolsOf({ family, hls, mpegTs, smooth }: Codec): string[][] {
  const packed = mpegTs?.packed ? [`.${mpegTs.packed.extension}`] : [];
  const images = family === "jpeg" ? [".jpg"] : []; // files of their own beside the streams
  const fmp4 = hls?.inFmp4 === false ? [] : family === "jpeg" ? images : [".m4s"];
  return [fmp4, mpegTs ? [".ts", ...packed] : images, smooth ? [smooth.fourCC] : []];
}

Deno.test("docs/codecs.md has every codec, in their order, with the protocols that carry it", () => {
  const rows = tableRows(section("docs/codecs.md", "## What goes into which protocol"));
  const documented = rows.filter(([, entries]) => entries !== "").map(([, ...cells]) =>
    cells.map((cell) => cell === "no" ? [] : codeSpans(cell))
  );
  const expected = CODECS.map((codec) => [
    codec.entries.filter((entry) =>
      /^[!-~]+$/.test(entry) && // QuickTime's "ms\0U" can't be shown
      !(codec.family.startsWith("dolby-vision") && /^(avc|hvc|hev|av0)/.test(entry)) // a base layer
    ),
    codec.family === "jpeg" ? [".jpg"] : [".m4s"],
    ...protocolsOf(codec),
  ]);
  assertEquals(documented, expected);
});

Deno.test("README.md agrees with docs/codecs.md on the protocols that carry each codec", () => {
  const rows = tableRows(section("README.md", "## Codecs"));
  const summary = rows.filter(([codec]) => codec !== "Subtitles");
  const details = tableRows(section("docs/codecs.md", "## What goes into which protocol"));
  const expected = details.map(([name, , dash, fmp4, ts, smooth]) =>
    [
      summary.find(([codecs]) =>
        codecs!.split(", ").some((one) => name === one || name!.startsWith(`${one} `))
      )?.[0],
      ...[dash, fmp4, ts, smooth].map((cell) => cell === "no" ? "no" : "yes"),
    ].join()
  );
  assertEquals(summary.map((row) => row.join()), [...new Set(expected)]);
});

Deno.test("docs/package-format.md has every key of a package file, and no others", () => {
  const { chapter, source, protection, track } = schema.$defs;
  const keys = [schema, chapter, source, protection, track].flatMap(({ properties }) =>
    Object.keys(properties)
  );
  assertEquals(firstColumn(section("docs/package-format.md", "## Keys")).sort(), keys.sort());
});

Deno.test("docs/package-format.md shows a package file that AMS reads", () => {
  const blocks = codeBlocks(section("docs/package-format.md", "## Example"));
  const [example] = blocks.filter(({ language }) => language === "json");
  assertEquals(parsePackage(example!.text).tracks.length, 2);
  const [further] = codeBlocks(
    section("docs/package-format.md", "## Title, poster and chapters"),
  );
  assertEquals(parsePackage(further!.text).chapters?.length, 2);
});

Deno.test("docs/configuration.md has the options of ams check that ams does not have", async () => {
  const known = optionNames(await help("ams", "main.ts"));
  const own = optionNames(await help("ams check", "main.ts")).filter((it) => !known.includes(it));
  const documented = firstColumn(section("docs/configuration.md", "## ams check"));
  assertEquals(documented, own);
  const uses = COMMAND_LINES.filter((line) => line.startsWith("ams check ")).flatMap(optionNames);
  assert(uses.length > 0);
  assertEquals(uses.filter((name) => ![...known, ...own].includes(name)), []);
});

/** `--allow-read --allow-env=PORT` of a permission set. */
function toFlags(permissions: Record<string, boolean | string[]>): string[] {
  return Object.entries(permissions).map(([name, allowed]) =>
    typeof allowed === "boolean" ? `--allow-${name}` : `--allow-${name}=${allowed.join(",")}`
  );
}

for (const name of ["ams", "amspackager"] as const) {
  Deno.test(`README.md installs ${name} with the permissions of deno.json`, () => {
    const [line] = COMMAND_LINES.filter((line) => line.includes(`deno.json --name ${name} `));
    assertEquals(
      line!.replaceAll('"', "").split(" ").filter((flag) => flag.startsWith("--allow")),
      toFlags(configuration.permissions[name]),
    );
  });
}

Deno.test("README.md has the two commands of a newcomer on lines of their own", () => {
  const readme = documentText("README.md");
  for (const command of ["demo", "test"]) {
    assert(readme.includes(`\nnpx --yes deno task ${command}\n`), command);
    assert(readme.includes(`\ndeno task ${command}\n`), command);
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
  Deno.test(`every file that ${document} names exists`, () => {
    const named = codeSpans(text).filter((code) =>
      /^(lib|tests|testdata|docs|deploy|\.ci)\//.test(code) && !/[*]|NAME/.test(code)
    );
    assertEquals(named.filter((path) => !exists(join(ROOT, path))), []);
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

Deno.test("LICENSE is the one that deno.json names", () => {
  assertEquals(configuration.license, "BSD-2-Clause");
  assert(read("LICENSE").startsWith("BSD 2-Clause License"));
});
