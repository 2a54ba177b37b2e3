/** A file in memory that grows, served by two apps: one reads it while it grows, the other one as a whole. */

import { Library } from "../../lib/library/library.ts";
import type { Asset } from "../../lib/library/asset.ts";
import { type App, createApp } from "../../lib/server/app.ts";
import { handle } from "../../lib/server/handler.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { openAsset } from "../open_asset.ts";

export const FILE = "live.mp4";

export const AVAILABILITY_START = Date.UTC(2026, 0, 2);

export class GrowingServer implements Disposable {
  readonly storage = new MemoryStorage();
  /** Of the library, in milliseconds. */
  time = 0;
  readonly #growing = this.#createApp(true);
  readonly #whole = this.#createApp(false);

  /** Writes the first `size` bytes of a file, and waits until the library checks it again. */
  write(bytes: Uint8Array, size = bytes.length): void {
    this.storage.write(FILE, bytes.subarray(0, size));
    this.time += 1000;
  }

  /** Opens the asset, and releases it at once. */
  async open(): Promise<Asset> {
    using asset = await openAsset(this.#growing.library, FILE);
    return asset;
  }

  /** @param path below the asset */
  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return await request(this.#growing, path, headers);
  }

  async getText(path: string): Promise<string> {
    return await requireOk(await this.get(path), path).then((response) => response.text());
  }

  async getBytes(path: string): Promise<Uint8Array> {
    return await requireOk(await this.get(path), path).then((response) => response.bytes());
  }

  /** The same file, opened as one that does not grow. */
  async openWhole(): Promise<Asset> {
    using asset = await openAsset(this.#whole.library, FILE);
    return asset;
  }

  async getWholeBytes(path: string): Promise<Uint8Array> {
    const response = await request(this.#whole, path);
    return await requireOk(response, path).then((response) => response.bytes());
  }

  [Symbol.dispose](): void {
    this.#growing.library.close();
    this.#whole.library.close();
  }

  #createApp(isGrowing: boolean): App {
    const options = { capacity: 2 ** 26, maxOpenFiles: 64, allowedOrigins: ["*"] };
    const app = createApp(this.storage, options, { onMessage: () => {} });
    const library = new Library({
      root: app.root,
      serveDirectories: true,
      capacityBytes: 2 ** 26,
      maxOpenFiles: 64,
      warn: () => {},
      now: () => this.time,
      getLive: () => isGrowing ? { availabilityStart: AVAILABILITY_START } : undefined,
    });
    return { ...app, library };
  }
}

async function request(
  app: App,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const rawPath = `/${FILE}/${path}`;
  return await handle({ method: "GET", rawPath, headers: new Headers(headers) }, app);
}

async function requireOk(response: Response, path: string): Promise<Response> {
  if (response.status === 200) return response;
  throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** Manifests of an asset, each with the times and URLs that it lists: a later one begins with those of an earlier one. */
export async function readManifests(
  { presentation }: Asset,
  getText: (path: string) => Promise<string>,
): Promise<Map<string, Manifest>> {
  const playlists = [...presentation.renditions.values()].flatMap(({ name, type }) => [
    `${name}.m3u8`,
    `${name}.ts.m3u8`,
    ...type === "video" ? [`${name}.iframes.m3u8`, `${name}.ts.iframes.m3u8`] : [],
  ]);
  const paths = [".mpd", "Manifest", "master.m3u8", "ts.m3u8", ...playlists];
  const manifests = new Map<string, Manifest>();
  for (const path of paths) {
    const text = await getText(path);
    manifests.set(path, { text, lists: readLists(text) });
  }
  return manifests;
}

export interface Manifest {
  readonly text: string;
  readonly lists: readonly (readonly string[])[];
}

function readLists(text: string): string[][] {
  if (!text.startsWith("<")) {
    return [text.split("\n").filter((line) => /^#EXTINF|^\d.*\/|^v[0-9a-f]{12}/.test(line))];
  }
  return text.split(/<SegmentTimeline>|<StreamIndex/).slice(1).map(readRuns);
}

/** Lists the duration of each segment, and the time where it is written. */
function readRuns(xml: string): string[] {
  const runs = xml.matchAll(/<(S|c)(?: t="(\d+)")? d="(\d+)"(?: r="(\d+)")?/g);
  return [...runs].flatMap(([, element, time, duration, repeat]) => {
    const count = repeat === undefined ? 1 : Number(repeat) + (element === "S" ? 1 : 0);
    return Array.from(
      { length: count },
      (_, i) => i === 0 && time ? `${time}: ${duration}` : duration!,
    );
  });
}

/** URLs of media, as clients build them of manifests. */
export function listMedia(manifests: ReadonlyMap<string, Manifest>): string[] {
  const urls = new Set<string>();
  for (const [path, { text, lists: [list] }] of manifests) {
    if (path === "Manifest") { for (const url of listFragments(text)) urls.add(url); }
    if (!path.endsWith(".m3u8") || path === "master.m3u8" || path === "ts.m3u8") continue;
    for (const line of list!) if (!line.startsWith("#")) urls.add(line);
    const map = /#EXT-X-MAP:URI="([^"]+)"/.exec(text)?.[1];
    if (map) urls.add(map);
  }
  return [...urls];
}

function listFragments(manifest: string): string[] {
  return manifest.split("<StreamIndex").slice(1).flatMap((stream) => {
    const url = / Url="([^"]+)"/.exec(stream)![1]!;
    const bitrates = [...stream.matchAll(/ Bitrate="(\d+)"/g)].map(([, bitrate]) => bitrate!);
    let time = 0;
    const times = readRuns(stream).map((run) => {
      const [start, duration] = run.includes(":") ? run.split(": ") : [time, run];
      time = Number(start) + Number(duration);
      return Number(start);
    });
    return bitrates.flatMap((bitrate) =>
      times.map((time) => url.replace("{bitrate}", bitrate).replace("{start time}", `${time}`))
    );
  });
}
