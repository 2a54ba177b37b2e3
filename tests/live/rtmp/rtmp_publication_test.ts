import { assertEquals, assertThrows } from "@std/assert";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import type { ChannelPublishers } from "../../../lib/live/publisher.ts";
import {
  identifyRtmpPublisher,
  parseRtmpTarget,
  redactRtmpTarget,
} from "../../../lib/live/rtmp/rtmp_publication.ts";
import { StreamKeys } from "../../../lib/live/stream_keys.ts";

const KEY = "abcdefghijklmnop";
const WRONG = "bbcdefghijklmnop";

const CHANNELS: Record<string, ChannelPublishers> = {
  "live/news.json": new StreamKeys([{ name: "main", key: KEY }]),
  "live/a b/c.json": new StreamKeys([{ name: "main", key: KEY }]),
  "live/closed.json": new StreamKeys([]),
  "live/trial.json": "loopback",
  "live/named.json": new StreamKeys([{ name: "main", key: KEY }, { name: "odd", key: "feed" }]),
};

const identify = (app: string, name: string, remoteAddress = "192.0.2.7") =>
  identifyRtmpPublisher({ app, name, remoteAddress }, (channel) => CHANNELS[channel]);

const accepted: [app: string, name: string, channel: string][] = [
  ["live/news", KEY, "live/news.json"],
  ["live", `news/${KEY}`, "live/news.json"],
  [`live/news/${KEY}`, "", "live/news.json"],
  ["", `live/news/${KEY}`, "live/news.json"],
  ["/live/news/", `/${KEY}/`, "live/news.json"],
  ["live/news.json", KEY, "live/news.json"],
  ["live/news.isml", KEY, "live/news.json"],
  ["live/news.ISM", KEY, "live/news.json"],
  ["live/news", `${KEY}?x=y`, "live/news.json"],
  ["live/news?x=y/z", `${KEY}?x=y&z=/w`, "live/news.json"],
  ["live/n%65ws", KEY.replace("a", "%61"), "live/news.json"],
  ["live/a%20b/c", KEY, "live/a b/c.json"],
  ["live/a b/c", KEY, "live/a b/c.json"],
];

for (const [app, name, channel] of accepted) {
  Deno.test(`identifyRtmpPublisher() accepts '${app}' and '${name}'`, () => {
    const publication = { channel, publisher: "main", stream: "feed", path: "feed" };
    assertEquals(identify(app, name), publication);
  });
}

Deno.test("identifyRtmpPublisher() accepts any key from a loopback address of a loopback channel", () => {
  for (const address of ["127.0.0.1", "::1"]) {
    assertEquals(identify("live/trial", "any", address).publisher, "loopback");
  }
  assertThrows(() => identify("live/trial", "any"), IngestError, "expected a loopback address");
});

const rejected: [app: string, name: string, code: string, reason: string][] = [
  ["live/news", WRONG, "FORBIDDEN", "the key is wrong"],
  ["live/news", `${KEY}x`, "FORBIDDEN", "the key is wrong"],
  ["live/news", "?x=y", "NOT_FOUND", "Cannot find the channel live.json"],
  ["live/closed", KEY, "FORBIDDEN", "has no publishers"],
  ["live/other", KEY, "NOT_FOUND", "Cannot find the channel live/other.json"],
  ["live/news", `${KEY}/feed`, "NOT_FOUND", "Cannot find the channel live/news/….json"],
  [KEY, "live/news", "NOT_FOUND", "Cannot find the channel …/live.json"],
  ["live", KEY, "NOT_FOUND", "Cannot find the channel live.json"],
  ["", KEY, "NOT_FOUND", "Cannot find a channel and a key"],
  ["", "", "NOT_FOUND", "Cannot find a channel and a key"],
  ["live//news", KEY, "NOT_FOUND", "Cannot find a channel and a key"],
  ["live/../live/news", KEY, "BAD_REQUEST", "Cannot read the path"],
  ["live%2Fnews", KEY, "BAD_REQUEST", "Cannot read the path"],
  ["live/%ff", KEY, "BAD_REQUEST", "Cannot read the path"],
  ["live/news", `${KEY}\0`, "BAD_REQUEST", "Cannot read the path"],
  ["x/".repeat(9000), KEY, "BAD_REQUEST", "Cannot read the path"],
  ["x".repeat(251), KEY, "NOT_FOUND", "Cannot find a channel and a key"],
  ["live/named", KEY, "BAD_REQUEST", "under a key as name"],
];

for (const [app, name, code, reason] of rejected) {
  Deno.test(`identifyRtmpPublisher() rejects '${app.slice(0, 30)}' and '${name}' with ${code}`, () => {
    const error = assertThrows(() => identify(app, name), IngestError, reason);
    assertEquals([error.code, error.message.includes(KEY)], [code, false]);
  });
}

Deno.test("parseRtmpTarget() rejects a name that no file has", () => {
  const app = `live/${"é".repeat(126)}`;
  assertThrows(() => parseRtmpTarget({ app, name: KEY }), IngestError, "Cannot find a channel");
});

const redacted: [app: string, name: string, isKnown: boolean, shown: string][] = [
  ["live/news", KEY, true, "/live/news.json/…"],
  [`live/${KEY}`, "feed", false, "/live/….json/…"],
  ["live/..", KEY, true, "/…"],
  [KEY, "", true, "/…"],
];

for (const [app, name, isKnown, shown] of redacted) {
  Deno.test(`redactRtmpTarget() shows ${shown} of '${app}' and '${name}'`, () => {
    assertEquals(redactRtmpTarget({ app, name }, isKnown), shown);
  });
}
