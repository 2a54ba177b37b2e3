/** A look at a directory of hostile subtitles stays within the memory and the time of ordinary ones. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startAms } from "./ams.ts";
import { watchResidentSize } from "./resident_size.ts";

const MAX_MB = 600;

/** A paragraph of which all text is repeated each time that a span appears. */
function writeSpans(text: number, spans: number): string {
  const changes = Array.from({ length: spans }, (_, i) => `<span begin="${i}ms">a</span>`);
  return toTtml(`<p begin="1s" end="9999s">${"a".repeat(text)}${changes.join("")}</p>`);
}

function toTtml(body: string): string {
  return `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${body}</div></body></tt>`;
}

const FILES: [file: string, text: string, status: number][] = [
  ["long.ttml", writeSpans(2_000_000, 1000), 500],
  ["longer.ttml", writeSpans(4_000_000, 1000), 500],
  ["short.ttml", writeSpans(60_000, 2000), 500],
  ["cues.ttml", toTtml('<p begin="1s" end="2s">a</p>'.repeat(100_000)), 200],
  ["cues.vtt", `WEBVTT\n\n${"00:01.000 --> 00:02.000\na\n\n".repeat(200_000)}`, 200],
  ["tags.srt", `00:01 --> 00:02\n${"<b>a".repeat(15_000)}\n\n`.repeat(10), 200],
  ["style.vtt", `WEBVTT\n\nSTYLE\n${"a".repeat(200_000)}\n\n00:01.000 --> 00:02.000\na\n`, 200],
];

Deno.test("ams lists and serves a directory of hostile subtitles in bounded memory", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [file, text] of FILES) {
      await Deno.writeTextFile(join(root, file), text);
      const pack = {
        ams: 1,
        segmentDuration: 10,
        tracks: [{ file, type: "text", language: "en", name: "caption_eng" }],
      };
      await Deno.writeTextFile(join(root, `${file}.json`), JSON.stringify(pack));
    }
    await using ams = await startAms(root, "--workers", "1");
    using size = watchResidentSize(ams.pid);
    for (const path of ["about.json", ".about.json"]) {
      await (await fetch(`${ams.url}/${path}`)).body?.cancel();
    }
    for (const [file, , status] of FILES) {
      const response = await fetch(`${ams.url}/${file}.json/.mpd`);
      const code = response.headers.get("AMS-Error") ?? "";
      await response.body?.cancel();
      assertEquals([file, response.status, code], [
        file,
        status,
        status === 200 ? "" : "MEDIA_UNSUPPORTED",
      ]);
    }
    assert(size.peak() < MAX_MB, `${size.peak()} MB`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
