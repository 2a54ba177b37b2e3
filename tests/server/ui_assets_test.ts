import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { RequestError } from "../../lib/errors.ts";
import { UiAssets, wantsPage } from "../../lib/server/ui_assets.ts";

const request = (rawPath: string, headers: Record<string, string> = {}) => ({
  method: "GET",
  rawPath,
  headers: new Headers(headers),
});

const ui = new UiAssets();

/** Returns the URL of the script of a page, relative to it. */
async function getScript(path: string): Promise<string> {
  const { body } = await ui.getPage(request(path), "directory");
  const html = new TextDecoder().decode(body);
  return / src="([^"]*\/directory\.js)"/.exec(html)![1]!;
}

const paths: [path: string, prefix: string][] = [
  ["/", "./.ams/"],
  ["/a/", "../.ams/"],
  ["/a/b%2Fc/", "../../.ams/"],
];

for (const [path, prefix] of paths) {
  Deno.test(`UiAssets.getPage() makes URLs relative to ${path}`, async () => {
    const script = await getScript(path);
    assert(script.startsWith(prefix), script);
    assertMatch(script.slice(prefix.length), /^[0-9a-f]{16}\/directory\.js$/);
  });
}

Deno.test("UiAssets.getPage() returns more depths than it caches", async () => {
  const top = await getScript("/");
  for (let depth = 1; depth < 70; depth++) await getScript(`/${"a/".repeat(depth)}`);
  assertEquals(await getScript("/"), top);
});

Deno.test("UiAssets.getAsset() compresses for clients that accept it", async () => {
  const digest = (await getScript("/")).split("/").at(-2)!;
  const asset = { digest, name: "directory.js" };
  const plain = await ui.getAsset(request("/"), asset);
  assertEquals([plain.type, plain.coding], ["text/javascript; charset=utf-8", ""]);
  const gzipped = await ui.getAsset(request("/", { "accept-encoding": "gzip" }), asset);
  assertEquals([gzipped.type, gzipped.coding], [plain.type, "gzip"]);
  assertEquals(new Uint8Array(gunzipSync(gzipped.body)), plain.body);
});

for (const name of ["none.js", "toString", "directory.html"]) {
  Deno.test(`UiAssets.getAsset() does not find ${name}`, async () => {
    const digest = (await getScript("/")).split("/").at(-2)!;
    const error = await assertRejects(
      () => ui.getAsset(request("/"), { digest, name }),
      RequestError,
    );
    assertEquals([error.code, error.message], [
      "NOT_FOUND",
      `Cannot find '${name}' in version ${digest} of the page's files`,
    ]);
  });
}

Deno.test("UiAssets.getAsset() does not find assets of another version", async () => {
  const asset = { digest: "0000000000000000", name: "directory.js" };
  await assertRejects(() => ui.getAsset(request("/"), asset), RequestError, "Cannot find");
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
