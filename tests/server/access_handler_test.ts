/** Requests with access tokens, by `handle()`. */

import { assert, assertEquals } from "@std/assert";
import { toPathToken } from "../access/tokens.ts";
import { createAccessServer, getCode, PATH_TOKEN, POLICIES, TOKEN } from "./access_server.ts";
import { testApp } from "./fixture.ts";

const statuses: [line: string, headers: Record<string, string>, code: string | number][] = [
  ["GET /film.json/.mpd", {}, "TOKEN_MISSING"],
  ["HEAD /film.json/.mpd", {}, "TOKEN_MISSING"],
  ["GET /film.ism/Manifest", {}, "TOKEN_MISSING"],
  ["GET /%66ilm.json/.mpd", {}, "TOKEN_MISSING"],
  ["GET /film.json/", { accept: "text/html" }, "TOKEN_MISSING"],
  ["GET /film.json/about.json", {}, "TOKEN_MISSING"],
  ["GET /film.json", {}, "TOKEN_MISSING"],
  ["GET /films", { accept: "text/html" }, "TOKEN_MISSING"],
  ["GET /films/", {}, "TOKEN_MISSING"],
  ["GET /films/about.json", {}, "TOKEN_MISSING"],
  ["GET /films/a.mp4", {}, "TOKEN_MISSING"],
  ["GET /films/absent.mp4", {}, "TOKEN_MISSING"],
  ["GET /films/.mpd", {}, "TOKEN_MISSING"],
  ["GET //film.json/.mpd", {}, "NOT_FOUND"],
  ["GET /x/../film.json/.mpd", {}, "BAD_REQUEST"],
  ["GET /x/%2e%2e/film.json/.mpd", {}, "BAD_REQUEST"],
  ["GET /FILM.JSON/.mpd", {}, "TOKEN_MISSING"],
  [`GET ${PATH_TOKEN}/FILM.JSON/.mpd`, {}, "NOT_FOUND"],
  ["POST /film.json/.mpd", {}, "METHOD_NOT_ALLOWED"],
  ["OPTIONS /film.json/.mpd", {}, 204],
  [`GET ${PATH_TOKEN}/film.json/.mpd`, {}, 200],
  [`GET ${PATH_TOKEN}/film.json/.m3u8`, {}, 200],
  [`GET ${PATH_TOKEN}/film.json/Manifest`, {}, 200],
  [`GET ${PATH_TOKEN}/film.ism/Manifest`, {}, 200],
  [`GET ${PATH_TOKEN}/film.json/about.json`, {}, 200],
  [`GET ${PATH_TOKEN}/film.json/`, { accept: "text/html" }, 200],
  [`GET ${PATH_TOKEN}/films/a.mp4`, {}, 200],
  [`GET ${PATH_TOKEN}/films/absent.mp4`, {}, "NOT_FOUND"],
  [`GET ${PATH_TOKEN}/films/about.json`, {}, 200],
  [`GET ${PATH_TOKEN}/trailers/a.mp4`, {}, 200],
  [`GET ${PATH_TOKEN}//film.json/.mpd`, {}, "NOT_FOUND"],
  [`GET ${PATH_TOKEN}/x/../film.json/.mpd`, {}, "BAD_REQUEST"],
  [`GET ${PATH_TOKEN}${PATH_TOKEN}/film.json/.mpd`, {}, "NOT_FOUND"],
  [`GET /film.json/.mpd?hdnts=${TOKEN}`, {}, 200],
  [`GET /film.json/.mpd?token=${TOKEN}`, {}, 200],
  ["GET /film.json/.mpd", { authorization: `Bearer ${TOKEN}` }, 200],
  ["GET /film.json/.mpd", { cookie: `hdnts=${TOKEN}` }, 200],
  [`GET /.t/${TOKEN}/film.json/.mpd`, {}, "TOKEN_INVALID"],
  ["GET /trailers/a.mp4", {}, 200],
  ["GET /trailers/a.mp4/.mpd", {}, 200],
];

Deno.test("handle() checks tokens before it looks at files", async (t) => {
  using server = createAccessServer();
  for (const [line, headers, code] of statuses) {
    await t.step(`${line} ${JSON.stringify(headers)}`, async () => {
      const response = await server.request(line, headers);
      assertEquals(getCode(response), code, await response.text());
      if (String(code).startsWith("TOKEN_")) {
        assertEquals([response.status, response.headers.get("cache-control")], [403, "no-store"]);
      }
    });
  }
});

Deno.test("handle() denies paths without a policy by default", async () => {
  using server = createAccessServer(POLICIES.slice(1), { rest: "deny" });
  const lines: [line: string, code: string | number][] = [
    ["GET /", "TOKEN_MISSING"],
    ["GET /about.json", "TOKEN_MISSING"],
    ["GET /video.mp4/.mpd", "TOKEN_MISSING"],
    [`GET ${PATH_TOKEN}/video.mp4/.mpd`, "TOKEN_PATH"],
    ["GET /trailers/a.mp4/.mpd", 200],
    [`GET ${PATH_TOKEN}/films/a.mp4/.mpd`, 200],
  ];
  for (const [line, code] of lines) assertEquals(getCode(await server.request(line)), code, line);
});

