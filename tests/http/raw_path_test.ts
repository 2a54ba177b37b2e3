import { assertEquals } from "@std/assert";
import { getRawPath, getRawQuery } from "../../lib/http/raw_path.ts";

const urls: [url: string, rawPath: string, rawQuery: string][] = [
  ["http://host/a/%2e%2e/b", "/a/%2e%2e/b", ""],
  ["http://host/a\\..\\b", "/a\\..\\b", ""],
  ["http://host//a//b?c/../d#e", "//a//b", "c/../d"],
  ["https://u:p@host:80/a#b?c", "/a", ""],
  ["http://host", "/", ""],
  ["http://host?/a", "/", "/a"],
  ["/a?b", "/a", "b"],
  ["/a?b=c?d&e=%26%41+f", "/a", "b=c?d&e=%26%41+f"],
  ["/a?", "/a", ""],
  ["/a?#b", "/a", ""],
  ["*", "*", ""],
];

for (const [url, rawPath, rawQuery] of urls) {
  Deno.test(`getRawPath() and getRawQuery() decode and normalize nothing: ${url}`, () => {
    assertEquals([getRawPath(url), getRawQuery(url)], [rawPath, rawQuery]);
  });
}
