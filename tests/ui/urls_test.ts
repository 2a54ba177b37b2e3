import { assertEquals } from "@std/assert";
import {
  addToken,
  encodePathSegment,
  formatCommand,
  getHomeUrl,
  getPagePath,
  isLoopbackUrl,
  normalizePageUrl,
  quoteShellArgument,
} from "../../lib/ui/urls.js";

const NAMES = [
  "film.json",
  'it\'s (a) "film" *!.mp4',
  "100% #1 a?b&c=d;e.mp4",
  "line\nbreak\ttab.mp4",
  "<img src=x onerror=alert(1)>.mp4",
  "$(reboot)`reboot`.mp4",
  "שלום 🎬.mp4",
];

for (const name of NAMES) {
  Deno.test(`encodePathSegment() leaves no shell metacharacter in ${JSON.stringify(name)}`, () => {
    assertEquals(/^[\w.~%-]+$/.test(encodePathSegment(name)), true);
    assertEquals(decodeURIComponent(encodePathSegment(name)), name);
  });

  Deno.test(`normalizePageUrl() normalizes ${JSON.stringify(name)}`, () => {
    const href = new URL(`http://host:8080/films/${encodeURIComponent(name)}/?play#boxes`).href;
    assertEquals(normalizePageUrl(href), `http://host:8080/films/${encodePathSegment(name)}/`);
  });
}

Deno.test("normalizePageUrl() encodes a percent sign outside of an escape sequence", () => {
  assertEquals(normalizePageUrl("http://host/100%/"), "http://host/100%25/");
});

const words: [word: string, windows: boolean, expected: string][] = [
  ["http://host:8080/a.json/.mpd", false, "http://host:8080/a.json/.mpd"],
  ["http://host/a%20b/.mpd", false, "'http://host/a%20b/.mpd'"],
  ["http://[::1]/a/.mpd", false, "'http://[::1]/a/.mpd'"],
  ["http://host/a%20b/.mpd", true, '"http://host/a%20b/.mpd"'],
  ["it's; reboot", false, "'it'\\''s; reboot'"],
  ['a" & reboot "', true, '"a & reboot "'],
];

for (const [word, windows, expected] of words) {
  Deno.test(`quoteArgument() quotes ${word} as ${expected}`, () => {
    assertEquals(quoteShellArgument(word, windows), expected);
  });
}

Deno.test("formatCommand() passes the exact URL through a shell", async () => {
  const url = normalizePageUrl(`http://host/${encodeURIComponent("it's $(echo no) 'x'")}/`);
  const args = ["-c", formatCommand("printf %s", url, false)];
  const { stdout } = await new Deno.Command("sh", { args }).output();
  assertEquals(new TextDecoder().decode(stdout), url);
});

const hosts: [host: string, local: boolean][] = [
  ["localhost:8080", true],
  ["127.0.0.1", true],
  ["127.9.8.7:80", true],
  ["[::1]:8080", true],
  ["192.168.0.2", false],
  ["127.0.0.1.example", false],
  ["localhost.example", false],
];

for (const [host, local] of hosts) {
  Deno.test(`isLoopbackUrl() returns ${local} for ${host}`, () => {
    assertEquals(isLoopbackUrl(`http://${host}/`), local);
  });
}

const tokens: [url: string, search: string, expected: string][] = [
  ["about.json", "", "about.json"],
  ["about.json", "?play", "about.json"],
  ["about.json", "?token=a.b", "about.json?token=a.b"],
  ["a?limit=1", "?x=1&hdnts=exp=1~hmac=2&y", "a?limit=1&hdnts=exp=1~hmac=2"],
  [".mpd", "?token=&xtoken=1", ".mpd"],
];

for (const [url, search, expected] of tokens) {
  Deno.test(`addToken() returns ${expected} for ${url} on a page of "${search}"`, () => {
    assertEquals(addToken(url, search), expected);
  });
}

Deno.test("getHomeUrl() returns the path of the document root, also behind a prefix or a token", () => {
  const module = ".ams/0123456789abcdef/urls.js";
  assertEquals(getHomeUrl(`http://host/${module}`), "/");
  assertEquals(getHomeUrl(`http://host/video/.t/x=1/${module}`), "/video/.t/x=1/");
});

const pagePaths: [pathname: string, home: string, names: string[], isDirectory: boolean][] = [
  ["/", "/", [], true],
  ["/a%20b/film.json/", "/", ["a b", "film.json"], true],
  ["/video/a//none.mp4", "/video/", ["a", "none.mp4"], false],
  ["/100%", "/", ["100%"], false],
  ["/elsewhere/x", "/video/", ["elsewhere", "x"], false],
];

for (const [pathname, home, names, isDirectory] of pagePaths) {
  Deno.test(`getPagePath() finds the names of ${pathname} below ${home}`, () => {
    assertEquals(getPagePath(pathname, home), { home, names, isDirectory });
  });
}
