import { assert, assertEquals, assertRejects } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { RequestError } from "../../lib/errors.ts";
import type { Resource } from "../../lib/http/resource.ts";
import type { Asset } from "../../lib/library/asset.ts";
import { withPages } from "../../lib/mp4/samples/pages.ts";
import { type RequestContext, resolveCached } from "../../lib/server/cached_resources.ts";
import { parseRoute } from "../../lib/server/routes.ts";
import type { AssetRoute } from "../../lib/server/routes.ts";
import { type TestApp, testApp } from "./fixture.ts";
import { openAsset } from "../open_asset.ts";

type ResolvePath = (path: string, headers?: Record<string, string>) => Promise<Resource>;

/** Runs a test with film.json open; the server forwards the parameter `token`. */
async function withFilm(
  test: (resolvePath: ResolvePath, asset: Asset, server: TestApp) => Promise<void>,
): Promise<void> {
  using server = testApp({ forwardedParameters: ["token"] });
  using asset = await openAsset(server.app.library, "film.json");
  const resolvePath: ResolvePath = async (path, headers = {}) => {
    const [rawPath, rawQuery = ""] = `/film.json/${path}`.split("?") as [string, string?];
    const request = { method: "GET", rawPath, rawQuery, headers: new Headers(headers) };
    const context: RequestContext = { request, app: server.app, asset };
    return await withPages(() => resolveCached(context, parseRoute(rawPath) as AssetRoute));
  };
  await test(resolvePath, asset, server);
}

function getText({ body }: Resource): string {
  assert(body instanceof Uint8Array);
  return new TextDecoder().decode(body);
}

const queries: [query: string, contentTypes: string[], cached: boolean][] = [
  ["", ["video", "audio", "image", "text"], true],
  ["other=1", ["video", "audio", "image", "text"], true],
  ["filter=type==%22audio%22", ["audio"], true],
  ["token=1", ["video", "audio", "image", "text"], false],
  ["filter=type==%22audio%22&token=1", ["audio"], false],
];

for (const [query, contentTypes, cached] of queries) {
  Deno.test(`resolveCached() selects ${contentTypes} by "${query}", cached: ${cached}`, () =>
    withFilm(async (resolvePath) => {
      const mpd = await resolvePath(`.mpd?${query}`);
      const found = [...getText(mpd).matchAll(/contentType="(\w+)"/g)].map(([, type]) => type);
      assertEquals(new Set(found), new Set(contentTypes));
      assertEquals(await resolvePath(`.mpd?${query}`) === mpd, cached);
      assert(await resolvePath(`.m3u8?${query}`) !== mpd);
    }));
}

Deno.test("resolveCached() caches each selection separately", () =>
  withFilm(async (resolvePath) => {
    const resources = await Promise.all(
      ["", "end=4", "end=6", "end=4&start=2"].map((query) => resolvePath(`.mpd?${query}`)),
    );
    assertEquals(new Set(resources).size, 4);
  }));

for (const path of [".about.json", "VERSION/video/init.mp4", "VERSION/video/0.ts"]) {
  Deno.test(`resolveCached() ignores the query of ${path}`, () =>
    withFilm(async (resolvePath, { presentation }) => {
      const url = path.replace("VERSION", presentation.version);
      const resource = await resolvePath(url);
      for (const query of ["filter=type==%22video%22", "token=1", "filter=x"]) {
        assert(await resolvePath(`${url}?${query}`) === resource, query);
      }
    }));
}

for (const query of ["filter=x", "start=-1", "filter=type==%22none%22", "token=%zz"]) {
  Deno.test(`resolveCached() rejects "${query}"`, () =>
    withFilm(async (resolvePath) => {
      const error = await assertRejects(() => resolvePath(`.mpd?${query}`), RequestError);
      assertEquals(error.code, "BAD_REQUEST");
    }));
}

for (const query of ["", "?end=4"]) {
  Deno.test(`resolveCached() compresses manifests once: "${query}"`, () =>
    withFilm(async (resolvePath) => {
      const plain = await resolvePath(`.mpd${query}`);
      const gzipped = await resolvePath(`.mpd${query}`, { "accept-encoding": "gzip" });
      assertEquals([plain.coding, gzipped.coding], ["", "gzip"]);
      assertEquals(new Uint8Array(gunzipSync(gzipped.body as Uint8Array)), plain.body);
      assert(await resolvePath(`.mpd${query}`, { "accept-encoding": "gzip" }) === gzipped);
    }));
}

Deno.test("resolveCached() caches init segments and plans, and holds the files of plans", () =>
  withFilm(async (resolvePath, asset) => {
    const { version } = asset.presentation;
    const init = await resolvePath(`${version}/video/init.mp4`);
    assert(await resolvePath(`${version}/video/init.mp4`) === init);
    assertEquals(init.hold, undefined);
    const plan = await resolvePath(`${version}/video/0.m4s`);
    assertEquals(plan.hold, asset.hold);
    assert(!(plan.body instanceof Uint8Array));
  }));

Deno.test("resolveCached() reads a segment at the second request, and a generated one at once", () =>
  withFilm(async (resolvePath, { presentation: { version } }, { app }) => {
    const isRead = async (path: string) => {
      const { body, size } = await resolvePath(`${version}/${path}`);
      return body instanceof Uint8Array && body.length === size;
    };
    assertEquals([await isRead("video/0.m4s"), await isRead("video/0.m4s")], [false, true]);
    assertEquals(await isRead("video/0.ts"), true);
    assertEquals(app.hot.cache.count, 2);
    assert(
      await resolvePath(`${version}/video/0.ts`) === await resolvePath(`${version}/video/0.ts`),
    );
  }));

Deno.test("resolveCached() finds no cached segment by another version or extension", () =>
  withFilm(async (resolvePath, { presentation: { version } }) => {
    for (const extension of ["m4s", "aac"]) {
      for (let i = 0; i < 3; i++) await resolvePath(`${version}/audio/0.${extension}`);
    }
    for (const path of ["v000000000/audio/0.m4s", `${version}/audio/0.ac3`]) {
      const error = await assertRejects(() => resolvePath(path), RequestError);
      assertEquals(error.code, "NOT_FOUND");
    }
  }));
