/** What is asked for: URLs as a client finds them, from the manifests of each protocol. */

import { all, readPlaylist } from "../m3u8.ts";
import { readMpd } from "../mpd.ts";
import { readManifest } from "../smooth.ts";
import type { Client } from "./client.ts";

/** One line of a table: paths that are asked for in turn. */
export interface Row {
  readonly what: string;
  readonly paths: readonly string[];
  /** What ams should reach of the speed of another server, by that one's name. */
  readonly targets?: Readonly<Record<string, number>>;
  /** The row of the same form at the start of the title. */
  readonly late?: string;
}

/** Paths of a rendition, in each form that it has. */
interface Rendition {
  readonly playlist: string;
  readonly tsPlaylist: string;
  readonly init: string;
  readonly cmaf: readonly string[];
  readonly ts: readonly string[];
  readonly smooth: readonly string[];
}

/** Segments that a row goes round: few, so that they stay in the page cache. */
const ROUND = 8;

/** Where in the title the late ones start. */
const LATE = 0.95;

const SMALL = { "Deno.serve": 0.85, nginx: 0.6 };
const AUDIO = { "Deno.serve": 0.8, nginx: 0.33 };
const MEDIUM = { "Deno.serve": 0.95, nginx: 0.37 };
const LARGE = { "Deno.serve": 0.78, nginx: 0.58 };
const TS = { "Deno.serve": 0.6 };
const SMOOTH = { "Deno.serve": 0.75 };

/** The rows of the hot path: all forms of `syntheticMovie`, early and late in `long`. */
export async function hotRows(client: Client): Promise<Row[]> {
  const [video, english, french] = await renditions(client, "film") as [
    Rendition,
    Rendition,
    Rendition,
  ];
  const [long] = await renditions(client, "long") as [Rendition];
  const segments = (what: string, paths: readonly string[], targets: Row["targets"]) =>
    row(what, paths.slice(0, ROUND), targets);
  return [
    ...manifestRows("film", video, "10 minutes"),
    ...manifestRows("long", long, "10 hours"),
    row("init, video", [video.init], SMALL),
    row("init, audio", [english.init], SMALL),
    segments("audio segment, 64 KB", french.cmaf, AUDIO),
    segments("audio segment, 131 KB", english.cmaf, AUDIO),
    segments("packed audio, 131 KB", english.ts, TS),
    segments("Smooth audio, 131 KB", english.smooth, SMOOTH),
    ...earlyAndLate("CMAF segment, 400 KB", long.cmaf, MEDIUM),
    ...earlyAndLate("MPEG-TS segment, 500 KB", long.ts, TS),
    ...earlyAndLate("Smooth fragment, 400 KB", long.smooth, SMOOTH),
    segments("CMAF segment, 3 MB", video.cmaf, LARGE),
    segments("MPEG-TS segment, 3 MB", video.ts, TS),
    segments("Smooth fragment, 3 MB", video.smooth, SMOOTH),
  ];
}

/** A few of them, by the start of their names. */
export function rowsNamed(rows: readonly Row[], ...names: string[]): Row[] {
  return names.map((name) => {
    const found = rows.find(({ what }) => what.startsWith(name));
    if (!found) throw new Error(`Cannot find a row ${name}`);
    return found;
  });
}

function row(what: string, paths: readonly string[], targets?: Row["targets"]): Row {
  if (!paths.length) throw new Error(`Cannot find anything to ask for: ${what}`);
  return { what, paths, ...(targets && { targets }) };
}

function earlyAndLate(what: string, paths: readonly string[], targets: Row["targets"]): Row[] {
  const first = Math.floor(LATE * paths.length);
  const early = row(`${what}, early in 10 hours`, paths.slice(0, ROUND), targets);
  const late = row(`${what}, late`, paths.slice(first, first + ROUND), targets);
  return [early, { ...late, late: early.what }];
}

function manifestRows(title: string, video: Rendition, length: string): Row[] {
  return [
    row(`DASH manifest, ${length}`, [`/${title}.json/.mpd`], SMALL),
    row(`HLS multivariant playlist, ${length}`, [`/${title}.json/.m3u8`], SMALL),
    row(`HLS media playlist, ${length}`, [video.playlist], SMALL),
    row(`HLS MPEG-TS multivariant playlist, ${length}`, [`/${title}.json/ts.m3u8`], SMALL),
    row(`HLS MPEG-TS media playlist, ${length}`, [video.tsPlaylist], SMALL),
    row(`Smooth manifest, ${length}`, [`/${title}.json/Manifest`], SMALL),
  ];
}

/** Of a title, in the order of its package: pictures first. */
export async function renditions(client: Client, title: string): Promise<Rendition[]> {
  const base = `/${title}.json`;
  const mpd = readMpd(await text(client, `${base}/.mpd`), urlOf(`${base}/.mpd`));
  const smooth = readManifest(await text(client, `${base}/Manifest`), urlOf(`${base}/Manifest`));
  const inTs = new Set(await tsPlaylists(client, base));
  const found: Rendition[] = [];
  for (const { id, init, segments } of mpd) {
    const tsPlaylist = `${base}/${id}.ts.m3u8`;
    const level = smooth.streams.find(({ name }) => id.startsWith(`${name}=`))?.levels[0];
    found.push({
      playlist: `${base}/${id}.m3u8`,
      tsPlaylist,
      init: init && pathOf(init),
      cmaf: segments.map(({ url }) => pathOf(url)),
      ts: inTs.has(tsPlaylist) ? await segmentsOf(client, tsPlaylist) : [],
      smooth: level?.fragments.map(({ url }) => pathOf(url)) ?? [],
    });
  }
  return found;
}

async function tsPlaylists(client: Client, base: string): Promise<string[]> {
  const path = `${base}/ts.m3u8`;
  const playlist = readPlaylist(await text(client, path));
  const groups = all(playlist, "EXT-X-MEDIA").flatMap(({ URI }) => URI ?? []);
  return [...playlist.uris.map(({ uri }) => uri), ...groups].map((uri) => resolve(uri, path));
}

async function segmentsOf(client: Client, playlist: string): Promise<string[]> {
  const { uris } = readPlaylist(await text(client, playlist));
  return uris.map(({ uri }) => resolve(uri, playlist));
}

async function text(client: Client, path: string): Promise<string> {
  return new TextDecoder().decode((await client.get(path)).body);
}

function resolve(uri: string, path: string): string {
  return pathOf(new URL(uri, urlOf(path)).href);
}

function urlOf(path: string): string {
  return `http://127.0.0.1${path}`;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}
