import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { escapeHtml } from "../../lib/server/html_template.ts";
import { testApp } from "./fixture.ts";

const HTML = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };

const errors: [line: string, status: number, code: string, home: string][] = [
  ["GET /none", 404, "NOT_FOUND", "./"],
  ["GET /none/", 404, "NOT_FOUND", "../"],
  ["GET /a/b/none.mp4", 404, "NOT_FOUND", "../../"],
  ["GET /none.json/.mpd", 404, "NOT_FOUND", "../"],
  ["GET /broken.mp4/.mpd", 500, "MEDIA_INVALID", "../"],
  ["GET /film.json/.mpd?filter=(", 400, "BAD_REQUEST", "../"],
  ["GET /a%2fb", 400, "BAD_REQUEST", "./"],
  ["POST /film.json/", 405, "METHOD_NOT_ALLOWED", "../"],
];

for (const [line, status, code, home] of errors) {
  Deno.test(`respondWithError() responds to a browser's ${line} with a page of ${code}`, async () => {
    using server = testApp();
    server.files.write("broken.mp4", "not a movie");
    const [page, error] = [await server.request(line, HTML), await server.request(line)];
    const { code: expected, reason } = await error.json();
    assertEquals([page.status, page.headers.get("ams-error")], [status, code]);
    assertEquals([error.status, expected], [status, code]);
    assertEquals(page.headers.get("content-type"), "text/html; charset=utf-8");
    assertEquals(page.headers.get("allow"), error.headers.get("allow"));
    const html = await page.text();
    assertEquals(Number(page.headers.get("content-length")), new TextEncoder().encode(html).length);
    assertStringIncludes(html, `data-status="${status}" data-code="${code}"`);
    assertStringIncludes(html, `href="${home}">All files</a>`);
    assertStringIncludes(html, escapeHtml(reason));
  });
}

Deno.test("respondWithError() lets no cache store a page that other clients would get", async () => {
  using server = testApp();
  const { headers } = await server.request("GET /none", HTML);
  assertEquals([headers.get("cache-control"), headers.get("vary")], ["no-store", "Origin, Accept"]);
  assertStringIncludes(headers.get("content-security-policy")!, "frame-ancestors 'none'");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
});

Deno.test("respondWithError() writes a path that contains code as text", async () => {
  using server = testApp();
  const path = `/${encodeURIComponent("<script>alert(1)<script>{home}")}`;
  const html = await (await server.request(`GET ${path}`, HTML)).text();
  assertStringIncludes(html, "&lt;script&gt;alert(1)&lt;script&gt;{home}");
  assertEquals(html.match(/<script/g)?.length, 1);
});

Deno.test("respondWithError() has no body for HEAD, and the length of GET", async () => {
  using server = testApp();
  const [head, get] = [
    await server.request("HEAD /none/", HTML),
    await server.request("GET /none/", HTML),
  ];
  assertEquals([head.status, head.body], [404, null]);
  assertEquals(head.headers.get("content-length"), get.headers.get("content-length"));
  await get.body?.cancel();
});

Deno.test("respondWithError() responds with JSON where pages are disabled", async () => {
  using server = testApp({ listing: false });
  const response = await server.request("GET /none", HTML);
  assertEquals([response.status, (await response.json()).code], [404, "NOT_FOUND"]);
  assert(!response.headers.get("vary")!.includes("Accept"));
});
