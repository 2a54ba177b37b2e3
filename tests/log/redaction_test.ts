import { assertEquals } from "@std/assert";
import { redactPath, redactPublishingPath, redactText } from "../../lib/log/redaction.ts";

const PATHS: [path: string, redacted: string][] = [
  ["/films/a.json/.mpd", "/films/a.json/.mpd"],
  ["/.t/SECRET/films/a.json/.mpd", "/.t/-/films/a.json/.mpd"],
  ["/.t/SECRET", "/.t/-"],
  ["/.t/a.b-c_d/", "/.t/-/"],
  ["/%2et/SECRET/a", "/%2et/-/a"],
  ["/%2E%74/SECRET/a", "/%2E%74/-/a"],
  ["/.T/SECRET/a", "/.T/-/a"],
  ["//.t/SECRET/a", "//.t/-/a"],
  ["/x/.t/SECRET/a", "/x/.t/-/a"],
  ["/.t%2FSECRET%2Fa", "/.t%2F-"],
  ["/.t/exp=1~acl=%2ffilms%2f*~hmac=SECRET/a", "/.t/-/a"],
  ["/.t/exp=1~acl=/films/*~hmac=SECRET/a", "/.t/-/films/*~hmac=-/a"],
  ["/.t/a'SECRET\\ \"b/c", "/.t/-/c"],
  ["/.t/ONE/.t/TWO/a", "/.t/-/.t/-/a"],
  ["/.ts/a", "/.ts/a"],
  ["/.t//SECRET/a", "/.t//-/a"],
  ["/.t/%2FSECRET/a", "/.t/%2F-/a"],
  ["/.t/.t/SECRET/a", "/.t/.t/-/a"],
  ["/%252e%2574%252FSECRET", "/%252e%2574%252F-"],
  ["/a%253Fhdnts%253DSECRET", "/a%253Fhdnts%253D-"],
  ["/t/eyJhbGciOi.eyJSECRET.SECRET/a", "/t/-/a"],
  ["/t%2FeyJhbGciOi.eyJSECRET.SECRET%2Fa", "/t%2F-%2Fa"],
];

for (const [path, redacted] of PATHS) {
  Deno.test(`redactPath() writes ${redacted} for ${path}`, () => {
    assertEquals(redactPath(path), redacted);
  });
}

const PUBLISHING_PATHS: [path: string, redacted: string][] = [
  ["/live/news.json/KEY/feed.mp4", "/live/news.json/-"],
  ["/live/news.isml/KEY/Streams(feed)", "/live/news.isml/-"],
  ["/live/news.ISM/KEY", "/live/news.ISM/-"],
  ["/live/news.json%2FKEY/a.json/b", "/live/news.json%2F-"],
  ["/.t/SECRET/live/news.json/KEY\n/a", "/.t/-/live/news.json/-"],
  ["/live/news.json", "/live/news.json"],
];

for (const [path, redacted] of PUBLISHING_PATHS) {
  Deno.test(`redactPublishingPath() writes ${redacted} for ${JSON.stringify(path)}`, () => {
    assertEquals(redactPublishingPath(path), redacted);
  });
}

const TEXTS: [text: string, redacted: string][] = [
  ["Cannot find '/.t/SECRET/a.json'", "Cannot find '/.t/-/a.json'"],
  ['"..%2F.t%2FSECRET%2Fa"', '"..%2F.t%2F-%2Fa"'],
  [
    "Cannot read the path '/.t/exp=1~acl=/a/*~hmac=SECRET'",
    "Cannot read the path '/.t/-/a/*~hmac=-'",
  ],
  ["Cannot find '.t/SECRET/a.json'", "Cannot find '.t/-/a.json'"],
  [".t/SECRET/a.json: damaged", ".t/-/a.json: damaged"],
  ["Cannot read '/.t/SECRET/a b': none", "Cannot read '/.t/-/a b': none"],
  ["the URL /a?x=1&hdnts=SECRET~hmac=00&y=2", "the URL /a?x=1&hdnts=-&y=2"],
  ["/a?token=SECRET", "/a?token=-"],
  ['"..%252F.t%252FSECRET%252Fa"', '"..%252F.t%252F-%252Fa"'],
  ["Cannot find 't/eyJhbGciOi.eyJSECRET.SECRET': none", "Cannot find 't/-': none"],
  ['"..%2Fb%3Ftoken%3DSECRET%26x%3D1"', '"..%2Fb%3Ftoken%3D-%26x%3D1"'],
  ["the token is invalid", "the token is invalid"],
];

for (const [text, redacted] of TEXTS) {
  Deno.test(`redactText() writes ${redacted}`, () => assertEquals(redactText(text), redacted));
}

Deno.test("redactText() takes time in proportion to a text's length", () => {
  const text = "/.t/token=%3dhdnts".repeat(50_000);
  const started = performance.now();
  redactText(text);
  redactPath("/%2".repeat(300_000));
  redactPath("/.t/".repeat(30_000));
  redactPath("/%2525252e".repeat(30_000));
  redactText("%25".repeat(50_000));
  redactText("eyJ".repeat(50_000));
  redactText("eyJa.eyJ".repeat(20_000));
  assertEquals(performance.now() - started < 5000, true);
});
