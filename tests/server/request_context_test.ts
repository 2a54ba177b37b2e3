import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import type { BytesResource } from "../../lib/http/resource.ts";
import {
  type RequestContext,
  selectForRequest,
  selectWhole,
} from "../../lib/server/request_context.ts";
import { type TestApp, testApp } from "./fixture.ts";

/** Runs a test for a request of film.json; the server forwards the parameter `token`. */
async function withContext(
  rawQuery: string,
  test: (context: RequestContext, server: TestApp) => void,
): Promise<void> {
  using server = testApp({ forwardedParameters: ["token"] });
  using asset = await server.app.library.open("film.json");
  const request = { method: "GET", rawPath: "/film.json/.mpd", rawQuery, headers: new Headers() };
  test({ request, app: server.app, asset }, server);
}

const build = (): BytesResource => ({
  ...{ bytes: new Uint8Array(1), type: "a/b", etag: '"e"', size: 1, caching: "no-cache" },
});

const queries: [query: string, renditions: string[], cached: boolean][] = [
  ["", ["video", "audio", "image", "text"], true],
  ["other=1", ["video", "audio", "image", "text"], true],
  ["filter=type==%22audio%22", ["audio"], true],
  ["token=1", ["video", "audio", "image", "text"], false],
  ["filter=type==%22audio%22&token=1", ["audio"], false],
];

for (const [query, renditions, cached] of queries) {
  Deno.test(`selectForRequest() selects ${renditions} by "${query}", cached: ${cached}`, () =>
    withContext(query, (context) => {
      const selected = selectForRequest(context);
      assertEquals([...selected.presentation.renditions.keys()], renditions);
      const first = selected.cached("mpd", build);
      assertEquals(selectForRequest(context).cached("mpd", build) === first, cached);
      assert(selected.cached("m3u8", build) !== first);
    }));
}

Deno.test("selectForRequest() caches each selection separately", () =>
  withContext("", (context) => {
    const resources = ["", "end=4", "end=6", "end=4&start=2"].map((rawQuery) => {
      const request = { ...context.request, rawQuery };
      return selectForRequest({ ...context, request }).cached("mpd", build);
    });
    assertEquals(new Set(resources).size, 4);
  }));

Deno.test("selectWhole() ignores the query", () =>
  withContext("filter=type==%22audio%22", (context) => {
    assert(selectWhole(context).presentation === context.asset.presentation);
  }));

for (const query of ["filter=x", "start=-1", "filter=type==%22none%22", "token=%zz"]) {
  Deno.test(`selectForRequest() rejects "${query}"`, () =>
    withContext(query, (context) => {
      assertEquals(assertThrows(() => selectForRequest(context), RequestError).code, "BAD_REQUEST");
    }));
}
