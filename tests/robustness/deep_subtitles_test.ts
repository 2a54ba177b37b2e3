/** Subtitles of so many or so deep parts that a recursion, or a call with each as an argument, exceeds the stack. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "../../lib/packager/command.ts";
import { fetchAll } from "./fetch_all.ts";
import { DEEP_SUBTITLES } from "./subtitle_attacks.ts";

const encoder = new TextEncoder();

for (const [trait, file, text, error] of DEEP_SUBTITLES) {
  const outcome = error ? "rejects" : "serves";
  Deno.test(`fetchAll() ${outcome} ${file} with ${trait} without internal error`, async () => {
    const outcome = await fetchAll(file, encoder.encode(text));
    assertEquals(outcome.error?.reason ?? "", error);
  });

  Deno.test(`amspackager() packages ${file} with ${trait}, or rejects it with one line`, async () => {
    const directory = await Deno.realPath(await Deno.makeTempDir());
    try {
      await Deno.writeTextFile(join(directory, file), text);
      const lines: string[] = [];
      const out = { line: () => {}, warn: (line: string) => lines.push(line) };
      const args = ["-o", join(directory, "video.json"), "-i", join(directory, file)];
      const code = await amspackager(args, out, { version: "1.2.3" });
      const errors = lines.filter((line) => !line.startsWith("-- Warning: "));
      const expected = error ? [`amspackager: ${join(directory, file)}: ${error}`] : [];
      assertEquals([code, errors], [error ? 1 : 0, expected]);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
