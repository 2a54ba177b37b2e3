/** Selection by query parameters: queries and the manifests they select. */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { readMpd } from "../mpd.ts";
import { getVersion, testApp } from "./fixture.ts";
import { createLadder, fetchText, findUrls, MEDIA } from "./ladder.ts";
import { openAsset } from "../open_asset.ts";

const EN = "systemLanguage==%22eng%22";

/** Queries, and the renditions of the manifests of each protocol. */
const filters: [query: string, dash: string[], hls: string[], smooth: string[]][] = [
  [
    "",
    ["low", "high", "english", "french", "thumbs", "text"],
    ["low", "high", "english", "french", "thumbs", "text"],
    ["video_und 2", "audio_eng 1", "audio_fra 1", "text_eng 1"],
  ],
  ["?filter=type==%22video%22", ["low", "high"], ["low", "high"], ["video_und 2"]],
  ["?filter=type!=%22video%22%7C%7CMaxHeight%3E=720", ...without("low", "video_und 1")],
  ["?filter=type==%22audio%22", ["english", "french"], ["english", "french"], [
    "audio_eng 1",
    "audio_fra 1",
  ]],
  [
    `?x=1&filter=type==%22video%22%26%26MaxHeight<300||${EN}&y`,
    ["low", "english", "text"],
    ["low", "english", "text"],
    ["video_und 1", "audio_eng 1", "text_eng 1"],
  ],
  ["?filter=trackName+==+%22french%22", ["french"], ["french"], ["audio_fra 1"]],
  ["?filter=type=%3D%22audio%22%26%26!(systemLanguage==%22fr%22)", ["english"], ["english"], [
    "audio_eng 1",
  ]],
];

function without(name: string, video: string): [string[], string[], string[]] {
  const names = MEDIA.map(([, , , name]) => name).filter((other) => other !== name);
  return [names, names, [video, "audio_eng 1", "audio_fra 1", "text_eng 1"]];
}

