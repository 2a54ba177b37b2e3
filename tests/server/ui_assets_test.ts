import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { Cors } from "../../lib/http/cors.ts";
import { Responder } from "../../lib/http/responder.ts";
import { UiAssets, wantsPage } from "../../lib/server/ui_assets.ts";

const request = (rawPath: string, headers: Record<string, string> = {}) => ({
  method: "GET",
  rawPath,
  headers: new Headers(headers),
});

const ui = new UiAssets(new Responder(new Cors([])));

/** Returns the URL of the script of a page, relative to it. */
async function getScript(path: string): Promise<string> {
  const html = await (await ui.servePage(request(path), "directory")).text();
  return / src="([^"]*\/directory\.js)"/.exec(html)![1]!;
}

const paths: [path: string, prefix: string][] = [
  ["/", "./.ams/"],
  ["/a/", "../.ams/"],
  ["/a/b%2Fc/", "../../.ams/"],
];

for (const [path, prefix] of paths) {
  Deno.test(`UiAssets.servePage() makes URLs relative to ${path}`, async () => {
    const script = await getScript(path);
    assert(script.startsWith(prefix), script);
    assertMatch(script.slice(prefix.length), /^[0-9a-f]{16}\/directory\.js$/);
  });
}

Deno.test("UiAssets.servePage() serves more depths than it caches", async () => {
  const top = await getScript("/");
  for (let depth = 1; depth < 70; depth++) await getScript(`/${"a/".repeat(depth)}`);
  assertEquals(await getScript("/"), top);
});

Deno.test("UiAssets.serveAsset() compresses for clients that accept it", async () => {
  const digest = (await getScript("/")).split("/").at(-2)!;
  const asset = { digest, name: "directory.js" };
  const plain = await ui.serveAsset(request("/"), asset);
  assertEquals(plain.headers.get("content-type"), "text/javascript; charset=utf-8");
  const gzipped = await ui.serveAsset(request("/", { "accept-encoding": "gzip" }), asset);
  assertEquals(gzipped.headers.get("content-encoding"), "gzip");
  const text = new Response(gzipped.body!.pipeThrough(new DecompressionStream("gzip"))).text();
  assertEquals(await text, await plain.text());
});

for (const name of ["none.js", "toString", "directory.html"]) {
  Deno.test(`UiAssets.serveAsset() does not find ${name}`, async () => {
    const digest = (await getScript("/")).split("/").at(-2)!;
    const error = await assertRejects(
      () => ui.serveAsset(request("/"), { digest, name }),
      RequestError,
    );
    assertEquals([error.code, error.message], [
      "NOT_FOUND",
      `Cannot find '${name}' in version ${digest} of the page's files`,
    ]);
  });
}

Deno.test("UiAssets.serveAsset() does not find assets of another version", async () => {
  const asset = { digest: "0000000000000000", name: "directory.js" };
  await assertRejects(() => ui.serveAsset(request("/"), asset), RequestError, "Cannot find");
});

const accepted: [accept: string | undefined, expected: boolean][] = [
  ["text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", true],
  ["TEXT/HTML", true],
  ["*/*", false],
  ["text/htmlx, application/dash+xml", false],
  [undefined, false],
];

for (const [accept, expected] of accepted) {
  Deno.test(`wantsPage() returns ${expected} for ${accept}`, () => {
    assertEquals(wantsPage(request("/", accept ? { accept } : {})), expected);
  });
}
