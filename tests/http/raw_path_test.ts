import { assertEquals } from "@std/assert";
import { getAuthority, getRawPath, getRawQuery } from "../../lib/http/raw_path.ts";

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

const authorities: [url: string, authority: string | undefined][] = [
  ["http://host/a", "host"],
  ["https://u:p@host:80?a", "u:p@host:80"],
  ["http://[::1]:80#a", "[::1]:80"],
  ["http://host", "host"],
  ["/a://b/c", undefined],
  ["*", undefined],
];

for (const [url, authority] of authorities) {
  Deno.test(`getAuthority() returns ${authority} for ${url}`, () => {
    assertEquals(getAuthority(url), authority);
  });
}
