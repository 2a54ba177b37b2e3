/** `deno task demo`, as a new user runs it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import configuration from "../deno.json" with { type: "json" };

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Patterns of the names and contents of the package's manifests. */
const MANIFESTS = [
  ["\\.mpd", /<MPD /],
  ["\\.m3u8", /URI="audio_fra=\d+\.m3u8"/],
  ["ts\\.m3u8", /URI="audio_fra=\d+\.ts\.m3u8"/],
  ["Manifest", /<SmoothStreamingMedia /],
] as const;

/** Reads until the text contains `end`, or to the end of the stream. */
async function readUpTo(
  reader: ReadableStreamDefaultReader<string>,
  end: string | undefined,
): Promise<string> {
  let text = "";
  while (end === undefined || !text.includes(end)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  return text;
}

/** Runs a task until it serves, then stops it as Ctrl-C does. */
async function runDemo(
  task: "demo" | "demo:drm",
  test: (output: string) => Promise<void>,
): Promise<void> {
  const [, ...args] = configuration.tasks[task].command.split(" ");
  const scratch = await Deno.makeTempDir();
  try {
    const demo = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: { TMPDIR: scratch, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = demo.stdout.pipeThrough(new TextDecoderStream()).getReader();
    await test(await readUpTo(reader, "Ctrl-C"));
    assertEquals([...Deno.readDirSync(scratch)].length, 1);
    demo.kill("SIGINT");
    await readUpTo(reader, undefined);
    assertEquals((await demo.status).code, 0);
    assertEquals([...Deno.readDirSync(scratch)], []);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** Finds a URL of the package that stands on a line of its own. */
function findUrl(output: string, pattern: string): string {
  const [url] = new RegExp(`^http:\\S+/video\\.json/${pattern}$`, "m").exec(output) ?? [];
  assert(url, `${pattern} is not in: ${output}`);
  return url;
}

const ignore = Deno.build.os === "windows"; // signals cannot be sent there

Deno.test({
  name: "deno task demo serves a package until Ctrl-C, and cleans up",
  ignore,
  fn: () =>
    runDemo("demo", async (output) => {
      const url = findUrl(output, "\\.mpd");
      assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+\/video\.json\/\.mpd$/, output);
      for (const [name, content] of MANIFESTS) {
        assertMatch(await (await fetch(findUrl(output, name))).text(), content);
      }
      const [, start] = /^Open (http:\/\/127\.0\.0\.1:\d+\/) in a browser$/m.exec(output) ?? [];
      const headers = { accept: "text/html" };
      assertMatch(await (await fetch(start!, { headers })).text(), /^<!doctype html>/i);
      const page = findUrl(output, "");
      assert(output.indexOf(page) < output.indexOf(url), output);
      const response = await fetch(page, { headers });
      assertMatch(await response.text(), /^<!doctype html>/i);
    }),
});

Deno.test({
  name: "deno task demo:drm serves a protected package and its keys",
  ignore,
  fn: () =>
    runDemo("demo:drm", async (output) => {
      const mpd = await (await fetch(findUrl(output, "\\.mpd"))).text();
      const license = findUrl(output, "clearkey");
      assertMatch(mpd, /<ContentProtection [^>]*value="cbcs"/);
      assert(mpd.includes(`>${license}<`), mpd);
      assertMatch(await (await fetch(findUrl(output, "\\.m3u8"))).text(), /METHOD=SAMPLE-AES,/);
      const { protection } = await (await fetch(`${findUrl(output, "")}about.json`)).json();
      const kids = Object.values<string>(protection.kids).map((kid) =>
        Uint8Array.fromHex(kid.replaceAll("-", ""))
          .toBase64({ alphabet: "base64url", omitPadding: true })
      );
      const body = JSON.stringify({ kids, type: "temporary" });
      const { keys } = await (await fetch(license, { method: "POST", body })).json();
      assertEquals(keys.map(({ kid }: { kid: string }) => kid).sort(), kids.sort());
    }),
});
