/** Assets below several mounts, of which one is remote: a storage in memory with what such a one declares. */

import { assertEquals } from "@std/assert";
import { Asset } from "../../lib/library/asset.ts";
import { AssetLoader } from "../../lib/library/asset_loader.ts";
import { Channel } from "../../lib/library/channel.ts";
import { ChannelPaths } from "../../lib/library/channel_paths.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { type Mount, MountedStorage } from "../../lib/library/mounts.ts";
import { parseAllowedSource, parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../../lib/storage/remote/origin.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { readTestdata } from "../test_files.ts";

const NO_VARIABLES = () => undefined;

const ORIGIN = "https://origin.example/films";

class RemoteMemory extends MemoryStorage {
  getTraits() {
    return { remote: true, sidecars: false };
  }
}

function remoteStorage(files: Record<string, string | Uint8Array>): MemoryStorage {
  const storage = new RemoteMemory();
  for (const [path, content] of Object.entries(files)) storage.write(path, content);
  return storage;
}

function mountOf(path: string, storage: MemoryStorage, source: string): Mount {
  const at = parseMountSource(source, NO_VARIABLES);
  return { path, storage, at: at.kind === "directory" ? at.path : at };
}

function formatTracks(...files: string[]): string {
  const tracks = files.map((file, i) => ({
    file,
    track: 1,
    type: "video",
    language: "eng",
    name: `video${i}`,
  }));
  return JSON.stringify({ ams: 1, segmentDuration: 2, tracks });
}

async function load(mounts: readonly Mount[], file: string, allowed?: MemoryStorage) {
  const origin = parseAllowedSource(ORIGIN, NO_VARIABLES);
  const storage = new MountedStorage(mounts, allowed ? [{ storage: allowed, origin }] : []);
  const root = new DocumentRoot(storage, new ChannelPaths("live"));
  const loader = new AssetLoader({ root, serveDirectories: true, now: () => 0 });
  return await loader.load(file);
}

async function describe(...args: Parameters<typeof load>): Promise<unknown> {
  const loaded = await load(...args);
  if (loaded instanceof Channel) throw new Error("unexpected channel");
  if (!(loaded instanceof Asset)) return `${loaded.error}`;
  const { presentation, downloads } = loaded;
  loaded.drop();
  return [
    [...presentation.renditions.values()].map(({ file }) => file),
    downloads.map(({ url }) => url),
  ];
}

const VIDEO = readTestdata("ladder-avc-240p.mp4");

Deno.test("a package plays a file by its URL, which clients cannot download", async () => {
  const mounts = [
    mountOf(
      "",
      remoteStorage({ "film.json": formatTracks(`${ORIGIN}/x/a.mp4?sig=secret`) }),
      "/srv",
    ),
  ];
  const allowed = remoteStorage({ "x/a.mp4?sig=secret": VIDEO });
  assertEquals(await describe(mounts, "film.json", allowed), [["a.mp4"], []]);
  assertEquals(
    await describe(mounts, "film.json"),
    'MediaError: tracks[0].file: Cannot use "https://origin.example/films/x/a.mp4": ' +
      "expected a path relative to the package, or a URL below one of --allow-source",
  );
});

Deno.test("a package plays files of its own mount alone", async () => {
  const mounts = [
    mountOf("", remoteStorage({ "a.mp4": VIDEO }), "/srv"),
    mountOf(
      "vod",
      remoteStorage({
        "b.mp4": VIDEO,
        "good.json": formatTracks("b.mp4"),
        "bad.json": formatTracks("../a.mp4"),
      }),
      "s3://media",
    ),
  ];
  assertEquals(await describe(mounts, "vod/good.json"), [["b.mp4"], ["../../vod/b.mp4"]]);
  assertEquals(
    await describe(mounts, "vod/bad.json"),
    "RequestError: Cannot serve '../a.mp4': it is outside the document root",
  );
});

Deno.test("a protected file that another mount shows is exposed", async () => {
  const protection = {
    scheme: "cbcs",
    source: "house",
    content: "heat",
    kids: { all: "00112233-4455-6677-8899-aabbccddeeff" },
  };
  const text = JSON.stringify({ ...JSON.parse(formatTracks(".heat/a.mp4")), protection });
  const files = { "heat.json": text, ".heat/a.mp4": VIDEO };
  const own = mountOf("x", remoteStorage(files), "s3://media");
  const other = mountOf("y", remoteStorage({ "a.mp4": VIDEO }), "s3://media/.heat");
  const root = mountOf("", remoteStorage({}), "/srv");
  const isExposed = async (mounts: Mount[]) =>
    `${await describe(mounts, "x/heat.json")}`.includes("which clients can download in the clear");
  assertEquals(await isExposed([root, own]), false);
  assertEquals(await isExposed([root, own, other]), true);
});

Deno.test("a channel of a remote mount is rejected", async () => {
  const files = { "live/news.json": JSON.stringify({ live: { key: "0123456789abcdef" } }) };
  const mounts = [mountOf("", remoteStorage(files), "s3://media")];
  assertEquals(
    await describe(mounts, "live/news.json"),
    "MediaError: news.json: live: Cannot serve a channel of a remote mount: " +
      "expected its file and recordings in a directory of this machine",
  );
});

Deno.test("media files of remote mounts are not searched for sidecars", async () => {
  const storage = remoteStorage({
    "film.mp4": VIDEO,
    "film.en.vtt": readTestdata("ladder-vtt-eng.vtt"),
  });
  const mounts = [mountOf("", storage, "s3://media")];
  assertEquals(await describe(mounts, "film.mp4"), [["film.mp4"], ["../film.mp4"]]);
  assertEquals(storage.requests.filter(({ kind }) => kind === "list"), []);
  const origin = parseMountSource("s3://media", NO_VARIABLES) as RemoteOrigin;
  assertEquals(origin.sidecars, false);
});
