import { assertEquals } from "@std/assert";
import { INFO_MANIFESTS, INFO_PAGES, infoUrl } from "../../lib/info/routes.ts";
import { matchRoute } from "../../lib/url/route.ts";

Deno.test("INFO_PAGES and INFO_MANIFESTS have the page and both descriptions", () => {
  assertEquals(matchRoute(INFO_PAGES, ""), { kind: "page" });
  assertEquals(matchRoute(INFO_PAGES, "about.json"), { kind: "info" });
  assertEquals(matchRoute(INFO_MANIFESTS, ".about.json"), { kind: "presentationInfo" });
});

const files: [file: string, url: string][] = [
  ["", "/about.json"],
  ["a b/ж.mp4", "/a%20b/%D0%B6.mp4/about.json"],
];

for (const [file, url] of files) {
  Deno.test(`infoUrl() builds ${url}`, () => assertEquals(infoUrl(file), url));
}
