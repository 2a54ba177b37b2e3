import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { handle } from "../../lib/server/handler.ts";
import { getErrorInfo } from "../../lib/http/response.ts";
import { getVersion, testApp } from "./fixture.ts";

const YEAR = "public, max-age=31536000, immutable";
const MPD = "application/dash+xml";
const JSON_TYPE = "application/json";

/** Requests, where `V` is the version, with status, content type, caching and error code. */
type Case = [
  line: string,
  status: number,
  type: string | null,
  caching: string | null,
  code?: string,
];

const cases: Case[] = [
  ["GET /film.json/.mpd", 200, MPD, "no-cache"],
  ["GET /film.json/any.mpd", 200, MPD, "no-cache"],
  ["GET /film.ism/.mpd", 200, MPD, "no-cache"],
  ["GET /video.mp4/.mpd", 200, MPD, "no-cache"],
  ["HEAD /film.json/.mpd", 200, MPD, "no-cache"],
  ["GET /film.json/V/video/init.mp4", 200, "video/mp4", YEAR],
  ["GET /film.ism/V/video/init.mp4", 200, "video/mp4", YEAR],
  ["GET /film.json/V/audio/init.mp4", 200, "audio/mp4", YEAR],
  ["GET /film.json/V/video/0.m4s", 200, "video/mp4", YEAR],
  ["GET /film.json/V/video/25600.m4s", 200, "video/mp4", YEAR],
  ["HEAD /film.json/V/video/25600.m4s", 200, "video/mp4", YEAR],
  ["GET /film.json/V/audio/0.m4s", 200, "audio/mp4", YEAR],
  ["GET /film.json/V/image/0.jpg", 200, "image/jpeg", YEAR],
  ["GET /film.json/V/text/all.vtt", 200, "text/vtt", YEAR],
  ["GET /video.mp4", 200, "video/mp4", "no-cache"],
  ["GET /text.vtt", 200, "text/vtt; charset=utf-8", "no-cache"],
  ["OPTIONS /film.json/.mpd", 204, null, null],
  ["OPTIONS *", 204, null, null],

  ["GET /..%2f..%2fetc/passwd", 400, JSON_TYPE, "max-age=1", "BAD_REQUEST"],
  ["GET /%2e%2e/film.json/.mpd", 400, JSON_TYPE, "max-age=1", "BAD_REQUEST"],
  ["GET film.json/.mpd", 400, JSON_TYPE, "max-age=1", "BAD_REQUEST"],
  ["GET /", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /FILM.JSON", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/other", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /none.json/.mpd", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["HEAD /none.json/.mpd", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /none.mp4/.mpd", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /text.vtt/.mpd", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/v0/video/0.m4s", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/none/0.m4s", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/video/1.m4s", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/video/-1.m4s", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/video/999999999999.m4s", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/video/0.jpg", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/video/all.vtt", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/image/0.m4s", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/image/init.mp4", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/text/init.mp4", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["GET /film.json/V/text/0.m4s", 404, JSON_TYPE, "max-age=1", "NOT_FOUND"],
  ["POST /film.json/.mpd", 405, JSON_TYPE, "max-age=1", "METHOD_NOT_ALLOWED"],
  ["DELETE /film.json", 405, JSON_TYPE, "max-age=1", "METHOD_NOT_ALLOWED"],
  ["get /film.json/.mpd", 405, JSON_TYPE, "max-age=1", "METHOD_NOT_ALLOWED"],
];

Deno.test("handle() responds to", async (t) => {
  using server = testApp();
  const version = await getVersion(server);
  for (const [line, status, type, caching, code] of cases) {
    await t.step(`${line} with ${status} ${code ?? ""}`, async () => {
      const response = await server.request(line.replace("/V/", `/${version}/`));
      const { headers } = response;
      const bytes = await response.bytes();
      assertEquals([response.status, headers.get("content-type")], [status, type]);
      assertEquals(headers.get("cache-control"), caching);
      assertEquals(headers.get("ams-error"), code ?? null);
      assertEquals(headers.get("access-control-allow-origin"), "*");
      if (line.startsWith("GET")) assertEquals(headers.get("content-length"), `${bytes.length}`);
      else if (status !== 405) assertEquals(bytes.length, 0);
      if (status < 400 || bytes.length === 0) return;
      const error = JSON.parse(new TextDecoder().decode(bytes));
      assertEquals([error.status, error.code], ["ERROR", code]);
      assertMatch(error.reason, /^Cannot /);
    });
  }
});

Deno.test("handle() lists the allowed methods", async () => {
  using server = testApp();
  for (const line of ["POST /film.json/.mpd", "OPTIONS /film.json/.mpd"]) {
    const response = await server.request(line);
    assertEquals(response.headers.get("allow"), "GET, HEAD, OPTIONS");
  }
});

Deno.test("handle() responds to HEAD as to GET, without a body", async () => {
  using server = testApp();
  const version = await getVersion(server);
  const paths = ["/film.json/.mpd", "/video.mp4", `/film.json/${version}/video/0.m4s`];
  for (const path of paths) {
    const [get, head] = [await server.request(`GET ${path}`), await server.request(`HEAD ${path}`)];
    assertEquals([...head.headers], [...get.headers]);
    assertNotEquals((await get.bytes()).length, 0);
    assertEquals((await head.bytes()).length, 0);
  }
});

Deno.test("handle() names the methods that it supports", async () => {
  using server = testApp();
  const { reason } = await (await server.request("POST /film.json/.mpd")).json();
  assertEquals(
    reason,
    "Cannot use the method POST: expected GET, HEAD, OPTIONS; encoders publish at the address of --ingest",
  );
});

Deno.test("handle() supports ranges of every resource", async () => {
  using server = testApp();
  const version = await getVersion(server);
  const media = ["video/init.mp4", "video/0.m4s", "audio/0.m4s", "image/0.jpg", "text/all.vtt"];
  const paths = [
    "/film.json/.mpd",
    "/video.mp4",
    ...media.map((m) => `/film.json/${version}/${m}`),
  ];
  for (const path of paths) {
    const whole = await (await server.request(`GET ${path}`)).bytes();
    const size = whole.length;
    for (
      const [range, start, end] of [
        ["bytes=0-0", 0, 1],
        ["bytes=3-700", 3, 701],
        [`bytes=${size - 5}-`, size - 5, size],
        ["bytes=-9", size - 9, size],
      ] as const
    ) {
      const response = await server.request(`GET ${path}`, { range, "accept-encoding": "gzip" });
      const stop = Math.min(end, size);
      assertEquals([response.status, path], [206, path]);
      assertEquals(response.headers.get("content-range"), `bytes ${start}-${stop - 1}/${size}`);
      assertEquals(await response.bytes(), whole.slice(start, stop));
    }
    const unsatisfiable = await server.request(`GET ${path}`, { range: `bytes=${size}-` });
    assertEquals([unsatisfiable.status, unsatisfiable.headers.get("content-range")], [
      416,
      `bytes */${size}`,
    ]);
    assertEquals(unsatisfiable.headers.get("ams-error"), "RANGE_NOT_SATISFIABLE");
    const again = await server.request(`GET ${path}`);
    assertEquals([again.status, again.headers.get("content-range")], [200, null]);
    assertEquals(await again.bytes(), whole);
  }
});

Deno.test("handle() responds to conditional requests with 304", async () => {
  using server = testApp();
  const version = await getVersion(server);
  const media = ["video/init.mp4", "video/0.m4s", "text/all.vtt"];
  for (
    const path of [
      "/film.json/.mpd",
      "/video.mp4",
      ...media.map((m) => `/film.json/${version}/${m}`),
    ]
  ) {
    const etag = (await server.request(`GET ${path}`)).headers.get("etag")!;
    assertMatch(etag, /^"[\x21\x23-\x7e]+"$/); // a strong ETag
    const response = await server.request(`GET ${path}`, { "if-none-match": etag });
    assertEquals([response.status, response.headers.get("etag"), response.body], [304, etag, null]);
    assertEquals(response.headers.get("content-length"), null);
    const other = await server.request(`GET ${path}`, { "if-none-match": '"other"' });
    assertEquals(other.status, 200);
    await other.body?.cancel();
  }
});

Deno.test("handle() compresses manifests for clients that accept gzip", async () => {
  using server = testApp();
  const plain = await server.request("GET /film.json/.mpd");
  const compressed = await server.request("GET /film.json/.mpd", { "accept-encoding": "br, gzip" });
  assertEquals(compressed.headers.get("content-encoding"), "gzip");
  assertNotEquals(compressed.headers.get("etag"), plain.headers.get("etag"));
  for (const { headers } of [plain, compressed]) {
    assertStringIncludes(headers.get("vary")!, "Accept-Encoding");
  }
  const bytes = await compressed.bytes();
  assertEquals(compressed.headers.get("content-length"), `${bytes.length}`);
  const text = await new Response(
    new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).text();
  assertEquals(text, await plain.text());
  const etag = compressed.headers.get("etag")!;
  const again = await server.request("GET /film.json/.mpd", {
    "accept-encoding": "gzip",
    "if-none-match": etag,
  });
  assertEquals([again.status, again.headers.get("content-encoding")], [304, null]);
  const plainAgain = await server.request("GET /film.json/.mpd", {
    "accept-encoding": "gzip;q=0, *",
  });
  assertEquals(plainAgain.headers.get("content-encoding"), null);
});

Deno.test("handle() compresses no media", async () => {
  using server = testApp();
  const version = await getVersion(server);
  for (const media of ["video/init.mp4", "video/0.m4s", "text/all.vtt"]) {
    const path = `/film.json/${version}/${media}`;
    const { headers } = await server.request(`GET ${path}`, { "accept-encoding": "gzip" });
    assertEquals(headers.get("content-encoding"), null);
  }
});

Deno.test("handle() serves equal URLs, bytes and ETags on every machine", async () => {
  using here = testApp();
  using there = testApp();
  const one = await here.request("GET /film.json/.mpd");
  const other = await there.request("GET /film.json/.mpd");
  assertEquals(one.headers.get("etag"), other.headers.get("etag"));
  assertEquals(await one.text(), await other.text());
  const path = `/film.json/${await getVersion(here)}/video/0.m4s`;
  const [first, second] = [await here.request(`GET ${path}`), await there.request(`GET ${path}`)];
  assertEquals(first.headers.get("etag"), second.headers.get("etag"));
  assertEquals(await first.bytes(), await second.bytes());
});

Deno.test("handle() does not mix responses that share the scratch buffer", async () => {
  using server = testApp();
  const version = await getVersion(server);
  const path = `/film.json/${version}/video`;
  const alone = await (await server.request(`GET ${path}/0.m4s`)).bytes();
  const [first, second] = await Promise.all([
    server.request(`GET ${path}/0.m4s`),
    server.request(`GET ${path}/25600.m4s`),
  ]);
  assertNotEquals(await second.bytes(), alone);
  assertEquals(await first.bytes(), alone);
});

Deno.test("handle() rejects hosts that would become part of the path", async () => {
  using server = testApp();
  for (const host of ["a/film.json", "a?b", "a#b", "a\\b", "u@b"]) {
    assertEquals((await server.request("GET /video.mp4", { host })).status, 400);
  }
  for (const host of ["example.com:8080", "[::1]:80", ""]) {
    const response = await server.request("GET /video.mp4", { host });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
});

Deno.test("handle() hides the details of an internal error", async () => {
  using server = testApp();
  const app = { ...server.app, library: { open: () => Promise.reject(new TypeError("secret")) } };
  const request = { method: "GET", rawPath: "/film.json/.mpd", headers: new Headers() };
  const response = await handle(request, app as never);
  const text = await response.text();
  assertEquals([response.status, response.headers.get("ams-error")], [500, "INTERNAL"]);
  assertEquals(text.includes("secret"), false);
  assertStringIncludes(getErrorInfo(response)!.stack!, "secret");
});

Deno.test("handle() declares nosniff on every response, once", async () => {
  using server = testApp();
  const html = { accept: "text/html" };
  const version = await getVersion(server);
  server.files.makeDirectory("d");
  const { headers } = await server.request("GET /film.json/.mpd");
  const requests: [line: string, headers: Record<string, string>, status: number][] = [
    ["GET /film.json/.mpd", {}, 200],
    ["GET /film.json/.mpd", { "accept-encoding": "gzip" }, 200],
    ["HEAD /film.json/.mpd", {}, 200],
    ["GET /film.json/.mpd", { "if-none-match": headers.get("etag")! }, 304],
    ["GET /film.json/.mpd", { range: "bytes=0-1" }, 206],
    ["GET /film.json/.mpd", { range: "bytes=999999-" }, 416],
    [`GET /film.json/${version}/video/0.m4s`, {}, 200],
    [`GET /film.json/${version}/video/0.m4s`, { origin: "https://a.example" }, 200],
    [`GET /f%69lm.json/${version}/video/init.mp4`, {}, 200],
    ["GET /f%69lm.json/.mpd", {}, 302],
    ["GET /d", html, 302],
    ["GET /d/", html, 200],
    ["GET /film.json/", html, 200],
    ["GET /film.json/about.json", {}, 200],
    ["GET /text.vtt", {}, 200],
    ["GET /none", {}, 404],
    ["POST /film.json/.mpd", {}, 405],
    ["OPTIONS /film.json/.mpd", { origin: "https://a.example" }, 204],
    ["GET /%", {}, 400],
  ];
  for (const [line, sent, status] of requests) {
    const response = await server.request(line, sent);
    const found = response.headers.get("x-content-type-options");
    assertEquals([line, response.status, found], [line, status, "nosniff"]);
  }
});
