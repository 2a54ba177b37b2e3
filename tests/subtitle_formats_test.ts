/** Cues of every form that goes in, in every form that comes out: the same texts at the same times, over borders too. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openInputs } from "../lib/presentation/open.ts";
import type { SubtitleRendition } from "../lib/presentation/presentation.ts";
import { parseCueText, toPlainText } from "../lib/subtitles/cue_text.ts";
import { parseTtml } from "../lib/subtitles/ttml/reader.ts";
import { parseWebvtt } from "../lib/subtitles/webvtt.ts";
import { all, readPlaylist } from "./m3u8.ts";
import { concat, memorySource } from "./mp4/movie_file.ts";
import { readTracks } from "./mp4box.ts";
import { readMpd, type Representation } from "./mpd.ts";
import { ORIGIN, packageFiles, serveRoot } from "./serve.ts";
import { readManifest, TICKS } from "./smooth.ts";
import { readFragment } from "./smooth_fragment.ts";
import { PICTURE, type PlainCue, type TextFixture, TEXTS, writeTexts } from "./subtitle_files.ts";

let root = "";
let site: ReturnType<typeof serveRoot>;

Deno.test.beforeAll(async () => {
  root = await Deno.realPath(await Deno.makeTempDir());
  await writeTexts(root);
  for (const { file } of TEXTS) {
    await packageFiles(root, `${file}.json`, { files: [PICTURE, file] });
  }
  site = serveRoot(root);
});

Deno.test.afterAll(async () => {
  site.close();
  await Deno.remove(root, { recursive: true });
});

/** Each form of output: all its cues, in pieces or whole. */
const FORMS: Record<string, (base: string) => Promise<PlainCue[]>> = {
  "a WebVTT file": wholeFile,
  "segments of WebVTT": (base) => hlsCues(base, "m3u8"),
  "segments of WebVTT beside MPEG-TS": (base) => hlsCues(base, "ts.m3u8"),
  "wvtt in MP4": (base) => mp4Cues(`${base}/wvtt.mpd`),
  "TTML of Smooth Streaming": smoothCues,
};

for (const fixture of TEXTS) {
  const hasDocuments = fixture.file.startsWith("stpp");
  for (const [form, read] of Object.entries(FORMS)) {
    if (hasDocuments && form === "segments of WebVTT") continue; // those go out as they are
    Deno.test(`cues of ${fixture.file} go out as ${form}`, async () => {
      assertEquals(joined(await read(baseOf(fixture))), expected(fixture));
    });
  }
  if (hasDocuments) {
    Deno.test(`documents of ${fixture.file} go out as they are`, async () => {
      const base = baseOf(fixture);
      assertEquals(joined(await mp4Cues(`${base}/.mpd`)), expected(fixture));
      const main = await text(`${base}/.m3u8`);
      assertStringIncludes(main, `CODECS="avc1.64000D,stpp.ttml.im1t"`);
      const { uris, ...playlist } = readPlaylist(
        await text(`${base}/${(await representationOf(base)).id}.m3u8`),
      );
      const [map] = all(playlist, "EXT-X-MAP");
      const parts = await Promise.all(
        [map!["URI"]!, ...uris.map(({ uri }) => uri)].map((uri) => site.fetch(`${base}/${uri}`)),
      );
      assertEquals(joined(await cuesOfMovie(concat(...parts))), expected(fixture));
    });
  }
}

function baseOf({ file }: TextFixture): string {
  return `${ORIGIN}/${file}.json`;
}

async function text(url: string): Promise<string> {
  return new TextDecoder().decode(await site.fetch(url));
}

/** The one text of a package, as wvtt.mpd offers it. */
async function representationOf(base: string): Promise<Representation> {
  const url = `${base}/wvtt.mpd`;
  const found = readMpd(await text(url), url).find(({ codecs }) => codecs === "wvtt");
  assert(found, "a text in wvtt.mpd");
  return found;
}

async function wholeFile(base: string): Promise<PlainCue[]> {
  const { init } = await representationOf(base);
  return webvttCues(await text(new URL("all.vtt", init).href));
}

