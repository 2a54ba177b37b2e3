/** Requests of leak_test.ts. */

import { uiDirectoryUrl } from "../lib/server/routes.ts";
import { buildSmoothStreams } from "../lib/smooth/streams.ts";
import { openAsset } from "./open_asset.ts";
import type { TestApp } from "./server/fixture.ts";

export type LeakRequest = [line: string, headers?: { [name: string]: string }, body?: string];

/** A request for each kind of route of a protected asset. */
export async function listRequests(server: TestApp, name: string): Promise<LeakRequest[]> {
  using asset = await openAsset(server.app.library, name);
  const { presentation } = asset;
  const { version } = presentation;
  const kids = [...presentation.protection!.keys.keys()].map((kid) =>
    Uint8Array.fromHex(kid.replaceAll("-", ""))
      .toBase64({ alphabet: "base64url", omitPadding: true })
  );
  const streams = buildSmoothStreams(presentation);
  const fragments = streams.map(({ name, levels: [level], times: [time] }) =>
    `${version}/QualityLevels(${level!.bitrate})/Fragments(${name}=${time})`
  );
  const names = [
    ...[
      "",
      "about.json",
      ".about.json",
      ".mpd",
      "wvtt.mpd",
      ".m3u8",
      "ts.m3u8",
      "video.m3u8",
      "video.ts.m3u8",
    ],
    ...["poster", "thumbnail.jpg", "chapters.json", "chapters.vtt"],
    ...["audio.m3u8", "video.iframes.m3u8", "video.ts.iframes.m3u8", "Manifest", ...fragments],
    ...[
      ...["video/init.mp4", "audio/init.mp4", "text/init.wvtt.mp4", "text/all.vtt", "video/0.m4s"],
      ...["audio/0.m4s", "video/0.iframe.m4s", "text/0.wvtt.m4s", "image/0.jpg", "video/0.ts"],
      ...["text/from-0.vtt", "text/0.vtt", "text/0.ts.vtt", "audio/0.aac", "video/0.iframe.ts"],
    ].map((name) => `${version}/${name}`),
    ...[...presentation.protection!.keys.keys()].map((kid) => `key/${kid}`),
  ];
  const body = JSON.stringify({ kids, type: "temporary" });
  return [
    ...names.map((path): LeakRequest => [`GET /${name}/${path}`, { accept: "text/html, */*" }]),
    [`POST /${name}/clearkey`, {}, body],
    [`GET /${name}/${version}/video/0.m4s`, { range: "bytes=0-99" }],
    [`OPTIONS /${name}/clearkey`],
  ];
}

export const OTHERS: LeakRequest[] = [
  ["GET /about.json"],
  ["GET /.about.json"],
  ["GET /text.vtt"],
  ["GET /.ams/health"],
  ["GET /.ams/oembed?url=https://media.example.com/cbcs.json/"],
  ["GET /.ams/oembed?url=https://media.example.com/open/cbcs.json/"],
  ["GET /.ams/oembed?url=https://media.example.com/open/cbcs.json/&format=xml"],
  ["GET /.ams/auth", { "x-original-uri": "/cbcs.json/.mpd" }],
  [`GET /${uiDirectoryUrl("0")}/page.css`],
  ["GET /../x"],
  ["GET /none"],
  ["POST /cbcs.json/.mpd"],
  ["GET /open/cbcs.json/clearkey"],
  ["GET /cbcs.json/.mpd", { "if-match": '"x"' }],
  ["GET /text.vtt", { range: "bytes=100000-" }],
  ["GET /cbcs.json/clearkey"],
  ["POST /cbcs.json/clearkey", {}, "{"],
  ["GET /broken.mp4/.mpd"],
  ["GET /thumbs.mp4/.mpd"],
  ...["exposed", "none", "list", "fails", "lies", "breaks", "missing", "unreadable", "invalid"]
    .flatMap((name): LeakRequest[] => [
      [`GET /${name}.json/.mpd`],
      [`GET /${name}.json/about.json`],
      [`POST /${name}.json/clearkey`, {}, '{"kids":[]}'],
    ]),
];
