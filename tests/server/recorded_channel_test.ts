/** An app and the archive of a channel that grows: every URL in a manifest is served, then and later. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { formatBlockName } from "../../lib/archive/block.ts";
import type { HttpRequest } from "../../lib/http/request.ts";
import { createApp } from "../../lib/server/app.ts";
import { handle } from "../../lib/server/handler.ts";
import { EPOCH, RecordedChannel } from "../library/channel_recording.ts";

const OPTIONS = { capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"] };

const NO_STORE = "no-store";
const IMMUTABLE = "public, max-age=31536000, immutable";

class RecordedServer implements Disposable {
  readonly recorded: RecordedChannel;
  readonly #app;

  private constructor(recorded: RecordedChannel, synchronous: boolean) {
    this.recorded = recorded;
    recorded.storage.synchronous = synchronous;
    const services = { onMessage: () => {}, now: () => recorded.timeMs };
    this.#app = createApp(recorded.storage, OPTIONS, services);
  }

  static async start({ synchronous = true, window = 3600 } = {}): Promise<RecordedServer> {
    return new RecordedServer(await RecordedChannel.create({ window }), synchronous);
  }

  /** Requests a URL relative to the channel, a second after the last one. */
  async get(url: string): Promise<Response> {
    this.recorded.timeMs += 1000;
    const [path, rawQuery] = url.split("?") as [string, string?];
    const request: HttpRequest = {
      method: "GET",
      rawPath: `/live/news.json/${path}`,
      headers: new Headers(),
      ...rawQuery !== undefined && { rawQuery },
    };
    return await handle(request, this.#app);
  }

  /** @throws AssertionError unless the status is 200 */
  async getText(url: string): Promise<string> {
    const response = await this.get(url);
    const text = await response.text();
    assertEquals(response.status, 200, `${url}: ${text}`);
    return text;
  }

  async getError(url: string): Promise<unknown[]> {
    const response = await this.get(url);
    await response.body?.cancel();
    return [
      response.status,
      response.headers.get("ams-error"),
      response.headers.get("cache-control"),
    ];
  }

  /** Returns the bytes of media, which caches store for ever. */
  async getMedia(url: string): Promise<Uint8Array> {
    const response = await this.get(url);
    const bytes = await response.bytes();
    assertEquals([response.status, response.headers.get("cache-control")], [200, IMMUTABLE], url);
    return bytes;
  }

  [Symbol.dispose](): void {
    this.#app.library.close();
    this.recorded[Symbol.dispose]();
  }
}

/** URLs of fMP4 segments and init segments in all playlists. */
async function listMedia(server: RecordedServer): Promise<string[]> {
  const variants = await server.getText(".m3u8");
  const all = [...variants.matchAll(/^[^#\n]+\.m3u8|URI="([^"]+)"/gm)].map(([line, uri]) =>
    uri ?? line
  );
  const playlists = all.filter((url) => !url.includes(".iframes."));
  assertEquals(playlists.length, 2);
  const texts = await Promise.all(playlists.map((url) => server.getText(url)));
  const urls = texts.flatMap((text) =>
    [...text.matchAll(/^[^#\n]+\.m4s$|URI="([^"]+)"/gm)].map(([line, uri]) => uri ?? line)
  );
  return [...new Set(urls)];
}

async function fetchMedia(
  server: RecordedServer,
  urls: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const media = new Map<string, Uint8Array>();
  for (const url of urls) media.set(url, await server.getMedia(url));
  return media;
}

for (const synchronous of [true, false]) {
  const storage = synchronous ? "local" : "slow";
  Deno.test(`a channel on ${storage} storage serves each URL that it has listed, live and over`, async () => {
    using server = await RecordedServer.start({ synchronous, window: 20 });
    const { recorded } = server;
    assertEquals(await server.getError(".mpd"), [404, "NOT_PUBLISHED", NO_STORE]);
    recorded.begin(0, { isBroadcast: true });
    recorded.append(0, 12);
    const early = await fetchMedia(server, await listMedia(server));
    assertEquals(early.size, 2 * (1 + 5));
    recorded.append(12, 60);
    recorded.writer.endPeriod();
    recorded.begin(70);
    recorded.append(0, 12);
    const late = await fetchMedia(server, await listMedia(server));
    assert(!late.has([...early.keys()].at(-1)!), "the window has slid");
    for (const [url, bytes] of early) assertEquals(await server.getMedia(url), bytes);
    recorded.writer.endPeriod();
    recorded.writer.endBroadcast(EPOCH + 90e6);
    assert((await server.getText(".mpd")).includes('type="static"'));
    const all = await fetchMedia(server, await listMedia(server));
    assertEquals(all.size, 2 * (1 + 30 + 1 + 6));
    for (const [url, bytes] of [...early, ...late]) assertEquals(all.get(url), bytes, url);
  });

  Deno.test(`a channel on ${storage} storage serves nothing that is deleted, and no URL of an archive before`, async () => {
    using server = await RecordedServer.start({ synchronous });
    const { recorded } = server;
    recorded.begin(0, { isBroadcast: true });
    recorded.append(0, 20);
    const before = await listMedia(server);
    await fetchMedia(server, before.slice(0, 3));
    recorded.storage.replaceArchive();
    recorded.writer = ArchiveWriter.open(recorded.storage.archive);
    assertEquals(await server.getError(".m3u8"), [404, "NOT_PUBLISHED", NO_STORE]);
    recorded.begin(100, { isBroadcast: true });
    recorded.append(0, 20);
    const after = await listMedia(server);
    assertEquals(before.filter((url) => after.includes(url)), []);
    for (const url of before) {
      assertEquals(await server.getError(url), [404, "NOT_FOUND", NO_STORE]);
    }
    await fetchMedia(server, after);
  });
}

Deno.test("a segment whose block is deleted is a 404", async () => {
  using server = await RecordedServer.start({ window: 20 });
  const { recorded } = server;
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 12);
  const early = (await listMedia(server)).filter((url) => url.endsWith(".m4s"));
  recorded.append(12, 20);
  recorded.writer.endPeriod();
  recorded.begin(100);
  recorded.append(0, 60);
  await server.getText(".mpd");
  const { archive } = recorded.storage;
  for (const path of archive.paths()) {
    if (path.startsWith(`${formatBlockName(1)}/`)) archive.remove(path);
  }
  for (const url of early.slice(0, 3)) {
    assertEquals(await server.getError(url), [404, "NOT_FOUND", NO_STORE], url);
  }
  await fetchMedia(server, await listMedia(server));
});

Deno.test("about.json of a channel has its periods and their reasons", async () => {
  using server = await RecordedServer.start();
  const { recorded } = server;
  const read = async () => JSON.parse(await server.getText("about.json"));
  assertEquals(await read(), {
    file: "live/news.json",
    live: { state: "waiting", publishers: [], periods: [] },
  });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 12);
  recorded.writer.endPeriod();
  recorded.begin(20, { reason: "hole" });
  recorded.append(0, 12);
  const { version, live: { periods } } = await read();
  assertEquals(periods.map((it: { number: number; reason: string }) => [it.number, it.reason]), [
    [1, "start"],
    [2, "hole"],
  ]);
  assertEquals(periods[1].version, version);
  assertNotEquals(periods[0].version, version);
});
