/** Responses with protected segments: sizes, ranges, caches, slices and errors. */

import { assert, assertEquals } from "@std/assert";
import { Cache } from "../../lib/cache.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import type { HttpRequest } from "../../lib/http/request.ts";
import type { Bytes, Resource } from "../../lib/http/resource.ts";
import type { Body } from "../../lib/http/response.ts";
import { HotSegments } from "../../lib/server/hot_segments.ts";
import { resolve } from "../../lib/server/resolve.ts";
import { parseRoute, type SegmentRoute } from "../../lib/server/routes.ts";
import { declareProtection, getSeededKeys } from "../protected_presentations.ts";
import { MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";
import { openAsset } from "../open_asset.ts";

type Scheme = "cenc" | "cbcs" | "aes-128";

function protectedApp(scheme: Scheme): TestApp {
  const app = testApp(
    { packagesOnly: true },
    undefined,
    getSeededKeys({ scheme, licences: { "aes-128": "https://keys.example/" } }),
  );
  const protection = declareProtection({ scheme });
  app.files.write("heat.json", JSON.stringify({ ...MOVIE_PACKAGE, protection }));
  return app;
}

/** Lists media URLs of the playlists: segments and key frames of video and audio. */
async function listSegments(app: TestApp, scheme: Scheme): Promise<string[]> {
  const playlists = ["video.m3u8", "video.iframes.m3u8", "audio.m3u8"];
  if (scheme === "aes-128") playlists.push("video.ts.m3u8", "audio.ts.m3u8");
  const paths: string[] = [];
  for (const name of playlists) {
    const response = await app.request(`GET /heat.json/${name}`);
    const text = await response.text();
    assertEquals(response.status, 200, text);
    paths.push(...text.split("\n").filter((line) => line && !line.startsWith("#")).slice(0, 3));
  }
  return paths.map((path) => `/heat.json/${path}`);
}

async function read(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

for (const scheme of ["cenc", "cbcs"] as const) {
  Deno.test(`handle() sends the same bytes of segments in ${scheme} each time, and ranges of them`, async () => {
    using app = protectedApp(scheme);
    const paths = await listSegments(app, scheme);
    const wholes = new Map<string, Uint8Array>();
    for (const path of paths) {
      const response = await app.request(`GET ${path}`);
      assertEquals(response.status, 200);
      wholes.set(path, await read(response));
    }
    for (let round = 0; round < 2; round++) {
      for (const [path, whole] of wholes) {
        const head = await app.request(`HEAD ${path}`);
        assertEquals(head.headers.get("content-length"), `${whole.length}`);
        assertEquals(await read(await app.request(`GET ${path}`)), whole);
        const part = await app.request(`GET ${path}`, { range: "bytes=1000-1999" });
        assertEquals(part.status, 206);
        assertEquals(await read(part), whole.subarray(1000, 2000));
      }
    }
    using other = protectedApp(scheme);
    for (const [path, whole] of wholes) {
      const part = await other.request(`GET ${path}`, { range: "bytes=-100" });
      assertEquals(await read(part), whole.subarray(-100));
    }
  });
}

/** Of a client that reads a slice at a time. */
const LIMITS = { maxWhole: 4000, maxBuffered: 4000, maxInFlight: 2 ** 20, sliceSize: 2000 };

async function readAll(body: ReadableStream<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
}

for (const scheme of ["cenc", "cbcs", "aes-128"] as const) {
  Deno.test(`HotSegments.read() sends large segments in ${scheme} in slices, to several clients at a time`, async () => {
    using app = protectedApp(scheme);
    const paths = await listSegments(app, scheme);
    using asset = await openAsset(app.app.library, "heat.json");
    const bodies = new BodyFactory({ limits: LIMITS });
    const hot = new HotSegments(new Cache<Resource<Bytes>>(2 ** 20), bodies);
    const responses = await Promise.all(paths.map(async (path) => {
      const whole = await read(await app.request(`GET ${path}`));
      const request: HttpRequest = { method: "GET", rawPath: path, headers: new Headers() };
      const planned = resolve(asset, parseRoute(path) as SegmentRoute);
      const resource = await hot.read(request, planned, path);
      const isSliced = Array.isArray(resource.body);
      assertEquals(isSliced, whole.length > 4200 && planned.body.slices !== undefined, path);
      const { size: end } = resource;
      assertEquals(end, whole.length);
      const range = { start: 0, end: end!, partial: false };
      const body = await bodies.create(request, resource, range) as Body; // nothing is loaded first
      return { whole, body, isSliced };
    }));
    const got = await Promise.all(responses.map(({ body }) => readAll(body)));
    assertEquals(got, responses.map(({ whole }) => whole));
    assert(responses.filter(({ isSliced }) => isSliced).length > 5);
  });
}

Deno.test("handle() sends what players decrypt with the numbers of segments and key frames, in aes-128", async () => {
  using app = protectedApp("aes-128");
  const key = await getKey();
  for (
    const playlist of [
      "video.m3u8",
      "video.iframes.m3u8",
      "audio.m3u8",
      "video.ts.m3u8",
      "video.ts.iframes.m3u8",
      "audio.ts.m3u8",
    ].flatMap((name) => [name, `${name}?start=4`])
  ) {
    const list = async (pack: string) => {
      const text = await (await app.request(`GET /${pack}/${playlist}`)).text();
      const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0);
      assertEquals(first > 0, playlist.includes("?"), text);
      return { first, paths: text.split("\n").filter((line) => line && !line.startsWith("#")) };
    };
    const [{ first, paths }, { paths: clearPaths }] = [
      await list("heat.json"),
      await list("film.json"),
    ];
    assert(paths.length > 3 && paths.length === clearPaths.length);
    for (const [i, path] of paths.entries()) {
      const encrypted = await read(await app.request(`GET /heat.json/${path}`));
      const clear = await read(await app.request(`GET /film.json/${clearPaths[i]}`));
      const iv = new Uint8Array(16);
      new DataView(iv.buffer).setUint32(12, first + i);
      const decrypted = await crypto.subtle.decrypt(
        { name: "AES-CBC", iv },
        key,
        encrypted as Bytes,
      );
      assertEquals(new Uint8Array(decrypted), clear, path);
    }
  }

  async function getKey(): Promise<CryptoKey> {
    using asset = await openAsset(app.app.library, "heat.json");
    const [entry] = asset.presentation.protection!.keys.values();
    const bytes = entry!.key.key.reveal() as Bytes;
    return await crypto.subtle.importKey("raw", bytes, "AES-CBC", false, ["decrypt"]);
  }
});

Deno.test("HotSegments.read() generates no segment of known size for HEAD", async () => {
  using app = protectedApp("cenc");
  const paths = await listSegments(app, "cenc");
  using asset = await openAsset(app.app.library, "heat.json");
  const bodies = new BodyFactory();
  const hot = new HotSegments(new Cache<Resource<Bytes>>(2 ** 20), bodies);
  for (const path of paths) {
    const request: HttpRequest = { method: "HEAD", rawPath: path, headers: new Headers() };
    const planned = resolve(asset, parseRoute(path) as SegmentRoute);
    const resource = await hot.read(request, planned, path);
    assertEquals(resource === planned, path.includes("/audio/"), path);
  }
});
