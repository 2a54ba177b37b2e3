/** The commands of README and of the walk-through run as printed, and their URLs answer. */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { codeBlocks, documentText } from "../documents.ts";
import { ShellSession } from "./shell_session.ts";

/** Each with the directory in which its reader begins, relative to the root of the repository. */
const DOCUMENTS = { "README.md": ".", "docs/getting-started.md": "testdata" };

/** Blocks of `console`, by their first line, each with the reason why it is not run. */
const NOT_RUN: Record<string, string> = {
  "npx --yes deno task demo": "fetches Deno from the npm registry; .ci/run runs it",
  "deno task test": "runs all unit tests, which .ci/run does",
  "ffplay http://localhost:8080/video.json/.m3u8": "opens windows of players",
};

/** `about.json` of an asset, in part. */
interface AboutJson {
  readonly renditions: readonly { readonly language: string; readonly text?: string }[];
}

const MAX_NOT_RUN = 5;

/** Languages of blocks that hold no commands. */
const NO_COMMANDS = ["text", "json", "html", "xml", "ini"];

const blocks = Object.keys(DOCUMENTS).flatMap((path) => codeBlocks(documentText(path)));

Deno.test("blocks of commands are either run, or listed with a reason", () => {
  const firstLines = blocks.filter(({ language }) => language === "console")
    .map(({ text }) => text.split("\n", 1)[0]!);
  assertEquals(firstLines.sort(), Object.keys(NOT_RUN).sort());
  assertLessOrEqual(firstLines.length, MAX_NOT_RUN);
  const languages = new Set(blocks.map(({ language }) => language));
  assertEquals(languages.difference(new Set(["sh", "console", ...NO_COMMANDS])), new Set());
});

for (const [path, start] of Object.entries(DOCUMENTS)) {
  Deno.test(`commands of ${path} run as printed`, async (t) => {
    await using session = await ShellSession.open(start);
    const text = documentText(path);
    for (const block of codeBlocks(text).filter(({ language }) => language === "sh")) {
      const run = () => session.run(block.text);
      const passed = await t.step(`line ${block.line}: ${block.text.split("\n", 1)[0]}`, run);
      if (!passed) return; // what follows needs it
    }
    const urls = session.withPort(text).matchAll(/http:\/\/localhost:\d+\/[^\s`'"<)]*/g);
    for (const url of new Set([...urls].map(([url]) => url))) {
      await t.step(`${url} answers`, async () => {
        const response = await fetch(url, { headers: { accept: "text/html, */*" } });
        await response.body?.cancel();
        assert(response.ok, `${url}: ${response.status}`);
      });
    }
    if (path !== "README.md") return;
    await t.step("film.json has subtitles with cues", async () => {
      const url = session.withPort("http://localhost:8080/film.json/");
      const { renditions } = await (await fetch(`${url}about.json`)).json() as AboutJson;
      const texts = renditions.flatMap(({ text, language }) => text ? [{ text, language }] : []);
      assertEquals(texts.map(({ language }) => language), ["fr"]);
      const webvtt = await (await fetch(`${url}${texts[0]!.text}`)).text();
      assertEquals(webvtt.match(/ --> /g)?.length, 4, webvtt);
    });
  });
}
