import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { createAccessConfig } from "../access/tokens.ts";
import type { ChannelViews } from "../../lib/presentation/broadcast.ts";
import { PATH_TOKEN, TOKEN } from "./access_server.ts";
import {
  type ChannelServer,
  list,
  recordPeriod,
  serveChannel,
  toPeriod,
} from "./channel_fixture.ts";

const RECORDED = await recordPeriod();

const [VIDEO = "", AUDIO = ""] = RECORDED.renditions.keys();

/** Of every protocol; the playlists of the window remain when a broadcast is over. */
const MANIFESTS: [url: string, type: string][] = [
  [".mpd", "application/dash+xml"],
  ["wvtt.mpd", "application/dash+xml"],
  [".m3u8", "application/vnd.apple.mpegurl"],
  ["any.m3u8", "application/vnd.apple.mpegurl"],
  ["ts.m3u8", "application/vnd.apple.mpegurl"],
  ["Manifest", "application/vnd.ms-sstr+xml"],
  [`${VIDEO}.live.m3u8`, "application/vnd.apple.mpegurl"],
  [`${AUDIO}.live.ts.m3u8`, "application/vnd.apple.mpegurl"],
];

function showLive({ channel }: ChannelServer, end?: number): void {
  channel.show([toPeriod(list(RECORDED, 0, end))]);
}

function showOver({ channel }: ChannelServer): void {
  channel.show([toPeriod(RECORDED, { isOver: true })], { isLive: false });
}

for (const [url, type] of MANIFESTS) {
  Deno.test(`a live ${url} is stored for a second, then it has another ETag`, async () => {
    using server = serveChannel();
    showLive(server, 4);
    const etags: string[] = [];
    for (const end of [4, 5]) {
      showLive(server, end);
      for (let request = 0; request < 2; request++) { // built, and cached
        const response = await server.request(`GET ${url}`);
        await response.body?.cancel();
        assertEquals(response.status, 200);
        assertEquals(response.headers.get("content-type"), type);
        assertEquals(response.headers.get("cache-control"), "max-age=1");
        etags.push(response.headers.get("etag")!);
      }
    }
    assertEquals([etags[0], etags[2]], [etags[1], etags[3]]);
    if (!/^(\w*\.m3u8)$/.test(url)) assertNotEquals(etags[0], etags[2]); // bandwidths alone
    const again = await server.request(`GET ${url}`, { "if-none-match": etags[3]! });
    assertEquals([again.status, again.headers.get("cache-control")], [304, "max-age=1"]);
    assertEquals(server.channel.users, 0);
  });

  Deno.test(`${url} is revalidated once the broadcast is over`, async () => {
    using server = serveChannel();
    showOver(server);
    const response = await server.request(`GET ${url}`, { "accept-encoding": "gzip" });
    await response.body?.cancel();
    assertEquals([response.status, response.headers.get("cache-control")], [200, "no-cache"]);
    assertEquals(response.headers.get("content-encoding"), "gzip");
  });
}

