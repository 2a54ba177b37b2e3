/** Output that the documents quote is what the commands print. */

import { assert, assertArrayIncludes, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { parseAmsOptions } from "../lib/ams/options.ts";
import { UsageError } from "../lib/cli/usage_error.ts";
import { RequestError } from "../lib/errors.ts";
import { amspackager } from "../lib/packager/command.ts";
import { parseFilter } from "../lib/selection/filter.ts";
import { codeBlocks, codeSpans, documentText, read, section, tableRows } from "./documents.ts";

const TESTDATA = fromFileUrl(new URL("../testdata/", import.meta.url));

/** Runs amspackager in this thread. */
async function run(...args: string[]): Promise<{ lines: string[]; warnings: string[] }> {
  const [lines, warnings]: string[][] = [[], []];
  const out = {
    line: (text: string) => lines!.push(text),
    warn: (text: string) => warnings!.push(text),
  };
  assertEquals(await amspackager(args, out, { version: "1.2.3" }), 0);
  return { lines: lines!, warnings: warnings! };
}

/** Lines of the code blocks of a page that a pattern matches. */
function quoted(page: string, pattern: RegExp): string[] {
  return codeBlocks(documentText(page)).flatMap(({ text }) => text.split("\n"))
    .filter((line) => pattern.test(line));
}

Deno.test("docs/amspackager.md quotes warnings of amspackager", async () => {
  const output = await Deno.makeTempFile({ suffix: ".json" });
  const documented = quoted("docs/amspackager.md", /^-- Warning: /);
  const files = ["test-avc-frontmoov.mp4", "test-avc-scenecuts.mp4", "test-avc-opengop.mp4"];
  const inputs = [...files, "pair-avc-unknown.mp4"].flatMap((file) => ["-i", join(TESTDATA, file)]);
  const { warnings } = await run(
    ...["-o", output, "-d", "2", "--protect", "cbcs", "--content", "heat"],
    ...inputs,
  );
  await Deno.remove(output);
  const named = warnings.map((line) => line.replaceAll(/\S*\/(?=[\w-]+\.mp4)/g, ""));
  assertEquals(documented.length, 5);
  assertArrayIncludes(named, documented);
});

Deno.test("docs/amspackager.md shows the KIDs that amspackager derives", async () => {
  const output = await Deno.makeTempFile({ suffix: ".json" });
  const files = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];
  const inputs = files.flatMap((file) => ["-i", join(TESTDATA, file)]);
  const options = ["--protect", "cbcs", "--content", "heat", "--key-source", "house"];
  const { lines } = await run("-o", output, ...inputs, ...options);
  await Deno.remove(output);
  const [block] = codeBlocks(documentText("docs/amspackager.md")).filter(({ text }) =>
    text.startsWith("-- Protecting")
  );
  assertArrayIncludes(lines, block!.text.trimEnd().split("\n"));
});

Deno.test("docs/verify.md shows a report of verify", async () => {
  const { lines } = await run("verify", join(TESTDATA, "ladder-avc-240p.mp4"));
  const words = (text: string) => text.trim().split(/ {2,}/).join("|");
  assertArrayIncludes(lines.map(words), quoted("docs/verify.md", /^ +rendition /).map(words));
});

Deno.test("docs/verify.md has every key of verify --json, and no others", async () => {
  const { lines } = await run("verify", "--json", join(TESTDATA, "ladder-avc-240p.mp4"));
  const rows = tableRows(section("docs/verify.md", "## JSON output"));
  const result = JSON.parse(lines.join("\n"));
  assertEquals(rows.map(([key]) => codeSpans(key!)[0]), Object.keys(result));
  const [, checked] = rows.find(([key]) => key === "`checked`")!;
  assertEquals(codeSpans(checked!), Object.keys(result.checked[0]));
});

Deno.test("docs/verify.md has every format of a rendition and every manifest", () => {
  const [, union] = /export type Format =([^;]+);/.exec(read("lib/verify/findings.ts")) ?? [];
  const formats = [...union!.matchAll(/"([^"]+)"/g)].map(([, format]) => format!);
  assert(formats.length > 10);
  assertArrayIncludes(codeSpans(section("docs/verify.md", "## JSON output")), formats);
});

Deno.test("docs/configuration.md shows a file that ams reads, and its error for another", () => {
  const page = documentText("docs/configuration.md");
  const [example] = codeBlocks(page).filter(({ language }) => language === "json");
  const parse = (text: string) =>
    parseAmsOptions(["--config", "/etc/ams.json"], {
      getVariable: () => undefined,
      readTextFile: () => text,
    });
  const options = parse(example!.text);
  assert(typeof options !== "string");
  assertEquals([options.root, options.port, options.listing], ["/srv/media", 80, false]);
  const { message } = assertThrows(() => parse('{"prot": 80}'), UsageError);
  assert(page.includes(`\nams: ${message}\n`), message);
});

Deno.test("docs/filtering.md quotes the error of a filter", () => {
  const [body] = codeBlocks(documentText("docs/filtering.md"))
    .filter(({ language }) => language === "json");
  const { code, reason } = JSON.parse(body!.text);
  const error = assertThrows(() => parseFilter("type==1"), RequestError);
  assertEquals([error.code, error.message], [code, reason]);
});
