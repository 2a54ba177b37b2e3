/** amspackager packages a library of films: interrupted by a signal, and with the commands of the documents. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { join } from "@std/path";
import { codeBlocks, documentText } from "../documents.ts";
import { linkFilms, readTexts, runPackager, TESTDATA } from "../packager/films.ts";
import { collectText, getCommandLine } from "./ams.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const TIMEOUT = 60_000;

const COUNT = 40;

function spawn(cwd: string, ...args: string[]): Deno.ChildProcess {
  const [command, ...first] = getCommandLine("amspackager");
  return new Deno.Command(command!, {
    ...{ args: [...first, ...args], cwd, env: { NO_COLOR: "1" } },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
}

/** Lists files below a directory, hidden ones too. */
async function listFiles(directory: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) { for (const file of await listFiles(path)) files.push(file); }
    else files.push(path);
  }
  return files;
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`amspackager --each that ${signal} interrupts ends as one that ran to its end`, async () => {
    using temporary = createTemporaryDirectory();
    const library = join(temporary.path, "films");
    const films = await linkFilms(library, {
      ...{ source: join(temporary.path, "source"), count: COUNT },
    });
    const args = ["--each", "films", "-d", "4"];
    const child = spawn(temporary.path, ...args);
    const output = collectText(child.stdout, child.stderr);
    assert(await output.first(/(?:films\/.*: .* s\n){10}/, TIMEOUT), output.text());
    child.kill(signal);
    assertEquals((await child.status).code, code);
    await output.ended;
    assert(output.text().includes("\namspackager: Interrupted: the same command continues\n"));
    const files = await listFiles(library);
    const written = files.filter((file) => films.has(file));
    const media = new Set([...films.values()].flat());
    assertEquals(files.filter((file) => !films.has(file) && !media.has(file)), []);
    assertLess(written.length, COUNT);
    assert(written.length >= 10);

    const again = await spawn(temporary.path, ...args).output();
    assertEquals(again.code, 0);
    const lines = new TextDecoder().decode(again.stdout).trimEnd().split("\n");
    const total = `Wrote ${COUNT - written.length} packages, ${written.length} up to date. `;
    assert(lines.at(-1)!.startsWith(total), lines.at(-1));
    const texts = await readTexts(films.keys());
    for (const [path, [owner]] of films) {
      await runPackager(["-o", path, "--sidecars", "-d", "4", owner!]);
    }
    assertEquals(await readTexts(films.keys()), texts);
  });
}

/** Files that commands of the documents name, made of those of testdata/. */
const FILES = {
  "video-240p.mp4": "ladder-avc-240p.mp4",
  "video-720p.mp4": "ladder-avc-720p.mp4",
  "audio.mp4": "ladder-aac-eng.mp4",
  "sub.fr.vtt": "ladder-vtt-fra.vtt",
  "film.mp4": "ladder-avc-720p.mp4",
  "film.fr.vtt": "ladder-vtt-fra.vtt",
  "films/heat.mp4": "ladder-avc-720p.mp4",
  ".heat/240.mp4": "ladder-avc-240p.mp4",
  ".heat/720.mp4": "ladder-avc-720p.mp4",
  ".heat/eng.mp4": "ladder-aac-eng.mp4",
};

Deno.test("commands of docs/amspackager.md run as printed, and that of docs/verify.md", async (t) => {
  using temporary = createTemporaryDirectory();
  for (const [file, source] of Object.entries(FILES)) {
    await Deno.mkdir(join(temporary.path, file, ".."), { recursive: true });
    await Deno.copyFile(join(TESTDATA, source), join(temporary.path, file));
  }
  const blocks = ["docs/amspackager.md", "docs/verify.md"].flatMap((page) =>
    codeBlocks(documentText(page)).filter(({ language, text }) =>
      language === "sh" && !/\b(s3|https?):\/\//.test(text) // packager_remote_test.ts has origins
    )
  );
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const command = getCommandLine("amspackager").map(quote).join(" ");
  let count = 0;
  for (const { text } of blocks) {
    await t.step(text.split("\n", 1)[0]!, async () => {
      const shell = new Deno.Command("bash", {
        args: ["-ec", `amspackager() { ${command} "$@"; }\n${text}`],
        cwd: temporary.path,
        env: { NO_COLOR: "1" },
      });
      const { code, stderr } = await shell.output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
    });
    count++;
  }
  assert(count >= 7, `${count}`);
});