Deno.test("the window stays as it was when its broadcast ended", async () => {
  using server = serveChannel();
  showOver(server);
  const { whole } = server.channel.views!;
  const listed = { ...whole, periods: [toPeriod(list(RECORDED, 2), { isOver: true })] };
  server.channel.views = { listed, whole } satisfies ChannelViews;
  const count = async (url: string) => {
    const text = await (await server.request(`GET ${url}`)).text();
    assertStringIncludes(text, "#EXT-X-ENDLIST");
    return text.match(/#EXTINF/g)!.length;
  };
  const all = RECORDED.renditions.get(VIDEO)!;
  assert(all.type !== "text");
  const segments = all.timeline.times.length - 1;
  assertEquals(await count(`${VIDEO}.m3u8`), segments);
  assertEquals(await count(`${VIDEO}.live.m3u8`), segments - 2);
});

Deno.test("a filter selects renditions of a channel, live or over", async () => {
  using server = serveChannel();
  for (const show of [showLive, showOver]) {
    show(server);
    const mpd = await (await server.request("GET .mpd?filter=type==%22audio%22")).text();
    assertEquals([mpd.includes(`id="${VIDEO}"`), mpd.includes(`id="${AUDIO}"`)], [false, true]);
    const name = show === showLive ? `${AUDIO}.live.m3u8` : `${AUDIO}.m3u8`;
    const main = await (await server.request("GET .m3u8?filter=type==%22audio%22")).text();
    assertStringIncludes(main, `${name}?filter=type==%22audio%22`);
    const none = await server.request("GET .mpd?filter=type==%22text%22");
    assertEquals((await none.json()).code, "BAD_REQUEST");
  }
});

Deno.test("live manifests forward queries to media and clock, and are not stored", async () => {
  using server = serveChannel({ forwardedParameters: ["cdn"] });
  showLive(server);
  const mpd = await server.request("GET .mpd?cdn=7");
  assertEquals(mpd.headers.get("cache-control"), "max-age=1");
  const text = await mpd.text();
  assertStringIncludes(text, `$Time$.m4s?cdn=7`);
  assertStringIncludes(text, `value="time?cdn=7"`);
  const playlist = await (await server.request(`GET ${VIDEO}.live.m3u8?cdn=7`)).text();
  assertEquals(playlist.match(/\.m4s\?cdn=7/g)!.length, playlist.match(/#EXTINF/g)!.length);
});

Deno.test("what a token admits of a channel is private, and what contains one is never stored", async () => {
  using server = serveChannel({ access: createAccessConfig([{ path: "/" }], { default: "open" }) });
  showLive(server);
  const get = async (url: string) => {
    const response = await server.request(`GET ${url}`);
    await response.body?.cancel();
    return [response.status, response.headers.get("cache-control")];
  };
  const path = `${PATH_TOKEN}/news.json`;
  assertEquals(await get(`${path}/.mpd`), [200, "private, max-age=1"]);
  assertEquals(await get(`${path}/about.json`), [200, "private, max-age=1"]);
  assertEquals(await get(`.mpd?hdnts=${TOKEN}`), [200, "private, no-store"]);
  assertEquals(await get(`${path}/time`), [200, "no-store"]);
  assertEquals(await get("time"), [403, "no-store"]);
  assertEquals(await get(`${path}/${RECORDED.version}/${VIDEO}/1.m4s`), [404, "no-store"]);
  const init = `${path}/${RECORDED.version}/${VIDEO}/init.mp4`;
  assertEquals(await get(init), [200, "private, max-age=31536000, immutable"]);
  showOver(server);
  assertEquals(await get(`${path}/.mpd`), [200, "private, no-cache"]);
});

Deno.test("fragments of a channel are those of its manifest, while it is live and after", async () => {
  using server = serveChannel();
  const bytes: Uint8Array[] = [];
  for (const show of [showLive, showOver]) {
    show(server);
    const manifest = await (await server.request("GET Manifest")).text();
    const [, url = ""] = /Url="([^"]*)"/.exec(manifest)!;
    const [, bitrate = ""] = /Bitrate="(\d+)"/.exec(manifest)!;
    const [, time = ""] = /<c [^>]*t="(\d+)"/.exec(manifest)!;
    const path = url.replace("{bitrate}", bitrate).replace("{start time}", time);
    const response = await server.request(`GET ${path}`);
    assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    bytes.push(await response.bytes());
    const late = await server.request(`GET ${path.replace(`=${time})`, "=9000000000)")}`);
    assertEquals([late.status, late.headers.get("cache-control")], [404, "no-store"]);
    await late.body?.cancel();
  }
  assertEquals(bytes[0], bytes[1]);
  assertEquals(server.channel.users, 0);
});

Deno.test("key frames have no playlist while a channel is live", async () => {
  using server = serveChannel();
  showLive(server);
  for (const url of [`${VIDEO}.iframes.m3u8`, `${VIDEO}.ts.iframes.m3u8`]) {
    const response = await server.request(`GET ${url}`);
    assertEquals([response.status, response.headers.get("cache-control")], [404, "no-store"]);
    assertStringIncludes((await response.json()).reason, "while it is live");
  }
});

Deno.test("a manifest of a channel is a redirect where its path is spelled in another way", async () => {
  using server = serveChannel();
  showLive(server);
  const response = await server.request("GET /%6eews.json/.mpd");
  assertEquals([response.status, response.headers.get("location")], [302, "../news.json/.mpd"]);
  assertEquals(server.channel.users, 0);
});

Deno.test("what a protocol cannot carry of a channel is reported once", async () => {
  using server = serveChannel();
  const { channel } = server;
  const renditions = new Map(RECORDED.renditions);
  const audio = renditions.get(AUDIO)!;
  assert(audio.type !== "text");
  const { smooth: _, ...codec } = audio.codec;
  const unsupported = { ...audio, codec };
  renditions.set(AUDIO, unsupported);
  const sets = RECORDED.sets.map((set) =>
    set.type === "audio" ? { ...set, renditions: [unsupported] } : set
  );
  for (let change = 0; change < 2; change++) {
    channel.show([toPeriod({ ...RECORDED, renditions, sets })]);
    assertEquals((await server.request("GET Manifest")).status, 200);
  }
  assertEquals(server.messages.filter((message) => message.startsWith("news.json: ")).length, 1);
});
