/** Reads media playlists of HLS as a client does. */

import { assertEquals } from "@std/assert";
import { getDurations, readStrictPlaylist } from "../m3u8.ts";
import type { Segment } from "../mpd.ts";

/** Fetches the segments of a media playlist. Times are sums of EXTINF, in seconds. */
export async function fetchSegments(playlistUrl: string): Promise<Segment[]> {
  const response = await fetch(playlistUrl);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  const playlist = readStrictPlaylist(text);
  let time = 0;
  return getDurations(playlist).map((duration, i) => {
    const segment = { url: new URL(playlist.uris[i]!.uri, playlistUrl).href, time, duration };
    time += duration;
    return segment;
  });
}

/** Writes the segments of a media playlist to one file. */
export async function saveSegments(playlistUrl: string, file: string): Promise<void> {
  await Deno.writeFile(file, new Uint8Array(0));
  for (const { url } of await fetchSegments(playlistUrl)) {
    const response = await fetch(url);
    assertEquals(response.status, 200, url);
    await Deno.writeFile(file, await response.bytes(), { append: true });
  }
}