Deno.test("handle() ignores tokens in paths without --auth", async () => {
  using server = testApp();
  assertEquals((await server.request("GET /.t/anything/film.json/.mpd")).status, 200);
  assertEquals(getCode(await server.request("GET /.ams/auth")), "NOT_FOUND");
});

Deno.test("handle() repeats no token in redirects", async () => {
  using server = createAccessServer();
  const spelled = await server.request(`GET /%66ilm.json/.mpd?hdnts=${TOKEN}`);
  assertEquals([spelled.status, spelled.headers.get("location")], [200, null]);
  assertEquals(spelled.headers.get("cache-control"), "private, no-store");
  const open = await server.request("GET /%74railers/a.mp4/.mpd?a=b&hdnts=x");
  assertEquals([open.status, open.headers.get("location")], [302, "../../trailers/a.mp4/.mpd?a=b"]);
  const page = await server.request(`GET /films?hdnts=${TOKEN}&a=b`, { accept: "text/html" });
  assertEquals([page.status, page.headers.get("location")], [302, "./films/?a=b"]);
  assertEquals(page.headers.get("cache-control"), "private, no-cache");
});

Deno.test("handle() repeats no token in errors", async () => {
  using server = createAccessServer();
  const lines = [
    `GET ${PATH_TOKEN}/x/../y`,
    `GET ${PATH_TOKEN}/films/absent`,
    `GET ${PATH_TOKEN}/%ff`,
    `GET /films/a.mp4/.mpd?hdnts=${TOKEN}x`,
    `GET /films/a.mp4/.mpd?hdnts=${TOKEN}&filter=%`,
  ];
  for (const line of lines) {
    const response = await server.request(line);
    const text = `${await response.text()} ${JSON.stringify([...response.headers])}`;
    assert(response.status >= 400);
    assert(!text.includes(toPathToken(TOKEN)) && !text.includes(TOKEN), text);
  }
});

Deno.test("handle() allows the header Authorization in preflights", async () => {
  using server = createAccessServer();
  const response = await server.request("OPTIONS /film.json/.mpd", {
    origin: "https://a.example",
    "access-control-request-method": "GET",
    "access-control-request-headers": "authorization",
  });
  assertEquals(response.status, 204);
  assertEquals(response.headers.get("access-control-allow-headers"), "authorization");
});

const uris: [uri: string | undefined, headers: Record<string, string>, code: string | number][] = [
  [`${PATH_TOKEN}/film.json/.mpd`, {}, 204],
  [`/film.json/.mpd?hdnts=${TOKEN}`, {}, 204],
  ["/film.json/.mpd", { cookie: `hdnts=${TOKEN}` }, 204],
  ["/film.json/.mpd", { authorization: `Bearer ${TOKEN}` }, 204],
  ["/film.json/.mpd", { "x-original-method": "OPTIONS" }, 204],
  ["/film.json/.mpd", {}, "TOKEN_MISSING"],
  ["/film.json/absent", { cookie: `hdnts=${TOKEN}` }, 204],
  ["/trailers/a.mp4", {}, 204],
  ["/.ams/0123/page.js", {}, 204],
  ["/x/../film.json", {}, "FORBIDDEN"],
  ["//film.json/.mpd", {}, "FORBIDDEN"],
  ["/.t//trailers/a.mp4", {}, "FORBIDDEN"],
  [`${PATH_TOKEN}/film.json//.mpd`, {}, "FORBIDDEN"],
  ["/trailers/?a=//", {}, 204],
  ["film.json", {}, "FORBIDDEN"],
  ["", {}, "FORBIDDEN"],
  [undefined, {}, "FORBIDDEN"],
];

Deno.test("handle() answers a proxy at /.ams/auth", async (t) => {
  using server = createAccessServer();
  for (const [uri, headers, code] of uris) {
    await t.step(`${uri} ${JSON.stringify(headers)}`, async () => {
      const response = await server.request("GET /.ams/auth", {
        ...headers,
        ...uri !== undefined && { "x-original-uri": uri },
      });
      assertEquals(getCode(response), code);
      assertEquals(response.status, code === 204 ? 204 : 403);
      if (code === 204) assertEquals(response.headers.get("cache-control"), "no-store");
    });
  }
});

Deno.test("handle() declares at /.ams/auth how long a decision applies to a scope", async () => {
  using server = createAccessServer();
  const cases: [scope: string | undefined, expires: string | null][] = [
    ["/film.json/", "5"],
    ["/film.json/.mpd", "5"],
    ["/film.json", null],
    ["/", null], // trailers are open
    [undefined, null],
  ];
  for (const [scope, expires] of cases) {
    const response = await server.request("GET /.ams/auth", {
      "x-original-uri": `${PATH_TOKEN}/film.json/.mpd`,
      ...scope !== undefined && { "x-original-scope": scope },
    });
    assertEquals([scope, response.status, response.headers.get("x-accel-expires")], [
      scope,
      204,
      expires,
    ]);
  }
});

Deno.test("handle() counts the results of checks", async () => {
  using server = createAccessServer();
  for (const url of [`${PATH_TOKEN}/film.json/.mpd`, "/film.json/.mpd", "/trailers/a.mp4"]) {
    await (await server.request(`GET ${url}`)).body?.cancel();
  }
  assertEquals(server.app.tokenResults.take(), { accepted: 1, missing: 1 });
});
