/** A file that grows in 500 parts, requested after each, is at its end what the same file is when it is opened at once. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { FILE, GrowingServer, listMedia, type Manifest, readManifests } from "./growing_fixture.ts";
import { delayAudio, join, repeatFragments } from "../growing_file.ts";
import type { Asset } from "../../lib/library/asset.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";

const REFRESHES = 500;
/** Refreshes from one comparison to the next. */
const STEP = 10;
const REPETITIONS = 12;

const FILES: Record<string, Uint8Array> = {
  "video with B-frames and audio, in common fragments": join(
    repeatFragments("frag-avcaac-interleaved.mp4", REPETITIONS),
  ),
  "video and audio in fragments of their own": join(
    repeatFragments("frag-avcaac-separate.mp4", REPETITIONS),
  ),
  "audio that lags behind video": join(
    delayAudio(repeatFragments("frag-avcaac-separate.mp4", REPETITIONS), 5),
  ),
  "samples in moov before the fragments": join(
    repeatFragments("frag-avcaac-hybrid.mp4", REPETITIONS),
  ),
  "video with a fragment for each frame": join(
    repeatFragments("frag-avc-everyframe.mp4", REPETITIONS),
  ),
  "audio only": join(repeatFragments("frag-aac-dash.mp4", REPETITIONS)),
};

for (const [description, bytes] of Object.entries(FILES)) {
  Deno.test(`an asset that grows to ${description} equals the whole file`, async () => {
    using server = new GrowingServer();
    const history = new History(server);
    for (let i = 1; i <= REFRESHES; i++) {
      server.write(bytes, Math.ceil(i * bytes.length / REFRESHES));
      const response = await server.get(".mpd");
      await response.body?.cancel();
      if (response.status === 404 && history.manifests.size === 0) continue;
      assertEquals(response.status, 200);
      if (i % STEP === 0) await history.compare();
    }
    assert(history.changes > 10, `${history.changes} changes`);
    const asset = await server.open();
    assertEquals(await asset.finish(), "grown");
    assertEquals(asset.presentation.live, undefined);
    await history.compare();
    await assertEqualsWhole(server, asset);
  });
}

const PAIR = repeatFragments("frag-avcaac-interleaved.mp4", 9);

/** Size with the first `count` fragments. */
function sizeOf(count: number): number {
  return join({ ...PAIR, fragments: PAIR.fragments.slice(0, count) }).length;
}

Deno.test("manifests of an asset that grows are live, and revalidated", async () => {
  using server = new GrowingServer();
  server.write(join(PAIR), sizeOf(15));
  const response = await server.get(".mpd");
  const mpd = await response.text();
  assertEquals(response.headers.get("cache-control"), "no-cache");
  assertMatch(mpd, /type="dynamic" availabilityStartTime="2026-01-02T00:00:00.000Z"/);
  assertMatch(mpd, / publishTime="20\d\d-\d\d-\d\dT[\d:.]+Z" minimumUpdatePeriod="PT6S"/);
  assert(!mpd.includes("mediaPresentationDuration"));
  const { presentation } = await server.open();
  for (const name of presentation.renditions.keys()) {
    const playlist = await server.getText(`${name}.m3u8`);
    assert(playlist.includes("#EXT-X-PLAYLIST-TYPE:EVENT\n"));
    assert(!playlist.includes("ENDLIST"));
  }
  assertMatch(await server.getText("Manifest"), /IsLive="TRUE"/);
  const etag = response.headers.get("etag")!;
  assertEquals((await server.get(".mpd", { "if-none-match": etag })).status, 304);
  server.write(join(PAIR), sizeOf(21));
  const grown = await server.get(".mpd", { "if-none-match": etag });
  assertEquals([grown.status, (await grown.text()) === mpd], [200, false]);
});

Deno.test("an asset that grows is the same one until its file is replaced", async () => {
  using server = new GrowingServer();
  server.write(join(PAIR), sizeOf(15));
  const asset = await server.open();
  const { version } = asset.presentation;
  const init = `${version}/${[...asset.presentation.renditions.keys()][0]}/init.mp4`;
  const bytes = await server.getBytes(init);
  server.write(join(PAIR), sizeOf(24));
  assert(await server.open() === asset);
  assertEquals(asset.presentation.version, version);
  assertEquals(await server.getBytes(init), bytes);
  server.write(join(repeatFragments("frag-avcaac-separate.mp4", 9)));
  const other = await server.open();
  assert(other !== asset);
  assertEquals((await server.get(init)).status, 404);
});

