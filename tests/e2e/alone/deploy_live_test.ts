/** Two viewers of a channel behind the nginx of deploy/, with two ams, of which one takes the encoder. */

import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { type Ams, startAms } from "../ams.ts";
import {
  encodeNumberedSource,
  findIngest,
  LOOPBACK_CHANNEL,
  startEncoder,
  startLiveAms,
  untilLive,
  writeChannel,
} from "../live_channel.ts";
import { type Nginx, startNginx } from "../nginx.ts";
import { eventually } from "../page_driver.ts";
import { closeConnections, rawRequest } from "../raw_request.ts";

const SECONDS = 16;

const CHANNEL = "/live/news.json";

const source = encodeNumberedSource(SECONDS);

interface Site extends AsyncDisposable {
  readonly servers: readonly Ams[];
  readonly nginx: Nginx;
  readonly ingest: string;
}

async function startSite(): Promise<Site> {
  await using open = new AsyncDisposableStack();
  const root = await Deno.makeTempDir({ prefix: "ams-deploy-live-" });
  open.defer(() => Deno.remove(root, { recursive: true }));
  await writeChannel(root, "news", { ...LOOPBACK_CHANNEL, segmentDuration: 1 });
  const recording = open.use(await startLiveAms(root, "--workers", "1"));
  const other = open.use(await startAms(root, "--workers", "1"));
  const servers = [recording, other];
  const nginx = open.use(await startNginx({ servers: [recording.url, other.url] }));
  open.defer(closeConnections);
  const ingest = await findIngest(recording);
  const stack = open.move();
  return { servers, nginx, ingest, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const getText = (body: Uint8Array) => new TextDecoder().decode(body);

/** Returns the paths of the video segments that an MPD lists, and of the one that comes next. */
function listSegments(mpd: string): { listed: string[]; next: string } {
  const set = mpd.slice(mpd.indexOf('contentType="video"'));
  const [, media] = /media="([^"]*)"/.exec(set)!;
  const [, id] = /<Representation id="([^"]*)"/.exec(set)!;
  const times: number[] = [];
  let time = 0;
  for (
    const [, t, d, r] of set.split("</SegmentTimeline>")[0]!.matchAll(
      /<S(?: t="(\d+)")? d="(\d+)"(?: r="(\d+)")?\/>/g,
    )
  ) {
    time = Number(t ?? time);
    for (let i = 0; i <= Number(r ?? 0); i++, time += Number(d)) times.push(time);
  }
  const toPath = (time: number) =>
    `${CHANNEL}/${media!.replace("$RepresentationID$", id!).replace("$Time$", `${time}`)}`;
  return { listed: times.map(toPath), next: toPath(time) };
}

interface Viewing {
  /** Bytes of segments by path. */
  readonly segments: ReadonlyMap<string, number>;
  readonly requests: number;
  readonly caching: ReadonlySet<string>;
}

/** Requests the MPD every 100 ms, and each segment once it is listed, until the broadcast is over. */
async function watch(origin: string): Promise<Viewing> {
  const segments = new Map<string, number>();
  const caching = new Set<string>();
  for (let requests = 1;; requests++) {
    const { status, headers, body } = await rawRequest(`${origin}${CHANNEL}/.mpd`);
    assertEquals(status, 200);
    caching.add(headers.get("cache-control")!);
    const mpd = getText(body);
    for (const path of listSegments(mpd).listed) {
      if (segments.has(path)) continue;
      const segment = await rawRequest(origin + path);
      assertEquals([segment.status, segment.headers.get("cache-control")], [
        200,
        "public, max-age=31536000, immutable",
      ]);
      segments.set(path, segment.body.length);
    }
    if (mpd.includes('type="static"')) return { segments, requests, caching };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Requests a segment before it is there: no response that it is absent remains. */
async function awaitSegment(origin: string): Promise<void> {
  const mpd = await rawRequest(`${origin}${CHANNEL}/.mpd`);
  const { next } = listSegments(getText(mpd.body));
  const states: string[] = [];
  const { body } = await eventually(
    () => rawRequest(origin + next),
    ({ status, headers }) => {
      states.push(`${status} ${headers.get("cache-control")}`);
      return status === 200;
    },
  );
  assertGreater(body.length, 1000);
  const absent = new Set(states.slice(0, -1));
  assertEquals([...absent], absent.size > 0 ? ["404 no-store"] : []);
}

/** Returns the lines of a log so far, which ams writes a little later. */
async function readLog({ url, log }: Ams): Promise<string[]> {
  const mark = `/mark-${crypto.randomUUID()}`;
  await rawRequest(url + mark);
  return (await eventually(() => Promise.resolve(log()), (text) => text.includes(mark))).split(
    "\n",
  );
}

Deno.test("nginx shares manifests of a channel for a second, media for ever, and what is absent never", async () => {
  await using site = await startSite();
  const { nginx: { url }, servers } = site;
  const early = await rawRequest(`${url}${CHANNEL}/.mpd`);
  assertEquals([early.status, early.headers.get("ams-error"), early.headers.get("cache-control")], [
    404,
    "NOT_PUBLISHED",
    "no-store",
  ]);
  const encoder = startEncoder(site, { file: source.file, channel: "news" });
  await untilLive(`${url}${CHANNEL}`);
  const startedAt = Date.now();
  const [first, second] = await Promise.all([watch(url), watch(url), awaitSegment(url)]);
  const seconds = (Date.now() - startedAt) / 1000;
  await encoder.done;

  assertEquals(first.segments, second.segments);
  assertEquals(first.segments.size, SECONDS);
  for (const { caching, requests } of [first, second]) {
    assertEquals(caching, new Set(["max-age=1", "no-cache"]));
    assertGreater(requests, 5 * seconds);
  }
  const lines = (await Promise.all(servers.map(readLog))).flat();
  const count = (path: string, status: RegExp) =>
    lines.filter((line) => line.includes(` GET ${path} `) && status.test(line)).length;
  assertLess(count(`${CHANNEL}/.mpd`, / (200|304) /), 2 * seconds + 5); // both viewers at once after each second
  for (const path of first.segments.keys()) assertEquals([path, count(path, / 200 /)], [path, 1]);
  const clock = await rawRequest(`${url}${CHANNEL}/time`);
  assertEquals([clock.status, clock.headers.get("cache-control")], [200, "no-store"]);
  assertLess(Math.abs(Date.parse(getText(clock.body)) - Date.now()), 5000);
});
