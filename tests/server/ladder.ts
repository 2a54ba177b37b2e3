/** A package with several renditions to select from. */

import { assertEquals } from "@std/assert";
import { addMedia, type TestApp, testApp } from "./fixture.ts";

/** Files, with their type, language and name in the package. */
export const MEDIA = [
  ["ladder-avc-240p.mp4", "video", "und", "low"],
  ["ladder-avc-720p.mp4", "video", "und", "high"],
  ["ladder-aac-eng.mp4", "audio", "eng", "english"],
  ["ladder-aac-fra.mp4", "audio", "fra", "french"],
  ["ladder-mjpeg-thumbs.mp4", "image", "und", "thumbs"],
  ["ladder-vtt-eng.vtt", "text", "eng", "text"],
] as const;

/** Adds `ladder.json`: two video and two audio renditions, thumbnails and subtitles of 12 s in segments of 2 s. */
export function createLadder(forwardedParameters: readonly string[] = []): TestApp {
  const server = testApp({ forwardedParameters });
  const tracks = MEDIA.map(([file, type, language, name]) => ({
    file,
    type,
    language,
    name,
    ...type === "text" ? {} : { track: 1 },
  }));
  for (const { file } of tracks) addMedia(server, file);
  const text = JSON.stringify({ ams: 1, segmentDuration: 2, tracks });
  server.files.write("ladder.json", text);
  return server;
}

/** Fetches text and expects status 200. */
export async function fetchText(server: TestApp, line: string): Promise<string> {
  const response = await server.request(line);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}

/** Returns the URLs in a manifest, without the namespaces and schemes of an MPD. */
export function findUrls(text: string): string[] {
  const unescape = (url: string) => url.replaceAll("&amp;", "&").replaceAll("&apos;", "'");
  const attributes = /(?:URI|Url|media|initialization)="([^"]*)"|<BaseURL>([^<]*)<|^([^#<\s].*)$/gm;
  return [...text.matchAll(attributes)].map(([, ...groups]) => unescape(groups.find(Boolean)!));
}
