/** A package whose manifests have something to select. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { copyMedia, type TestApp, testApp } from "./fixture.ts";

/** Files, and what they are in the package: type, language, name. */
export const MEDIA = [
  ["ladder-avc-240p.mp4", "video", "und", "low"],
  ["ladder-avc-720p.mp4", "video", "und", "high"],
  ["ladder-aac-eng.mp4", "audio", "eng", "english"],
  ["ladder-aac-fra.mp4", "audio", "fra", "french"],
  ["ladder-mjpeg-thumbs.mp4", "image", "und", "thumbs"],
  ["ladder-vtt-eng.vtt", "text", "eng", "text"],
] as const;

/** With `ladder.json`: two pictures, two sounds, thumbnails and a text, of 12 s in segments of 2 s. */
export function ladder(passed: readonly string[] = []): TestApp {
  const server = testApp({ forwardedParameters: passed });
  const tracks = MEDIA.map(([file, type, language, name]) => ({
    file,
    type,
    language,
    name,
    ...type === "text" ? {} : { track: 1 },
  }));
  for (const { file } of tracks) copyMedia(file, join(server.root, file));
  const text = JSON.stringify({ ams: 1, segmentDuration: 2, tracks });
  Deno.writeTextFileSync(join(server.root, "ladder.json"), text);
  return server;
}

/** Of what is there. */
export async function textOf(server: TestApp, line: string): Promise<string> {
  const response = await server.request(line);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}

/** URLs in a manifest, but for the namespaces and schemes of an MPD. */
export function urlsIn(text: string): string[] {
  const unescaped = (url: string) => url.replaceAll("&amp;", "&").replaceAll("&apos;", "'");
  const attributes = /(?:URI|Url|media|initialization)="([^"]*)"|<BaseURL>([^<]*)<|^([^#<\s].*)$/gm;
  return [...text.matchAll(attributes)].map(([, ...found]) => unescaped(found.find(Boolean)!));
}
