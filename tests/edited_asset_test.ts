/** What depends on the samples of a presentation, of files with several edits: packages, selections, key frames. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { toPackage } from "../lib/presentation/to_package.ts";
import { createLongSource, LONG_VIDEO } from "./long_movie.ts";
import { openInputs, openPackage } from "./open_presentation.ts";
import { readMpd } from "./mpd.ts";
import { copyAllMedia } from "./sample_presentations.ts";
import { ORIGIN, packageFile, serveTemporaryRoot } from "./serve.ts";

const served = serveTemporaryRoot(copyAllMedia);

async function fetchText(path: string): Promise<string> {
  return new TextDecoder().decode(await served.fetch(`${ORIGIN}/${path}`));
}

/** Cuts ten hours into pieces of a minute, of which every second one is presented. */
const CUTS = Array.from({ length: 300 }, (_, i) => [60_000, 2002 + 120 * i * 30_000]);

Deno.test("a package has no index of a track with several edits, and plays it", async () => {
  const track = { ...LONG_VIDEO, edits: CUTS as [number, number][] };
  const open = () => createLongSource(track);
  const presentation = await openInputs([{ file: "long.mp4" }], { segmentDuration: 2, open });
  const [rendition] = presentation.renditions.values();
  assert(rendition?.type === "video");
  const { timing: { end, timescale, presentationTime } } = rendition;
  assertLess(Math.abs(presentationTime(end - 1) / timescale - 18_000), 0.04);
  const pack = toPackage(presentation);
  assertEquals(pack.tracks.map(({ index }) => index), [undefined]);
  const packaged = await openPackage(pack, open);
  assertEquals(packaged.warnings, presentation.warnings);
  assertEquals(packaged.version, presentation.version);
  packaged.close();
  presentation.close();
});

const clips: [query: string, times: number[]][] = [
  ["", [0, 2.3]], // the key frame at 2 s of the file
  ["?start=2.4", [2.3]],
  ["?end=1", [0]],
  ["?filter=type==%22video%22", [0, 2.3]],
];

Deno.test("?start=, ?end= and ?filter= select segments of several edits", async () => {
  const file = "flash-avc-emptyedit.mp4";
  await packageFile(served.root, file);
  for (const [query, times] of clips) {
    const url = `${file}.json/.mpd${query}`;
    const [video] = readMpd(await fetchText(url), `${ORIGIN}/${url}`);
    assertEquals(video!.segments.map(({ time }) => time / video!.timescale), times, query);
  }
});

Deno.test("key frames are those that edits present", async () => {
  const file = "flash-avc-abuttingedits.mp4";
  await packageFile(served.root, file);
  const list = await fetchText(`${file}.json/master.m3u8`);
  const name = /I-FRAME-STREAM-INF.*URI="([^"]+)"/.exec(list)![1]!;
  const playlist = await fetchText(`${file}.json/${name}`);
  const durations = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map(([, text]) => Number(text));
  const expected = [2.1, 0.5]; // at 1 and 2.1 s: the sync sample before the first edit is of no edit, the one at 1.4 s follows too soon
  assertEquals(durations.map((duration) => Math.round(100 * duration) / 100), expected);
  for (const path of playlist.split("\n").filter((line) => line && !line.startsWith("#"))) {
    const { pathname } = new URL(path, `${ORIGIN}/${file}.json/${name}`);
    assert((await served.fetch(ORIGIN + pathname)).length > 0);
  }
});
