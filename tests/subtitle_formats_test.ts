/** Every subtitle input format in every output format: equal text and times, also across segment boundaries. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openInputs } from "./open_presentation.ts";
import type { SubtitleRendition } from "../lib/presentation/presentation.ts";
import { parseCueText, toPlainText } from "../lib/subtitles/cue_text.ts";
import { parseTtml } from "../lib/subtitles/ttml/reader.ts";
import { parseWebvtt } from "../lib/subtitles/webvtt.ts";
import { findAttributes, readStrictPlaylist } from "./m3u8.ts";
import { concat, memorySource } from "./mp4/movie_file.ts";
import { readTracks } from "./mp4box.ts";
import { readMpd, type Representation } from "./mpd.ts";
import { ORIGIN, packageFiles, serveTemporaryRoot } from "./serve.ts";
import { readManifest, TICKS } from "./smooth.ts";
import { readFragment } from "./smooth_fragment.ts";
import {
  type PlainCue,
  SUBTITLE_FIXTURES,
  type SubtitleFixture,
  VIDEO_FILE,
  writeSubtitleFixtures,
} from "./subtitle_files.ts";

const served = serveTemporaryRoot(async (root) => {
  await writeSubtitleFixtures(root);
  for (const { file } of SUBTITLE_FIXTURES) {
    await packageFiles(root, `${file}.json`, { files: [VIDEO_FILE, file] });
  }
});

/** Functions that fetch all cues of an output format, split or whole. */
const OUTPUT_FORMATS: Record<string, (base: string) => Promise<PlainCue[]>> = {
  "a WebVTT file": fetchWholeFile,
  "segments of WebVTT": (base) => fetchHlsCues(base, "m3u8"),
  "segments of WebVTT with MPEG-TS": (base) => fetchHlsCues(base, "ts.m3u8"),
  "wvtt in MP4": (base) => fetchMp4Cues(`${base}/wvtt.mpd`),
  "TTML of Smooth Streaming": fetchSmoothCues,
};

for (const fixture of SUBTITLE_FIXTURES) {
  const hasDocuments = fixture.file.startsWith("stpp");
  for (const [format, read] of Object.entries(OUTPUT_FORMATS)) {
    if (hasDocuments && format === "segments of WebVTT") continue; // HLS serves the documents
    Deno.test(`cues of ${fixture.file} are served as ${format}`, async () => {
      assertEquals(mergeParts(await read(getBaseUrl(fixture))), getExpectedCues(fixture));
    });
  }
  if (hasDocuments) {
    Deno.test(`documents of ${fixture.file} are served unchanged`, async () => {
      const base = getBaseUrl(fixture);
      assertEquals(mergeParts(await fetchMp4Cues(`${base}/.mpd`)), getExpectedCues(fixture));
      const main = await fetchText(`${base}/.m3u8`);
      assertStringIncludes(main, `CODECS="avc1.64000D,stpp.ttml.im1t"`);
      const { uris, ...playlist } = readStrictPlaylist(
        await fetchText(`${base}/${(await findRepresentation(base)).id}.m3u8`),
      );
      const [map] = findAttributes(playlist, "EXT-X-MAP");
      const parts = await Promise.all(
        [map!["URI"]!, ...uris.map(({ uri }) => uri)].map((uri) => served.fetch(`${base}/${uri}`)),
      );
      assertEquals(mergeParts(await readMovieCues(concat(...parts))), getExpectedCues(fixture));
    });
  }
}

function getBaseUrl({ file }: SubtitleFixture): string {
  return `${ORIGIN}/${file}.json`;
}

async function fetchText(url: string): Promise<string> {
  return new TextDecoder().decode(await served.fetch(url));
}

/** Finds the subtitle representation of a package in wvtt.mpd. */
async function findRepresentation(base: string): Promise<Representation> {
  const url = `${base}/wvtt.mpd`;
  const found = readMpd(await fetchText(url), url).find(({ codecs }) => codecs === "wvtt");
  assert(found, "a wvtt representation in wvtt.mpd");
  return found;
}

async function fetchWholeFile(base: string): Promise<PlainCue[]> {
  const { init } = await findRepresentation(base);
  return parseWebvttCues(await fetchText(new URL("all.vtt", init).href));
}

function toPlain(text: string): string {
  return toPlainText(parseCueText(text));
}

function parseWebvttCues(text: string): PlainCue[] {
  const { cues, warnings } = parseWebvtt(new TextEncoder().encode(text));
  assertEquals(warnings, []);
  return cues.map(({ start, end, text }) => ({ start, end, text: toPlain(text) }));
}