function plain(text: string): string {
  return toPlainText(parseCueText(text));
}

function webvttCues(text: string): PlainCue[] {
  const { cues, warnings } = parseWebvtt(new TextEncoder().encode(text));
  assertEquals(warnings, []);
  return cues.map(({ start, end, text }) => ({ start, end, text: plain(text) }));
}

async function hlsCues(base: string, extension: string): Promise<PlainCue[]> {
  const { id } = await representationOf(base);
  const playlist = await text(`${base}/${id}.${extension}`);
  const { uris } = readPlaylist(playlist);
  const segments = await Promise.all(uris.map(({ uri }) => text(`${base}/${uri}`)));
  assertEquals(segments.length, 3);
  const cues = segments.flatMap(webvttCues);
  return [...new Map(cues.map((cue) => [JSON.stringify(cue), cue])).values()]; // whole in each segment
}

async function mp4Cues(url: string): Promise<PlainCue[]> {
  const [representation] = readMpd(await text(url), url).slice(-1);
  const { init, segments } = representation!;
  const parts = await Promise.all(
    [init, ...segments.map((segment) => segment.url)].map(site.fetch),
  );
  const bytes = concat(...parts) as Uint8Array<ArrayBuffer>;
  checkTimes(representation!, bytes);
  return await cuesOfMovie(bytes);
}

/** Samples follow one another without a gap from 0 on, and each segment has its own, as npm's mp4box reads them. */
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
    const lasts = own.reduce((sum, sample) => sum + sample.duration * timescale, 0);
    assertEquals(Math.round(lasts), duration);
  }
}

async function cuesOfMovie(bytes: Uint8Array): Promise<PlainCue[]> {
  const { source } = memorySource(bytes, "out.mp4");
  const options = { segmentDuration: 2, open: () => source };
  const presentation = await openInputs([{ file: "out.mp4" }], options);
  const [rendition] = [...presentation.renditions.values()] as SubtitleRendition[];
  return rendition!.webvtt.cues.map(({ start, end, text }) => ({ start, end, text: plain(text) }));
}

async function smoothCues(base: string): Promise<PlainCue[]> {
  const manifest = readManifest(await text(`${base}/Manifest`), `${base}/Manifest`);
  const level = manifest.streams.find(({ type }) => type === "text")!.levels[0]!;
  const cues: PlainCue[] = [];
  for (const { url, time } of level.fragments) {
    const { data } = readFragment(await site.fetch(url));
    const start = Math.round(time * 1000 / TICKS);
    for (const cue of parseTtml(new TextDecoder().decode(data)).webvtt.cues) {
      cues.push({ start: cue.start + start, end: cue.end + start, text: plain(cue.text) });
    }
  }
  assert(level.fragments.length === 3);
  return cues;
}

/** Pieces that abut are one cue. */
function joined(pieces: readonly PlainCue[]): PlainCue[] {
  const cues: PlainCue[] = [];
  for (const piece of pieces) {
    const before = cues.findIndex((cue) => cue.text === piece.text && cue.end === piece.start);
    if (before < 0) cues.push(piece);
    else cues[before] = { ...cues[before]!, end: piece.end };
  }
  return cues.sort((a, b) => a.start - b.start);
}

/** The picture ends a little after 6 s, so no cue is cut off. */
function expected({ cues }: TextFixture): PlainCue[] {
  return [...cues].sort((a, b) => a.start - b.start);
}

Deno.test("a track's language, name and flags go into the package and the manifests", async () => {
  const base = `${ORIGIN}/stpp.mp4.json`;
  const [rendition] = readMpd(await text(`${base}/.mpd`), base).slice(-1);
  assertEquals([rendition!.language, rendition!.codecs], ["de", "stpp.ttml.im1t"]);
  const { tracks } = JSON.parse(await Deno.readTextFile(`${root}/stpp.mp4.json`));
  assertEquals(tracks[1], {
    file: "stpp.mp4",
    track: 1,
    type: "text",
    language: "deu",
    name: "caption_deu",
  });
});
