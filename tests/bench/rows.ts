/** Requests of the bench: URLs that a client finds in the manifests of each protocol. */

import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { readMpd } from "../mpd.ts";
import { readManifest } from "../smooth.ts";
import type { Client } from "./client.ts";

/** Row of a table: paths that are requested in turn. */
export interface Row {
  readonly label: string;
  readonly paths: readonly string[];
  /** Minimum speed relative to other servers, by their names. */
  readonly targets?: Readonly<Record<string, number>>;
  /** Label of the row for the same format at the start of the asset. */
  readonly late?: string;
}

/** Paths of a rendition in each format. */
interface Rendition {
  readonly playlist: string;
  readonly tsPlaylist: string;
  readonly init: string;
  readonly cmaf: readonly string[];
  readonly ts: readonly string[];
  readonly smooth: readonly string[];
}

/** Segments that a row cycles through: few, so that they stay in the page cache. */
const SEGMENT_COUNT = 8;

/** Start of late segments, as a fraction of the asset. */
const LATE_START = 0.95;

const SMALL = { "Deno.serve": 0.85, nginx: 0.6 };
const AUDIO = { "Deno.serve": 0.8, nginx: 0.33 };
const MEDIUM = { "Deno.serve": 0.95, nginx: 0.37 };
const LARGE = { "Deno.serve": 0.78, nginx: 0.58 };
const TS = { "Deno.serve": 0.6 };
const SMOOTH = { "Deno.serve": 0.75 };

/** Creates the rows of the hot path: all formats of `film`, and early and late segments of `long`. */
export async function createHotRows(client: Client): Promise<Row[]> {
  const [video, english, french] = await readRenditions(client, "film") as [
    Rendition,
    Rendition,
    Rendition,
  ];
  const [long] = await readRenditions(client, "long") as [Rendition];
  const segments = (label: string, paths: readonly string[], targets: Row["targets"]) =>
    createRow(label, paths.slice(0, SEGMENT_COUNT), targets);
  return [
    ...createManifestRows("film", video, "10 minutes"),
    ...createManifestRows("long", long, "10 hours"),
    createRow("init, video", [video.init], SMALL),
    createRow("init, audio", [english.init], SMALL),
    segments("audio segment, 64 KB", french.cmaf, AUDIO),
    segments("audio segment, 131 KB", english.cmaf, AUDIO),
    segments("packed audio, 131 KB", english.ts, TS),
    segments("Smooth audio, 131 KB", english.smooth, SMOOTH),
    ...createEarlyAndLateRows("CMAF segment, 400 KB", long.cmaf, MEDIUM),
    ...createEarlyAndLateRows("MPEG-TS segment, 500 KB", long.ts, TS),
    ...createEarlyAndLateRows("Smooth fragment, 400 KB", long.smooth, SMOOTH),
    segments("CMAF segment, 3 MB", video.cmaf, LARGE),
    segments("MPEG-TS segment, 3 MB", video.ts, TS),
    segments("Smooth fragment, 3 MB", video.smooth, SMOOTH),
  ];
}

/** Finds one row for each prefix of a label. */
export function findRows(rows: readonly Row[], ...prefixes: string[]): Row[] {
  return prefixes.map((prefix) => {
    const found = rows.find(({ label }) => label.startsWith(prefix));
    if (!found) throw new Error(`Cannot find a row labelled ${prefix}`);
    return found;
  });
}

function createRow(label: string, paths: readonly string[], targets?: Row["targets"]): Row {
  if (!paths.length) throw new Error(`Cannot find paths for ${label}`);
  return { label, paths, ...(targets && { targets }) };
}

function createEarlyAndLateRows(
  what: string,
  paths: readonly string[],
  targets: Row["targets"],
): Row[] {
  const first = Math.floor(LATE_START * paths.length);
  const early = createRow(`${what}, early in 10 hours`, paths.slice(0, SEGMENT_COUNT), targets);
  const late = createRow(`${what}, late`, paths.slice(first, first + SEGMENT_COUNT), targets);
  return [early, { ...late, late: early.label }];
}

function createManifestRows(asset: string, video: Rendition, length: string): Row[] {
  return [
    createRow(`DASH manifest, ${length}`, [`/${asset}.json/.mpd`], SMALL),
    createRow(`HLS multivariant playlist, ${length}`, [`/${asset}.json/.m3u8`], SMALL),
    createRow(`HLS media playlist, ${length}`, [video.playlist], SMALL),
    createRow(`HLS MPEG-TS multivariant playlist, ${length}`, [`/${asset}.json/ts.m3u8`], SMALL),
    createRow(`HLS MPEG-TS media playlist, ${length}`, [video.tsPlaylist], SMALL),
    createRow(`Smooth manifest, ${length}`, [`/${asset}.json/Manifest`], SMALL),
  ];
}

/** Reads the renditions of an asset in the order of its package: video first. */
export async function readRenditions(client: Client, asset: string): Promise<Rendition[]> {
  const base = `/${asset}.json`;
  const mpd = readMpd(await readText(client, `${base}/.mpd`), toUrl(`${base}/.mpd`));
  const smooth = readManifest(
    await readText(client, `${base}/Manifest`),
    toUrl(`${base}/Manifest`),
  );
  const inTs = new Set(await readTsPlaylists(client, base));
  const found: Rendition[] = [];
  for (const { id, init, segments } of mpd) {
    const tsPlaylist = `${base}/${id}.ts.m3u8`;
    const level = smooth.streams.find(({ name }) => id.startsWith(`${name}=`))?.levels[0];
    found.push({
      playlist: `${base}/${id}.m3u8`,
      tsPlaylist,
      init: init && toPath(init),
      cmaf: segments.map(({ url }) => toPath(url)),
      ts: inTs.has(tsPlaylist) ? await readSegmentPaths(client, tsPlaylist) : [],
      smooth: level?.fragments.map(({ url }) => toPath(url)) ?? [],
    });
  }
  return found;
}

/** Reads the CMAF segments of each rendition, which protected assets have too. */
export async function readCmafPaths(client: Client, asset: string): Promise<string[][]> {
  const path = `/${asset}.json/.mpd`;
  const mpd = readMpd(await readText(client, path), toUrl(path));
  return mpd.map(({ segments }) => segments.map(({ url }) => toPath(url)));
}

async function readTsPlaylists(client: Client, base: string): Promise<string[]> {
  const path = `${base}/ts.m3u8`;
  const playlist = readStrictPlaylist(await readText(client, path));
  const groups = findAttributes(playlist, "EXT-X-MEDIA").flatMap(({ URI }) => URI ?? []);
  return [...playlist.uris.map(({ uri }) => uri), ...groups].map((uri) => resolve(uri, path));
}

async function readSegmentPaths(client: Client, playlist: string): Promise<string[]> {
  const { uris } = readStrictPlaylist(await readText(client, playlist));
  return uris.map(({ uri }) => resolve(uri, playlist));
}

async function readText(client: Client, path: string): Promise<string> {
  return new TextDecoder().decode((await client.get(path)).body);
}

function resolve(uri: string, path: string): string {
  return toPath(new URL(uri, toUrl(path)).href);
}

function toUrl(path: string): string {
  return `http://127.0.0.1${path}`;
}

function toPath(url: string): string {
  return new URL(url).pathname;
}
