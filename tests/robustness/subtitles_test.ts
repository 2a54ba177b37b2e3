/** Reads hostile subtitles in every format, and writes them as clients receive them. */

import { readSubtitleFile } from "../../lib/subtitles/subtitle_file.ts";
import { formatTtml } from "../../lib/subtitles/ttml/format.ts";
import { assertLinear } from "../doubling.ts";
import { SUBTITLE_ATTACKS } from "./subtitle_attacks.ts";

const encoder = new TextEncoder();

for (const { trait, file, build } of SUBTITLE_ATTACKS) {
  Deno.test(`readSubtitleFile() takes time in proportion to a size of ${file} with ${trait}`, () => {
    assertLinear((size) => encoder.encode(build(size)), (bytes) => convert(bytes, file));
  });
}

function convert(bytes: Uint8Array, name: string): void {
  const { webvtt } = readSubtitleFile(bytes, { name, language: "" });
  formatTtml(webvtt, { start: 0, end: 3_600_000, language: "en" });
}
