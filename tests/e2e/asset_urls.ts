/** Finds every URL of a presentation as players do: in its manifests. */

import { assertEquals } from "@std/assert";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { readMpd } from "../mpd.ts";
import { readManifest } from "../smooth.ts";

/** Paths of URLs, without duplicates. */
export interface AssetUrls {
  readonly manifests: readonly string[];
  readonly media: readonly string[];
}

/**
 * Fetches all manifests of a package, in every protocol.
 *
 * @param url URL of the package, without a trailing slash
 */
export async function fetchAssetUrls(url: string): Promise<AssetUrls> {
  const [dash, smooth, ...hls] = await Promise.all([
    fetchDashUrls(`${url}/.mpd`),
    fetchSmoothUrls(`${url}/Manifest`),
    fetchHlsUrls(`${url}/.m3u8`),
    fetchHlsUrls(`${url}/ts.m3u8`),
  ]);
  const playlists = hls.flatMap(({ playlists }) => playlists);
  const media = [...dash, ...smooth, ...hls.flatMap(({ media }) => media)];
  const manifests = [".mpd", ".m3u8", "ts.m3u8", "Manifest"].map((name) => `${url}/${name}`);
  return { manifests: toPaths([...manifests, ...playlists]), media: toPaths(media) };
}

function toPaths(urls: readonly string[]): string[] {
  return [...new Set(urls.map((url) => new URL(url).pathname))];
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}

async function fetchDashUrls(url: string): Promise<string[]> {
  return readMpd(await fetchText(url), url).flatMap(({ init, segments }) => [
    ...(init ? [init] : []),
    ...segments.map((segment) => segment.url),
  ]);
}

async function fetchSmoothUrls(url: string): Promise<string[]> {
  return readManifest(await fetchText(url), url).streams.flatMap(({ levels }) =>
    levels.flatMap(({ fragments }) => fragments.map((fragment) => fragment.url))
  );
}

async function fetchHlsUrls(url: string): Promise<{ playlists: string[]; media: string[] }> {
  const multivariant = readStrictPlaylist(await fetchText(url));
  const named = ["EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-IMAGE-STREAM-INF"]
    .flatMap((tag) => findAttributes(multivariant, tag).flatMap(({ URI }) => URI ?? [])); // captions have none
  const playlists = [...new Set([...multivariant.uris.map(({ uri }) => uri), ...named])]
    .map((uri) => new URL(uri, url).href);
  const media = await Promise.all(playlists.map(async (playlist) => {
    const { uris, ...rest } = readStrictPlaylist(await fetchText(playlist));
    const inits = findAttributes(rest, "EXT-X-MAP").map(({ URI }) => URI!);
    return [...inits, ...uris.map(({ uri }) => uri)].map((uri) => new URL(uri, playlist).href);
  }));
  return { playlists, media: media.flat() };
}
