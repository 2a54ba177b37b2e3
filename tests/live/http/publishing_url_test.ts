import { assertEquals, assertThrows } from "@std/assert";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import {
  getStreamName,
  parsePublishingUrl,
  redactPublishingUrl,
} from "../../../lib/live/http/publishing_url.ts";

const targets: [target: string, channel: string, names: string[]][] = [
  ["/live/news.json/KEY/feed", "live/news.json", ["KEY", "feed"]],
  ["/live/news.isml/KEY/Streams(feed)", "live/news.json", ["KEY", "Streams(feed)"]],
  ["/live/NEWS.ISM/KEY/a/b.cmfv?x=y", "live/NEWS.json", ["KEY", "a", "b.cmfv"]],
  ["/news.json", "news.json", []],
  ["/news.json/", "news.json", [""]],
  ["/live/a%20b.json/K%45Y/%28", "live/a b.json", ["KEY", "("]],
  ["/live/é.json/KEY/a", "live/é.json", ["KEY", "a"]],
  ["http://a:1935/live/news.json/KEY", "live/news.json", ["KEY"]],
  ["/live/news.json/b.json/c", "live/news.json", ["b.json", "c"]],
];

for (const [target, channel, names] of targets) {
  Deno.test(`parsePublishingUrl() splits ${target}`, () => {
    assertEquals(parsePublishingUrl(target), { channel, names });
  });
}

const rejected: [target: string, status: number][] = [
  ["/live/news/SECRET", 404],
  ["/.json/SECRET", 404],
  ["//news.json/SECRET", 404],
  ["/", 404],
  ["*", 400],
  ["/live/../news.json/SECRET", 400],
  ["/live/news.json/SECRET/%2e%2e/a", 400],
  ["/live/news.json/SECRET/%2f", 400],
  ["/live/news.json/SECRET/%ff", 400],
  [`/live/news.json/SECRET/${"a".repeat(17000)}`, 400],
];

for (const [target, status] of rejected) {
  Deno.test(`parsePublishingUrl() rejects ${target.slice(0, 40)} with ${status}`, () => {
    const error = assertThrows(() => parsePublishingUrl(target), IngestError, "Cannot ");
    assertEquals([error.status, error.message.includes("SECRET")], [status, false]);
    assertEquals(redactPublishingUrl(target), "/…");
  });
}

const streams: [path: string, stream: string][] = [
  ["feed", "feed"],
  ["feed.mp4", "feed"],
  ["feed.v1.mp4", "feed-v1"],
  ["feed/00001.m4s", "feed"],
  ["a/b/00001.m4s", "a-b"],
  ["feed/", "feed"],
  ["Streams(feed)", "feed"],
  ["streams(a b)", "a-b"],
  ["Streams(video=500_k)", "video=500_k"],
  ["Streams(feed)/fragment", "feed"],
  ["Streams()", "Streams--"],
  [".mp4", "-mp4"],
  ["é", "-"],
  ["\u{1F600}", "-"],
  ["a".repeat(90), "a".repeat(90)],
];

for (const [path, stream] of streams) {
  Deno.test(`getStreamName() names ${path.slice(0, 30)}`, () => {
    assertEquals(getStreamName(path.split("/")), stream);
  });
}

for (const names of [[], [""], ["", ""], ["a".repeat(91)]]) {
  Deno.test(`getStreamName() rejects ${JSON.stringify(names).slice(0, 30)}`, () => {
    assertEquals(assertThrows(() => getStreamName(names), IngestError, "Cannot find").status, 400);
  });
}

const redacted: [target: string, text: string][] = [
  ["/live/news.json/SECRET/feed?x=SECRET", "/live/news.json/…"],
  ["/live/news.isml/SECRET", "/live/news.json/…"],
  ["/live/news.json/SECRET/SECRET/feed", "/live/news.json/…"],
  ["/live/news.json", "/live/news.json"],
  [`/${"a".repeat(240)}.json/SECRET`, `/${"a".repeat(200)}…/…`],
  [`/${"a".repeat(251)}.json/SECRET`, "/…"],
  [`/${"a/".repeat(510)}b.json/SECRET`, "/…"],
];

for (const [target, text] of redacted) {
  Deno.test(`redactPublishingUrl() turns ${target.slice(0, 40)} into ${text.slice(0, 40)}`, () => {
    assertEquals(redactPublishingUrl(target), text);
  });
}
