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

Deno.test({
  name: "deno task demo serves a package until Ctrl-C, and cleans up",
  ignore: Deno.build.os === "windows", // signals cannot be sent there
  async fn() {
    const [, ...args] = configuration.tasks.demo.command.split(" ");
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
      const output = await readUpTo(reader, "Ctrl-C");
      const [url] = /^http:\S+\.mpd$/m.exec(output) ?? [""];
      assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+\/video\.json\/\.mpd$/, output);
      for (const [name, content] of MANIFESTS) {
        const [manifest] = new RegExp(`^http:\\S+/video\\.json/${name}$`, "m").exec(output) ?? [];
        assert(manifest, `${name} is not in: ${output}`);
        assertMatch(await (await fetch(manifest)).text(), content);
      }
      const [page] = /^http:\S+\/$/m.exec(output) ?? [""];
      assertEquals(page, url.replace(/\.mpd$/, ""), output);
      assert(output.indexOf(page) < output.indexOf(url), output);
      const response = await fetch(page, { headers: { accept: "text/html" } });
      assertMatch(await response.text(), /^<!doctype html>/i);
      assertEquals([...Deno.readDirSync(scratch)].length, 1);
      demo.kill("SIGINT");
      await readUpTo(reader, undefined);
      assertEquals((await demo.status).code, 0);
      assertEquals([...Deno.readDirSync(scratch)], []);
    } finally {
      await Deno.remove(scratch, { recursive: true });
    }
  },
});
