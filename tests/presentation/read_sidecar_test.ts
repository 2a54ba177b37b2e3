import { assertEquals, assertThrows } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import type { Sidecar } from "../../lib/input/stems.ts";
import type { InputOptions } from "../../lib/presentation/open.ts";
import { explainLeftOut } from "../../lib/presentation/read_sidecar.ts";
import { openTestdata } from "../sample_presentations.ts";

function sidecar(file: string, kind: Sidecar["kind"], owner: string, language = ""): InputOptions {
  return { file, optional: true, sidecar: { owner, kind, language } };
}

const PAIR = "pair-avc-aac.mp4";
const LADDER = "ladder-avc-360p.mp4";

/** A film, what it gets of a file, and the warnings that files are left out. */
const cases: [
  what: string,
  owner: string,
  added: InputOptions,
  tracks: string[],
  warnings?: string[],
][] = [
  [
    "the video of a quality, of which it has the audio",
    PAIR,
    sidecar("pair-avc-64bit.mp4", "video", PAIR),
    [
      "video und",
    ],
  ],
  ["video and audio", LADDER, sidecar("ladder-avc-240p.mp4", "video", LADDER), ["video und"]],
  ["the audio of a file with video", PAIR, sidecar("pair-avc-64bit.mp4", "audio", PAIR, "fr"), [
    "audio fr",
  ]],
  ["audio in its own language", LADDER, sidecar("ladder-aac-eng.mp4", "audio", LADDER, "fr"), [
    "audio en",
  ]],
  ["thumbnails alone", PAIR, sidecar("pair-avc-thumbs.mp4", "thumbnails", PAIR), ["image und"]],
  ["subtitles", LADDER, sidecar("ladder-vtt-fra.vtt", "subtitle", LADDER), ["text und"]],
  ["no video that lasts less long", LADDER, sidecar("test-avc-rotated.mp4", "video", LADDER), [], [
    `test-avc-rotated.mp4: is left out: it lasts 6 s, ${LADDER} 12 s, expected within 1 %`,
  ]],
  ["no audio where there is none", LADDER, sidecar("ladder-avc-240p.mp4", "audio", LADDER), [], [
    "ladder-avc-240p.mp4: is left out: it contains no audio",
  ]],
  [
    "no thumbnails where there are none",
    PAIR,
    sidecar("test-avc-rotated.mp4", "thumbnails", PAIR),
    [],
    [
      "test-avc-rotated.mp4: is left out: it contains no thumbnails",
    ],
  ],
  ["nothing of a broken file", PAIR, sidecar("make.sh", "video", PAIR), [], [
    "make.sh: is left out: Cannot find a moov box: this is not an MP4 file",
  ]],
];

for (const [what, owner, added, tracks, warnings = []] of cases) {
  Deno.test(`readOptional() adds ${what}`, async () => {
    const opened = await openTestdata([{ file: owner }, added], 2);
    opened.close();
    const found = [...opened.renditions.values()].filter(({ file }) => file === added.file);
    assertEquals(found.map(({ type, language }) => `${type} ${language}`), tracks);
    assertEquals(opened.warnings.filter((text) => text.includes("left out")), warnings);
    assertEquals(opened.ownFile, owner);
  });
}

Deno.test("explainLeftOut() names the box, but not the file", () => {
  const error = new MediaError("Cannot read version 2").in("tfdt").inFile("a.mp4");
  assertEquals(explainLeftOut(error), "tfdt: Cannot read version 2");
  assertEquals(explainLeftOut(new RequestError("NOT_FOUND", "Cannot find 'a'")), "Cannot find 'a'");
  assertThrows(() => explainLeftOut(new TypeError("internal")), TypeError, "internal");
});
