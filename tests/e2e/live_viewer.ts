/** A viewer that downloads all of a channel while it grows, by the manifests of DASH and HLS. */

import { assertEquals } from "@std/assert";
import { type Period, readPeriods } from "../mpd.ts";
import { parseAttributes, readPlaylist, type Uri } from "../../lib/verify/readers/playlist.ts";

/** Shorter than the shortest segment of the tests. */
const POLL_MS = 250;

/** What a client received of a rendition in one period. */
export interface ReceivedTrack {
  /** Name of the rendition. */
  readonly name: string;
  /** `Period@id` of DASH; of HLS, the number of the discontinuity. */
  readonly period: string;
  /** Init segment; empty in MPEG-TS. */
  init: Uint8Array<ArrayBuffer>;
  /** Segments by URL, in the order of the manifest. */
  readonly segments: Map<string, Uint8Array<ArrayBuffer>>;
}

type Tracks = Map<string, ReceivedTrack>;

export class LiveViewer {
  readonly #url: string;
  readonly dash: Tracks = new Map();
  readonly hls: Tracks = new Map();
  readonly ts: Tracks = new Map();
  /** All MPDs. */
  readonly mpds: string[] = [];
  #isWatching = true;
  readonly #watching: Promise<void>;

  /** @param url of the channel file */
  constructor(url: string) {
    this.#url = url;
    this.#watching = this.#watch();
    this.#watching.catch(() => {}); // stop() reports it
  }

  /** Downloads what is listed now, and resolves with what was received. */
  async stop(): Promise<void> {
    this.#isWatching = false;
    await this.#watching;
    await this.update();
  }

  async #watch(): Promise<void> {
    while (this.#isWatching) {
      await this.update();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Downloads what is listed now and was not before. */
  async update(): Promise<void> {
    await Promise.all([this.#updateDash(), this.#updateHls(".m3u8"), this.#updateHls("ts.m3u8")]);
  }

  async #updateDash(): Promise<void> {
    const mpd = await this.#fetchManifest(".mpd");
    if (mpd === undefined) return;
    if (this.mpds.at(-1) !== mpd) this.mpds.push(mpd);
    for (const period of readPeriods(mpd, `${this.#url}/.mpd`)) await this.#addPeriod(period);
  }

  async #addPeriod({ id, representations }: Period): Promise<void> {
    for (const { id: name, init, segments } of representations) {
      const urls = segments.map(({ url }) => url);
      await addSegments(this.dash, { name, period: id, init, urls });
    }
  }

  async #updateHls(name: string): Promise<void> {
    const main = await this.#fetchManifest(name);
    if (main === undefined) return;
    const { tags, uris } = readPlaylist(main);
    const media = tags.filter(({ name }) => name === "EXT-X-MEDIA")
      .flatMap((tag) => parseAttributes(tag).URI ?? []);
    const names = new Set([...uris.map(({ uri }) => uri), ...media]);
    for (const playlist of names) await this.#addPlaylist(playlist, name === ".m3u8");
  }

  async #addPlaylist(playlist: string, hasInits: boolean): Promise<void> {
    const text = await this.#fetchManifest(playlist);
    if (text === undefined) throw new Error(`Cannot find ${playlist}`);
    const { tags, uris } = readPlaylist(text);
    const first = tags.find(({ name }) => name === "EXT-X-DISCONTINUITY-SEQUENCE")?.value ?? "0";
    let period = Number(first);
    let init = "";
    const name = playlist.replace(/(\.live)?(\.ts)?\.m3u8$/, "");
    for (const [i, uri] of uris.entries()) {
      if (i > 0 && hasTag(uri, "EXT-X-DISCONTINUITY")) period++;
      const map = uri.tags.find(({ name }) => name === "EXT-X-MAP");
      if (map) init = this.#resolve(parseAttributes(map).URI!);
      const urls = [this.#resolve(uri.uri)];
      const tracks = hasInits ? this.hls : this.ts;
      await addSegments(tracks, { name, period: String(period), init, urls });
    }
  }

  #resolve(uri: string): string {
    return new URL(uri, `${this.#url}/`).href;
  }

  /** Undefined before the channel can be watched. */
  async #fetchManifest(name: string): Promise<string | undefined> {
    const response = await fetch(`${this.#url}/${name}`);
    const text = await response.text();
    if (response.status === 404) return undefined;
    assertEquals(response.status, 200, text);
    return text;
  }
}

function hasTag({ tags }: Uri, name: string): boolean {
  return tags.some((tag) => tag.name === name);
}

async function addSegments(
  tracks: Tracks,
  { name, period, init, urls }: {
    readonly name: string;
    readonly period: string;
    /** URL; "" without one. */
    readonly init: string;
    readonly urls: readonly string[];
  },
): Promise<void> {
  const key = `${period} ${name}`;
  let track = tracks.get(key);
  if (!track) {
    const bytes = init === "" ? new Uint8Array() : await fetchBytes(init);
    track = { name, period, init: bytes, segments: new Map() };
    tracks.set(key, track);
  }
  for (const url of urls) {
    if (!track.segments.has(url)) track.segments.set(url, await fetchBytes(url));
  }
}

export async function fetchBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  const bytes = await response.bytes();
  assertEquals(response.status, 200, `${url}: ${new TextDecoder().decode(bytes.slice(0, 300))}`);
  return bytes;
}