async function fetchHlsCues(base: string, extension: string): Promise<PlainCue[]> {
  const { id } = await findRepresentation(base);
  const playlist = await fetchText(`${base}/${id}.${extension}`);
  const { uris } = readStrictPlaylist(playlist);
  const segments = await Promise.all(uris.map(({ uri }) => fetchText(`${base}/${uri}`)));
  assertEquals(segments.length, 3);
  const cues = segments.flatMap(parseWebvttCues);
  return [...new Map(cues.map((cue) => [JSON.stringify(cue), cue])).values()]; // repeated in each segment
}

async function fetchMp4Cues(url: string): Promise<PlainCue[]> {
  const [representation] = readMpd(await fetchText(url), url).slice(-1);
  const { init, segments } = representation!;
  const parts = await Promise.all(
    [init, ...segments.map((segment) => segment.url)].map(served.fetch),
  );
  const bytes = concat(...parts) as Uint8Array<ArrayBuffer>;
  checkTimes(representation!, bytes);
  return await readMovieCues(bytes);
}

/** Checks with npm's mp4box that samples have no gaps from 0, and that segments contain the samples of their time. */
function checkTimes(
  { segments, timescale, codecs }: Representation,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  const [track] = readTracks(bytes);
  let time = 0;
  for (const sample of track!.samples) {
    assertEquals(Math.round(sample.decodeTime * timescale), time);
    time += Math.round(sample.duration * timescale);
  }
  const ends = segments.map((segment) => segment.time + segment.duration);
  assertEquals(time, ends.at(-1));
  if (codecs !== "wvtt") return;
  for (const [i, { time, duration }] of segments.entries()) {
    const own = track!.samples.filter(({ fragment }) => fragment === i + 1);
    assertEquals(Math.round(own[0]!.decodeTime * timescale), time);
    const total = own.reduce((sum, sample) => sum + sample.duration * timescale, 0);
    assertEquals(Math.round(total), duration);
  }
}

async function readMovieCues(bytes: Uint8Array): Promise<PlainCue[]> {
  const { source } = memorySource(bytes, "out.mp4");
  const options = { segmentDuration: 2, open: () => source };
  const presentation = await openInputs([{ file: "out.mp4" }], options);
  const [rendition] = [...presentation.renditions.values()] as SubtitleRendition[];
  return rendition!.webvtt.cues.map(({ start, end, text }) => ({
    start,
    end,
    text: toPlain(text),
  }));
}

async function fetchSmoothCues(base: string): Promise<PlainCue[]> {
  const manifest = readManifest(await fetchText(`${base}/Manifest`), `${base}/Manifest`);
  const level = manifest.streams.find(({ type }) => type === "text")!.levels[0]!;
  const cues: PlainCue[] = [];
  for (const { url, time } of level.fragments) {
    const { data } = readFragment(await served.fetch(url));
    const start = Math.round(time * 1000 / TICKS);
    for (const cue of parseTtml(new TextDecoder().decode(data)).webvtt.cues) {
      cues.push({ start: cue.start + start, end: cue.end + start, text: toPlain(cue.text) });
    }
  }
  assert(level.fragments.length === 3);
  return cues;
}

/** Merges adjacent parts of cues. */
function mergeParts(parts: readonly PlainCue[]): PlainCue[] {
  const cues: PlainCue[] = [];
  for (const part of parts) {
    const before = cues.findIndex((cue) => cue.text === part.text && cue.end === part.start);
    if (before < 0) cues.push(part);
    else cues[before] = { ...cues[before]!, end: part.end };
  }
  return cues.sort((a, b) => a.start - b.start);
}

/** The video ends shortly after 6 s, so no cue is clipped. */
function getExpectedCues({ cues }: SubtitleFixture): PlainCue[] {
  return [...cues].sort((a, b) => a.start - b.start);
}

Deno.test("a track's language and name are in the package and the manifests", async () => {
  const base = `${ORIGIN}/stpp.mp4.json`;
  const [rendition] = readMpd(await fetchText(`${base}/.mpd`), base).slice(-1);
  assertEquals([rendition!.language, rendition!.codecs], ["de", "stpp.ttml.im1t"]);
  const { tracks } = JSON.parse(await Deno.readTextFile(`${served.root}/stpp.mp4.json`));
  assertEquals(tracks[1], {
    file: "stpp.mp4",
    track: 1,
    type: "text",
    language: "de",
    name: "caption_deu",
  });
});
