import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { CLEAR } from "../clear_protection.ts";
import { list, recordPeriod, serveChannel, toPeriod } from "./channel_fixture.ts";

const RECORDED = await recordPeriod();

const IMMUTABLE = "public, max-age=31536000, immutable";

function getVideo({ renditions }: Presentation): MediaRendition {
  const video = [...renditions.values()].find(({ type }) => type === "video");
  return video as MediaRendition;
}

const video = getVideo(RECORDED);
const { times } = video.timeline;
const segmentUrl = (i: number) => `${RECORDED.version}/${video.name}/${times[i]}.m4s`;

async function readSegment(i: number): Promise<Uint8Array> {
  return await readPlan(planCmafSegment(video, i, CLEAR), new Uint8Array());
}

async function getError(response: Response): Promise<string[]> {
  const { code } = await response.json();
  return [`${response.status} ${code}`, response.headers.get("cache-control")!];
}

Deno.test("a channel serves media of the period that the version names", async () => {
  using server = serveChannel();
  server.channel.show([toPeriod(RECORDED)]);
  for (let request = 0; request < 3; request++) { // read, cached, hot
    const response = await server.request(`GET ${segmentUrl(1)}`);
    assertEquals(response.headers.get("cache-control"), IMMUTABLE);
    assertEquals(await response.bytes(), await readSegment(1));
    const init = await server.request(`GET ${RECORDED.version}/${video.name}/init.mp4`);
    assertEquals(init.headers.get("cache-control"), IMMUTABLE);
    assertGreater((await init.bytes()).length, 500);
  }
  assertEquals([server.channel.calls, server.channel.users], [[], 0]);
});

Deno.test("a channel looks once more for a segment that is not listed yet", async () => {
  using server = serveChannel();
  const { channel } = server;
  channel.show([toPeriod(list(RECORDED, 0, 2))]);
  const missing = await server.request(`GET ${segmentUrl(2)}`);
  assertEquals(await getError(missing), ["404 NOT_FOUND", "no-store"]);
  channel.onRefresh = () => channel.show([toPeriod(list(RECORDED, 0, 3))]);
  const found = await server.request(`GET ${segmentUrl(2)}`);
  assertEquals(await found.bytes(), await readSegment(2));
  assertEquals([channel.calls, channel.users], [["refresh", "refresh"], 0]);
});

Deno.test("a channel serves segments before its window from disk", async () => {
  using server = serveChannel();
  const { channel } = server;
  channel.show([toPeriod(list(RECORDED, 2))]);
  channel.stored = [toPeriod(RECORDED)];
  const response = await server.request(`GET ${segmentUrl(0)}`);
  assertEquals(await response.bytes(), await readSegment(0));
  assertEquals(channel.calls, ["refresh", `stored ${RECORDED.version}`]);
});

Deno.test("a channel serves periods that it does not list from disk", async () => {
  using server = serveChannel();
  const { channel } = server;
  channel.stored = [toPeriod(RECORDED)];
  assertEquals((await server.request(`HEAD ${segmentUrl(0)}`)).status, 200);
  channel.show([toPeriod({ ...RECORDED, version: "v111111111111" })]);
  const init = await server.request(`GET ${RECORDED.version}/${video.name}/init.mp4`);
  assertGreater((await init.bytes()).length, 500);
  const unknown = await server.request("GET v222222222222/video/0.m4s");
  assertEquals(await getError(unknown), ["404 NOT_FOUND", "no-store"]);
  assertEquals(channel.calls.filter((call) => call !== "refresh"), [
    `stored ${RECORDED.version}`,
    `stored ${RECORDED.version}`,
    "stored v222222222222",
  ]);
  assertEquals(channel.users, 0);
});

const missing = [
  `${RECORDED.version}/none/0.m4s`,
  `${RECORDED.version}/none/init.mp4`,
  `${RECORDED.version}/${video.name}/1.m4s`,
  `${RECORDED.version}/${video.name}/0.vtt`,
  "v000000000001/QualityLevels(1)/Fragments(none=0)",
  "none=1.live.m3u8",
  "none=1.m3u8",
];

for (const url of missing) {
  Deno.test(`a 404 of a channel is never stored: ${url}`, async () => {
    using server = serveChannel();
    server.channel.show([toPeriod(RECORDED)]);
    const response = await server.request(`GET ${url}`);
    assertEquals(await getError(response), ["404 NOT_FOUND", "no-store"]);
    assertEquals(server.channel.users, 0);
  });
}

for (const url of [".mpd", ".m3u8", "ts.m3u8", "video.live.m3u8", "Manifest"]) {
  Deno.test(`before the first frame ${url} is a 404 NOT_PUBLISHED`, async () => {
    using server = serveChannel();
    const response = await server.request(`GET ${url}`);
    assertEquals(await getError(response), ["404 NOT_PUBLISHED", "no-store"]);
    assertEquals(server.channel.users, 0);
  });
}

for (const isLive of [true, false]) {
  for (const query of ["start=1", "end=2", "start=1&end=2&filter=type==%22video%22"]) {
    Deno.test(`a channel that is ${isLive ? "live" : "over"} rejects ?${query}`, async () => {
      using server = serveChannel();
      server.channel.show([toPeriod(RECORDED)], { isLive });
      for (const url of [".mpd", ".m3u8", `${video.name}.m3u8`, "Manifest"]) {
        const response = await server.request(`GET ${url}?${query}`);
        assertEquals(response.status, 400, url);
        const { reason } = await response.json();
        assertStringIncludes(reason, query.split("=", 1)[0]!);
      }
    });
  }
}

Deno.test("about.json of a channel that waits is revalidated each second", async () => {
  using server = serveChannel();
  const response = await server.request("GET about.json");
  assertEquals(response.headers.get("cache-control"), "max-age=1");
  assertEquals((await response.json()).live, {
    state: "waiting",
    publishers: ["main"],
    periods: [],
  });
});

Deno.test("about.json of a channel follows its state", async () => {
  using server = serveChannel();
  const { channel } = server;
  const getState = async () => {
    const response = await server.request("GET about.json");
    const { live: { state } } = await response.json();
    return [state, response.headers.get("cache-control")];
  };
  channel.show([toPeriod(RECORDED)]);
  assertEquals(await getState(), ["live", "max-age=1"]);
  channel.state = "silent";
  assertEquals(await getState(), ["silent", "max-age=1"]);
  channel.show([toPeriod(RECORDED, { isOver: true })], { isLive: false });
  assertEquals(await getState(), ["over", "no-cache"]);
});

Deno.test("the clock of a channel is the UTC to the millisecond", async () => {
  using server = serveChannel();
  const before = Date.now();
  const response = await server.request("GET time?token=1", { origin: "http://a" });
  const { headers } = response;
  const text = await response.text();
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text), text);
  assert(before <= Date.parse(text) && Date.parse(text) <= Date.now(), text);
  assertEquals(headers.get("cache-control"), "no-store");
  assertEquals(headers.get("content-type"), "text/plain");
  assertEquals(headers.get("access-control-allow-origin"), "*");
  const head = await server.request("HEAD time");
  assertEquals([head.status, await head.text()], [200, ""]);
  assertEquals((await server.request("POST time")).status, 405);
  assertEquals(server.channel.users, 0);
});

Deno.test("an asset has neither a clock nor playlists of a window", async () => {
  using server = serveChannel();
  for (const url of ["time", "video.live.m3u8", "video.live.ts.m3u8"]) {
    const response = await server.request(`GET /film.json/${url}`);
    assertEquals(await getError(response), ["404 NOT_FOUND", "max-age=1"]);
  }
});
