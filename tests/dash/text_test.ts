import { assertEquals } from "@std/assert";
import { escapeTemplate, textAttributes } from "../../lib/dash/text.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";

/** TTML of a rendition, the requested format, and the MIME type. Manifests: tests/manifest_subtitles_test.ts. */
const formats: [stpp: { onlyImages: boolean } | undefined, "vtt" | "wvtt", type: string][] = [
  [undefined, "vtt", "text/vtt"],
  [undefined, "wvtt", "application/mp4"],
  [{ onlyImages: false }, "vtt", "application/mp4"],
  [{ onlyImages: true }, "wvtt", "application/mp4"],
];

for (const [stpp, requested, type] of formats) {
  Deno.test(`textAttributes() of ${requested}, ${JSON.stringify(stpp)}, has ${type}`, () => {
    const rendition = { stpp } as unknown as SubtitleRendition;
    assertEquals(textAttributes(rendition, requested)["@mimeType"], type);
  });
}

Deno.test("escapeTemplate() doubles dollar signs", () => {
  assertEquals(escapeTemplate("?a=$Time$&b"), "?a=$$Time$$&b");
});
