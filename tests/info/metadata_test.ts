/** What about.json has of the whole presentation. */

import { Ajv2020 } from "ajv/2020";
import { assert, assertEquals } from "@std/assert";
import { buildInfo } from "../../lib/info/info.ts";
import published from "../../lib/info/info.schema.json" with { type: "json" };
import type { Metadata, Presentation } from "../../lib/presentation/presentation.ts";
import { openTestdata } from "../sample_presentations.ts";

const validate = new Ajv2020().compile(published);

const KEYS = ["title", "description", "poster", "thumbnail", "chapters"];

/** Returns those of the keys that the document of a file has. */
async function describe(
  file: string,
  { metadata, path = file }: { readonly metadata?: Metadata | undefined; readonly path?: string },
): Promise<Record<string, unknown>> {
  const opened = await openTestdata([file]);
  opened.close();
  const presentation: Presentation = { ...opened, ...metadata && { metadata } };
  const info = JSON.parse(buildInfo(presentation, path));
  assert(validate(info), JSON.stringify(validate.errors));
  return Object.fromEntries(KEYS.filter((key) => key in info).map((key) => [key, info[key]]));
}

const METADATA: Metadata = {
  title: "Film",
  description: "Of it",
  chapters: [{ start: 0, title: "One" }, { start: 2500, title: "Two" }],
};

const IMAGES = { poster: "poster", thumbnail: "thumbnail.jpg" };

const CHAPTERS = [{ start: 0, end: 2.5, title: "One" }, { start: 2.5, end: 6, title: "Two" }];

const cases: [what: string, file: string, given: Metadata | undefined, expected: object][] = [
  ["nothing of a file that says nothing", "pair-avc-aac.mp4", undefined, {}],
  ["images where there are thumbnails", "pair-avc-thumbs.mp4", undefined, IMAGES],
  ["the poster of a package", "pair-avc-aac.mp4", { hasPoster: true }, { poster: "poster" }],
  ["title, description and chapters", "pair-avc-thumbs.mp4", METADATA, {
    ...METADATA,
    ...IMAGES,
    chapters: CHAPTERS,
  }],
  ["the chapters in a file", "tone-aac-chapters.m4a", undefined, {
    chapters: [
      { start: 0, end: 1.5, title: "Opening" },
      { start: 1.5, end: 4, title: "Café & “more” <b>" },
      { start: 4, end: 6, title: "The end" },
    ],
  }],
];

for (const [what, file, given, expected] of cases) {
  Deno.test(`buildInfo() has ${what}`, async () => {
    assertEquals(await describe(file, { metadata: given }), expected);
  });
}

Deno.test("buildInfo() has no images of a directory, in which they would be files", async () => {
  assertEquals(await describe("pair-avc-thumbs.mp4", { path: "show" }), {});
  assertEquals(await describe("pair-avc-thumbs.mp4", { path: "" }), {});
});
