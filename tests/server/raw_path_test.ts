import { assertEquals } from "@std/assert";
import { rawPathOf } from "../../lib/server/raw_path.ts";

const urls: [url: string, rawPath: string][] = [
  ["http://host/a/%2e%2e/b", "/a/%2e%2e/b"],
  ["http://host/a\\..\\b", "/a\\..\\b"],
  ["http://host//a//b?c/../d#e", "//a//b"],
  ["https://u:p@host:80/a#b?c", "/a"],
  ["http://host", "/"],
  ["http://host?/a", "/"],
  ["/a?b", "/a"],
  ["*", "*"],
];

for (const [url, rawPath] of urls) {
  Deno.test(`rawPathOf() resolves nothing in ${url}`, () => assertEquals(rawPathOf(url), rawPath));
}
