import { assertEquals } from "@std/assert";
import { KEY_ROUTES, keyUrl, mayBeLicensePath } from "../../lib/drm/routes.ts";
import { matchRoute } from "../../lib/url/route.ts";

const KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

const routes: [path: string, route: ReturnType<typeof matchRoute>][] = [
  ["clearkey", { kind: "license" }],
  [keyUrl(KID), { kind: "key", kid: KID }],
  [keyUrl(KID.toUpperCase()), undefined],
  [keyUrl(KID.replaceAll("-", "")), undefined],
  [`${keyUrl(KID)}0`, undefined],
  ["key/", undefined],
  ["ClearKey", undefined],
];

for (const [path, route] of routes) {
  Deno.test(`KEY_ROUTES reads ${path}`, () => assertEquals(matchRoute(KEY_ROUTES, path), route));
}

Deno.test("mayBeLicensePath() checks the name alone", () => {
  const paths = ["/a.json/clearkey", "/clearkey", "clearkey", "/a.json/clearkeys", "/a/clearkey/"];
  assertEquals(paths.map(mayBeLicensePath), [true, true, false, false, false]);
});
