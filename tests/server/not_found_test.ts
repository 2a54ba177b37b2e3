import { assertEquals } from "@std/assert";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import { notFound, unsupportedByRendition } from "../../lib/server/not_found.ts";

Deno.test("notFound() has the code of the status 404", () => {
  const { code, message } = notFound("'a.mp4'");
  assertEquals([code, message], ["NOT_FOUND", "Cannot find 'a.mp4'"]);
});

const renditions: [rendition: object, message: string][] = [
  [{ type: "text", name: "t" }, "Cannot find an image of 't': its codec is WebVTT"],
  [
    { type: "text", name: "t", stpp: { codec: "stpp.ttml.im1i" } },
    "Cannot find an image of 't': its codec is stpp.ttml.im1i",
  ],
  [
    { type: "audio", name: "a", description: { codec: "ec-3" } },
    "Cannot find an image of 'a': its codec is ec-3",
  ],
];

for (const [rendition, message] of renditions) {
  Deno.test(`unsupportedByRendition() returns ${message}`, () => {
    const error = unsupportedByRendition(rendition as Rendition, "an image");
    assertEquals([error.code, error.message], ["NOT_FOUND", message]);
  });
}
