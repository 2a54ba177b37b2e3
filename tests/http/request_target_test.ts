import { assertEquals } from "@std/assert";
import { parseRequestTarget } from "../../lib/http/request_target.ts";

const TARGETS: [url: string, authority: string | undefined, path: string, query: string][] = [
  ["http://host/a/%2e%2e/b", "host", "/a/%2e%2e/b", ""],
  ["http://host/a\\..\\b", "host", "/a\\..\\b", ""],
  ["http://host//a//b?c/../d#e", "host", "//a//b", "c/../d"],
  ["https://u:p@host:80/a#b?c", "u:p@host:80", "/a", ""],
  ["https://host:80?a", "host:80", "/", "a"],
  ["http://[::1]:80#a", "[::1]:80", "/", ""],
  ["http://host", "host", "/", ""],
  ["http://host?/a", "host", "/", "/a"],
  ["/a?b", undefined, "/a", "b"],
  ["/a?b=c?d&e=%26%41+f", undefined, "/a", "b=c?d&e=%26%41+f"],
  ["/a?b=http://host/c", undefined, "/a", "b=http://host/c"],
  ["/a?", undefined, "/a", ""],
  ["/a?#b", undefined, "/a", ""],
  ["/a://b/c", undefined, "/a://b/c", ""],
  ["*", undefined, "*", ""],
];

for (const [url, authority, path, query] of TARGETS) {
  Deno.test(`parseRequestTarget() decodes and normalizes nothing: ${url}`, () => {
    assertEquals(parseRequestTarget(url), { authority, path, query });
  });
}
