/** TTML in MP4: when the documents are served unchanged, and which cues they have. */

import { assertEquals } from "@std/assert";
import { openInputs } from "../open_presentation.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { fullBox, memorySource, u16, u32 } from "../mp4/movie_file.ts";
import {
  buildProgressiveMovie,
  stppEntry,
  type SubtitleMovie,
  tx3gEntry,
} from "../subtitle_movie.ts";

const encode = (text: string) => new TextEncoder().encode(text);

async function openText(
  bytes: Uint8Array,
): Promise<{ text: SubtitleRendition; warnings: readonly string[] }> {
  const open = () => memorySource(bytes, "a.mp4").source;
  const { renditions, warnings } = await openInputs([{ file: "a.mp4", language: "und" }], {
    segmentDuration: 2,
    open,
  });
  return { text: [...renditions.values()][0] as SubtitleRendition, warnings };
}

const DOCUMENT = encode(
  `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">x</p></div></body></tt>`,
);
const stpp = (movie: Partial<SubtitleMovie> = {}) => ({
  handler: "subt",
  entry: stppEntry(),
  samples: [{ duration: 3000, bytes: DOCUMENT }],
  ...movie,
});

Deno.test("readSubtitleTrack() returns an stpp track if the edit list does not change its times", async () => {
  const plain = (await openText(buildProgressiveMovie(stpp()))).text;
  assertEquals([plain.stpp?.codec, plain.stpp?.onlyImages], ["stpp", false]);
  const imsc1 = (await openText(
    buildProgressiveMovie(stpp({ entry: stppEntry("application/ttml+xml;codecs=im1t") })),
  ))
    .text;
  assertEquals(imsc1.stpp?.codec, "stpp.ttml.im1t");
});

Deno.test("readSubtitleTrack() warns of TTML in MP4 that an edit list moves and serves it as WebVTT only", async () => {
  const edits = fullBox("elst", 0, 0, u32(2, 500, 2 ** 32 - 1), u16(1, 0), u32(3000, 0), u16(1, 0));
  const { text: rendition, warnings } = await openText(buildProgressiveMovie(stpp({ edits })));
  assertEquals(rendition.stpp, undefined);
  assertEquals(rendition.webvtt.cues.map(({ start, end }) => [start, end]), [[1500, 2500]]);
  assertEquals(warnings, [
    "a.mp4: track 1: its edit list changes the times in its documents, so it is served as WebVTT only",
  ]);
});

Deno.test("readSubtitleTrack() serves a track with entries of another codec as WebVTT only", async () => {
  const entry = [stppEntry(), tx3gEntry()];
  const { text: { stpp: served, webvtt } } = await openText(buildProgressiveMovie(stpp({ entry })));
  assertEquals([served, webvtt.cues.length], [undefined, 1]);
});

/** Times in the document of the second sample, [2 s, 4 s), and when its cue is shown. */
const documents: [name: string, begin: string, end: string, cue: [number, number]][] = [
  ["times of the track", "3s", "4s", [3000, 4000]],
  ["a cue that starts in the sample before", "1s", "3s", [2000, 3000]],
  ["a cue that continues in the next sample", "3s", "9s", [3000, 4000]],
  ["times relative to the sample", "0.5s", "1s", [2500, 3000]],
];

for (const [name, begin, end, cue] of documents) {
  Deno.test(`readSubtitleTrack() clips cues of TTML to their sample: ${name}`, async () => {
    const empty = encode(`<tt xmlns="http://www.w3.org/ns/ttml"/>`);
    const document = encode(
      `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="${begin}" end="${end}">x</p></div></body></tt>`,
    );
    const samples = [{ duration: 2000, bytes: empty }, { duration: 2000, bytes: document }];
    const { text: { webvtt } } = await openText(buildProgressiveMovie(stpp({ samples })));
    assertEquals(webvtt.cues.map(({ start, end }) => [start, end]), [cue]);
  });
}
