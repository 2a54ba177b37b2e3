/** Assets of a remote origin are those of a directory, byte for byte. */

import { assert, assertEquals } from "@std/assert";
import { formatPackage } from "../lib/package/package.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { openTestdata } from "./sample_presentations.ts";
import { serveFiles, serveStorage, type TestServer } from "./serve_files.ts";
import { RemoteClient } from "./storage/remote/remote_client.ts";
import { RemoteSetup } from "./storage/remote/remote_setup.ts";
import { LocalFiles, readTestdata } from "./test_files.ts";

const LADDER = [
  "ladder-avc-240p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-aac-eng.mp4",
  "ladder-mjpeg-thumbs.mp4",
  "ladder-vtt-eng.vtt",
];

/** Files of testdata/ that are served as they are. */
const BARE = [
  "pair-avc-aac.mp4",
  "frag-avcaac-interleaved.mp4",
  "frag-avc-globalsidx.mp4",
  "multi-avc-tracks.mp4",
  "test-avc-frontmoov.mp4",
  "test-hevc-hvc1.mp4",
  "tone-aac-chapters.m4a",
];

const ASSETS = ["ladder.json", ...BARE];

const PRESENTATION = await openTestdata(LADDER);
const PACKAGE = new TextEncoder().encode(formatPackage(toPackage(PRESENTATION)));
PRESENTATION.close();

const MANIFESTS = [".mpd", ".m3u8", "ts.m3u8", "Manifest", "about.json"];

/** Resolves what a playlist names. */
function listUrls(base: string, playlist: string): string[] {
  const names = playlist.matchAll(/^([^#\s].*)$|URI="([^"]+)"/gm);
  const { origin } = new URL("http://localhost/");
  return Array.from(names, ([, line, uri]) => {
    const { href } = new URL(line ?? uri!, origin + base);
    return href.slice(origin.length);
  });
}

/** Returns the URLs of an asset: manifests, playlists, and all that these name. */
async function listResources(server: TestServer, asset: string): Promise<string[]> {
  const urls = new Set(MANIFESTS.map((name) => `/${asset}/${name}`));
  for (const url of urls) { // also visits those that are added
    if (!url.endsWith(".m3u8")) continue;
    const [, body] = await server.get(url);
    for (const found of listUrls(url, new TextDecoder().decode(body))) urls.add(found);
  }
  return [...urls];
}

/** Compares all resources with those of a directory. `write` adds a file to the origin. */
async function compare(
  { storage }: RemoteSetup,
  write: (name: string, bytes: Uint8Array) => void,
): Promise<void> {
  const files = new LocalFiles();
  using local = serveFiles(files);
  const contents = [...LADDER, ...BARE].map((name) => [name, readTestdata(name)] as const);
  for (const [name, bytes] of [...contents, ["ladder.json", PACKAGE] as const]) {
    files.write(name, bytes);
    write(name, bytes);
  }
  using remote = serveStorage(storage);
  for (const asset of ASSETS) {
    const urls = await listResources(local, asset);
    assert(urls.length > 8, `${asset}: ${urls}`);
    const [expected, found] = await Promise.all(
      [local, remote].map((server) => Promise.all(urls.map(async (url) => await server.get(url)))),
    );
    urls.forEach((url, i) => assertEquals(found![i], expected![i], url));
  }
}

for (const pageCount of [1, 64]) {
  Deno.test(`assets of a remote origin are those of a directory, with ${pageCount} pages in memory`, async () => {
    using setup = new RemoteSetup({ pageCount });
    await compare(setup, (name, bytes) => setup.origin.write(name, bytes));
  });
}

Deno.test("assets of a web server are those of a directory", async () => {
  await using client = await RemoteClient.start();
  using setup = new RemoteSetup({ reader: client.reader });
  await compare(
    setup,
    (name, bytes) => client.origin.files.set(`/${name}`, { bytes, etag: '"1"' }),
  );
});