Deno.test("media that an asset does not list yet makes it check its files, at most every 100 ms", async () => {
  using server = new GrowingServer();
  server.write(join(PAIR), sizeOf(15));
  const { version, renditions } = (await server.open()).presentation;
  const getStatus = async (segment: number) => {
    const path = `${version}/${[...renditions.keys()][0]}/${segment * 6 * 12800}.m4s`;
    const response = await server.get(path);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await getStatus(5), 404);
  server.storage.write(FILE, join(PAIR));
  const statuses: number[] = [];
  for (const [after, segment] of [[50, 5], [50, 99], [0, 99], [0, 5], [100, 99]] as const) {
    server.time += after;
    const { length } = server.storage.requests;
    statuses.push(await getStatus(segment), server.storage.requests.length - length);
  }
  assertEquals(statuses.filter((_, i) => i % 2 === 0), [404, 404, 404, 200, 404]);
  const checks = statuses.filter((_, i) => i % 2 === 1).map((requests) => requests > 0);
  assertEquals(checks, [false, true, false, true, true]); // the fourth reads the segment
});

Deno.test("an asset that has ended is checked for changes as others are", async () => {
  using server = new GrowingServer();
  server.write(join(PAIR), sizeOf(27));
  const asset = await server.open();
  assertEquals([await asset.finish(), asset.isGrowing, asset.refresh() instanceof Promise], [
    "grown",
    false,
    true,
  ]);
  assertEquals([await asset.refresh(), await asset.finish()], ["same", "same"]);
  server.write(join(PAIR), sizeOf(26));
  assertEquals(await asset.refresh(), "replaced");
});

Deno.test("concurrent calls finish an asset once", async () => {
  using server = new GrowingServer();
  server.write(join(PAIR), sizeOf(15));
  const asset = await server.open();
  const { promise, resolve } = Promise.withResolvers<void>();
  let requests = 0;
  server.storage.hold = () => ++requests === 3 ? promise : undefined; // the second call starts to take fingerprints
  const first = asset.finish();
  const second = asset.finish();
  await first.then(() => resolve());
  assertEquals([await first, await second, asset.isGrowing], ["grown", "same", false]);
  assertEquals(await asset.refresh(), "same");
});

Deno.test("a file that has not begun is absent, until it has a segment", async () => {
  using server = new GrowingServer();
  server.write(join(PAIR), sizeOf(1));
  for (const count of [1, 2]) {
    server.write(join(PAIR), sizeOf(count));
    const response = await server.get(".mpd");
    assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
    await response.body?.cancel();
  }
  server.write(join(PAIR), sizeOf(15));
  assertMatch(await server.getText(".mpd"), /dynamic/);
});

/** What clients have received so far. */
class History {
  manifests: ReadonlyMap<string, Manifest> = new Map();
  changes = 0;
  readonly #media = new Map<string, string>();

  constructor(readonly server: GrowingServer) {}

  /** Requests all manifests and media again. */
  async compare(): Promise<void> {
    const { server } = this;
    const manifests = await readManifests(await server.open(), (path) => server.getText(path));
    for (const [path, { lists }] of this.manifests) {
      for (const [i, list] of lists.entries()) {
        assertEquals(manifests.get(path)!.lists[i]!.slice(0, list.length), list, path);
      }
      if (manifests.get(path)!.text !== this.manifests.get(path)!.text) this.changes++;
    }
    for (const url of listMedia(manifests)) {
      const digest = await computeDigest(await server.getBytes(url));
      assertEquals(this.#media.get(url) ?? digest, digest, url);
      this.#media.set(url, digest);
    }
    const listed = new Set(listMedia(manifests));
    for (const url of this.#media.keys()) assert(listed.has(url), url);
    this.manifests = manifests;
  }
}

async function computeDigest(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return new Uint8Array(digest).toHex();
}

/** Names and bitrates are those of the first segments. */
async function assertEqualsWhole(server: GrowingServer, asset: Asset): Promise<void> {
  const whole = await server.openWhole();
  const decode = async (path: string) => new TextDecoder().decode(await server.getWholeBytes(path));
  const toWhole = createRenaming(asset, whole);
  const manifests = await readManifests(asset, (path) => server.getText(path));
  const expected = await readManifests(whole, decode);
  assertEquals([...manifests.keys()].map(toWhole), [...expected.keys()]);
  for (const [path, { text }] of manifests) {
    assertEquals(toWhole(text), expected.get(toWhole(path))!.text, path);
  }
  for (const url of listMedia(manifests)) {
    assertEquals(await server.getBytes(url), await server.getWholeBytes(toWhole(url)), url);
  }
}

function createRenaming(asset: Asset, whole: Asset): (text: string) => string {
  const names = (
    { presentation }: Asset,
  ) => [presentation.version, ...presentation.renditions.keys()];
  const bitrates = ({ presentation, derived }: Asset) =>
    buildSmoothStreams(presentation, derived).flatMap(({ levels }) =>
      levels.map(({ bitrate }) => bitrate)
    );
  const pairs = names(asset).map((name, i) => [name, names(whole)[i]!] as const);
  const rates = bitrates(asset).flatMap((bitrate, i) =>
    ['Bitrate="', "QualityLevels("].map((before) =>
      [`${before}${bitrate}`, `${before}${bitrates(whole)[i]}`] as const
    )
  );
  return (text) =>
    [...pairs, ...rates].reduce((renamed, [from, to]) => renamed.replaceAll(from, to), text);
}