Deno.test("handle() applies a filter to every manifest", async (t) => {
  using server = createLadder();
  for (const [query, dash, hls, smooth] of filters) {
    await t.step(query || "without a query", async () => {
      const mpd = readMpd(
        await fetchText(server, `GET /ladder.json/.mpd${query}`),
        "http://a/ladder.json/",
      );
      assertEquals(mpd.map(({ id }) => id).sort(), dash.sort());
      for (const name of [".m3u8", "master.m3u8", "ts.m3u8"]) {
        const text = await fetchText(server, `GET /ladder.json/${name}${query}`);
        const named = [...text.matchAll(/^([a-z]+)(?:\.ts)?\.m3u8|URI="([a-z]+)(?:\.ts)?\.m3u8/gm)];
        const names = new Set(named.map(([, variant, other]) => (variant ?? other)!));
        assertEquals([...names].sort(), hls.sort(), name);
      }
      const manifest = await fetchText(server, `GET /ladder.ism/Manifest${query}`);
      const streams = [...manifest.matchAll(/Name="(\w+)".*? QualityLevels="(\d)"/g)];
      assertEquals(streams.map(([, name, levels]) => `${name} ${levels}`), smooth);
    });
  }
});

/** Queries, and the start times of the video segments in seconds. */
const clips: [query: string, starts: number[]][] = [
  ["", [0, 2, 4, 6, 8, 10]],
  ["?start=0", [0, 2, 4, 6, 8, 10]],
  ["?start=3.9&end=4.1", [2, 4]],
  ["?end=00:00:06&start=4", [4]],
  ["?start=00:05.5&end=9.5&filter=trackName==%22low%22", [4, 6, 8]],
  ["?start=11.9", [10]],
  ["?end=99:00:00&start=9", [8, 10]],
  ["?end=1", [0]],
];

Deno.test("handle() serves a clip of whole segments in every protocol", async (t) => {
  using server = createLadder();
  const version = await getVersion(server, "ladder.json");
  for (const [query, starts] of clips) {
    await t.step(query || "without a query", async () => {
      const [start, count] = [starts[0]!, starts.length];
      const mpd = await fetchText(server, `GET /ladder.json/.mpd${query}`);
      const seconds = Number(/mediaPresentationDuration="PT([\d.]+)S"/.exec(mpd)![1]);
      assert(Math.abs(seconds - 2 * count) < 0.03, `${seconds}`);
      const low = readMpd(mpd, "http://a/").find(({ id }) => id === "low")!;
      assertEquals(low.segments.map(({ time }) => time / low.timescale), starts);
      assertEquals(low.offset / low.timescale, start);
      for (const [name, extension] of [["low", "m4s"], ["low.ts", "ts"]]) {
        const text = await fetchText(server, `GET /ladder.json/${name}.m3u8${query}`);
        const urls = starts.map((start) => `${version}/low/${start * 12800}.${extension}`);
        assertEquals(text.split("\n").filter((line) => /^v/.test(line)), urls);
        const [, sequence = "0"] = /^#EXT-X-MEDIA-SEQUENCE:(.*)$/m.exec(text) ?? [];
        assertEquals(sequence, `${start / 2}`);
      }
      const smooth = await fetchText(server, `GET /ladder.json/Manifest${query}`);
      const [, chunks, t] = / Chunks="(\d+)".*?<c t="(\d+)"/s.exec(smooth)!;
      assertEquals([Number(chunks), Number(t)], [count, start * 1e7]);
      const duration = Number(/ Duration="(\d+)"/.exec(smooth)![1]) / 1e7;
      assert(Math.abs(duration - 2 * count) < 0.03, `${duration}`);
    });
  }
});

/** Paths and queries, the status, and a part of the reason. */
const rejected: [path: string, status: number, reason: string][] = [
  [".mpd?filter=", 400, "Cannot read the filter at its end"],
  [".mpd?filter=x==1", 400, "Cannot read the filter at character 1, 'x==1'"],
  [".m3u8?filter=x==1", 400, "Cannot read the filter at character 1"],
  ["ts.m3u8?filter=x==1", 400, "Cannot read the filter at character 1"],
  ["Manifest?filter=x==1", 400, "Cannot read the filter at character 1"],
  ["low.m3u8?filter=x==1", 400, "Cannot read the filter at character 1"],
  ["low.ts.m3u8?filter=x==1", 400, "Cannot read the filter at character 1"],
  ["low.iframes.m3u8?filter=x==1", 400, "Cannot read the filter at character 1"],
  [".mpd?filter=type==%22video%22%26%26systemBitrate%3C%221%22", 400, "at character 30, '\"1\"'"],
  [".mpd?filter=type==%22a%22&&type==%22b%22", 400, "%26%26"],
  [".mpd?filter=%", 400, "percent-encoding of 'filter'"],
  [".mpd?filter=channels==9", 400, "Cannot select a rendition: the filter excludes all of them"],
  [".m3u8?filter=channels==9", 400, "Cannot select a rendition: the filter excludes all of them"],
  [
    "Manifest?filter=channels==9",
    400,
    "Cannot select a rendition: the filter excludes all of them",
  ],
  [
    "low.m3u8?filter=channels==9",
    400,
    "Cannot select a rendition: the filter excludes all of them",
  ],
  [".m3u8?filter=type==%22text%22", 400, "expected video or audio in a codec"],
  ["ts.m3u8?filter=type==%22image%22", 400, "expected video or audio in a codec"],
  ["Manifest?filter=type==%22text%22", 400, "expected video or audio in a codec"],
  [
    "low.m3u8?filter=type==%22audio%22",
    404,
    "a rendition 'low' of 'ladder.json' that the query selects",
  ],
  ["none=1.m3u8?filter=type==%22audio%22", 404, "a rendition 'none=1' of 'ladder.json'"],
  ["english.iframes.m3u8?filter=type==%22audio%22", 404, "a playlist of key frames"],
  [".mpd?start=12.5", 400, "Cannot start at 12.5 s, expected less than 12"],
  [".mpd?start=3&end=3", 400, "expected a start before the end"],
  [".m3u8?start=4&end=3", 400, "expected a start before the end"],
  ["Manifest?end=0", 400, "expected a start before the end"],
  ["low.m3u8?start=1:2:3:4", 400, "Cannot read start='1:2:3:4'"],
  ["text.m3u8?start=1&start=2", 400, "Cannot use start twice"],
];

Deno.test("handle() rejects queries with a reason", async (t) => {
  using server = createLadder();
  for (const [path, status, reason] of rejected) {
    await t.step(path, async () => {
      const response = await server.request(`GET /ladder.json/${path}`);
      const code = status === 400 ? "BAD_REQUEST" : "NOT_FOUND";
      assertEquals([response.status, response.headers.get("ams-error")], [status, code]);
      assertEquals(response.headers.get("cache-control"), "max-age=1");
      assertStringIncludes((await response.json()).reason, reason);
    });
  }
});

Deno.test("handle() ignores unknown parameters, and every query of media and pages", async () => {
  using server = createLadder();
  const version = await getVersion(server, "ladder.json");
  const media = [
    ...["low/init.mp4", "low/25600.m4s", "low/25600.ts", "english/0.aac", "thumbs/32768.jpg"],
    ...["text/all.vtt", "text/128000.vtt", "text/from-128000.vtt"],
  ].map((path) => `${version}/${path}?filter=x&start=9&token=1`);
  for (const path of [".mpd?a=%zz&%ff", "master.m3u8?_=1&filters=x", "low.m3u8?&&", ...media]) {
    const [plain, queried] = [path.split("?", 1)[0]!, path].map((path) =>
      `GET /ladder.json/${path}`
    );
    const [expected, actual] = [await server.request(plain!), await server.request(queried!)];
    assertEquals([actual.status, [...actual.headers]], [200, [...expected.headers]], path);
    assertEquals(await actual.bytes(), await expected.bytes());
  }
  assertEquals((await server.request("GET /video.mp4?filter=x")).status, 200);
  assertEquals((await server.request("GET /?filter=x")).status, 404);
});

Deno.test("handle() has an ETag for each selection, and responds to conditional requests", async () => {
  using server = createLadder();
  const etags = new Set<string>();
  for (const query of ["", "?start=2", "?end=2", "?filter=type==%22video%22", "?start=2&end=4"]) {
    for (const coding of ["identity", "gzip"]) {
      const line = `GET /ladder.json/.m3u8${query}`;
      const response = await server.request(line, { "accept-encoding": coding });
      await response.body?.cancel();
      const etag = response.headers.get("etag")!;
      etags.add(etag);
      const unchanged = await server.request(line, {
        "accept-encoding": coding,
        "if-none-match": etag,
      });
      assertEquals([unchanged.status, unchanged.body], [304, null]);
      const headResponse = await server.request(line.replace("GET", "HEAD"), {
        "accept-encoding": coding,
      });
      assertEquals([...headResponse.headers], [...response.headers]);
    }
  }
  assertEquals(etags.size, 10);
});

Deno.test("handle() serves media under equal URLs whatever the selection", async () => {
  using server = testApp();
  const plain = findUrls(await fetchText(server, "GET /film.json/video.ts.m3u8"));
  const query = "?filter=type==%22video%22&start=2";
  const selected = findUrls(await fetchText(server, `GET /film.json/video.ts.m3u8${query}`));
  assertEquals(selected, plain.slice(1));
});

Deno.test("handle() serves the cues of a DASH clip relative to its start", async () => {
  using server = createLadder();
  const mpd = await fetchText(server, "GET /ladder.json/.mpd?start=8");
  const [url] = /v[0-9a-f]+\/text\/from-\d+\.vtt/.exec(mpd)!;
  const text = await fetchText(server, `GET /ladder.json/${url}`);
  assertStringIncludes(text, "00:00:00.000 --> 00:00:03.900");
  assertStringIncludes(text, "00:00:03.000 --> 00:00:04.000");
  const version = await getVersion(server, "ladder.json");
  for (
    const path of ["text/from-9999999.vtt", "low/from-0.vtt", "none/from-0.vtt", "text/from-00.vtt"]
  ) {
    assertEquals((await server.request(`GET /ladder.json/${version}/${path}`)).status, 404, path);
  }
});

Deno.test("handle() caches a bounded number of selected manifests, but none with forwarded parameters", async () => {
  using server = createLadder(["token"]);
  using asset = await openAsset(server.app.library, "ladder.json");
  const before = asset.size;
  for (let i = 0; i < 500; i++) {
    const response = await server.request(
      `GET /ladder.json/.mpd?filter=systemBitrate>${i}&start=${i % 12}`,
      {
        "accept-encoding": i % 2 ? "gzip" : "identity",
      },
    );
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  assertEquals(asset.resources.count, 0);
  assert(asset.size - before <= 2 ** 22, `${asset.size - before} bytes`);
  assertNotEquals(
    asset.resources.getSelected("mpd?filter=systemBitrate>499&start=7".replace(">", "%3E")),
    undefined,
  );
  assertEquals(
    asset.resources.getSelected("mpd?filter=systemBitrate>1&start=1".replace(">", "%3E")),
    undefined,
  );
  const after = asset.size;
  await (await server.request("GET /ladder.json/.mpd?token=1")).body?.cancel();
  assertEquals([asset.size, asset.resources.count], [after, 0]);
});

Deno.test("handle() warns of unsupported renditions for the whole presentation only", async () => {
  using server = createLadder(["token"]);
  await fetchText(server, "GET /ladder.json/Manifest?token=1&start=2");
  assertEquals(server.messages, []);
  await fetchText(server, "GET /ladder.json/Manifest");
  assertEquals(server.messages.length, 1);
});
