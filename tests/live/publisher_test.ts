import { assertEquals, assertThrows } from "@std/assert";
import { IngestError } from "../../lib/live/ingest_error.ts";
import { type ChannelPublishers, identifyPublisher } from "../../lib/live/publisher.ts";
import { StreamKeys } from "../../lib/live/stream_keys.ts";

const KEY = "abcdefghijklmnop";
const WRONG = "bbcdefghijklmnop";

const CHANNELS: Record<string, ChannelPublishers> = {
  "live/news.json": new StreamKeys([{ name: "main", key: KEY }, {
    name: "loopback",
    key: "q".repeat(16),
  }]),
  "live/closed.json": new StreamKeys([]),
  "live/trial.json": "loopback",
};

const basic = (text: string) => `Basic ${btoa(text)}`;

interface Options {
  readonly authorization?: string;
  readonly expects?: boolean;
  readonly from?: string;
}

function identify(target: string, { authorization, expects = false, from = "192.0.2.7" }: Options) {
  return identifyPublisher({
    target,
    headers: new Map(authorization === undefined ? [] : [["authorization", authorization]]),
    expectsContinue: expects,
    remoteAddress: from,
  }, (channel) => CHANNELS[channel]);
}

const accepted: [target: string, options: Options, publisher: string, path: string][] = [
  [`/live/news.json/${KEY}/feed/1.m4s`, {}, "main", "feed/1.m4s"],
  [`/live/news.json/${"q".repeat(16)}/feed`, { expects: true }, "loopback", "feed"],
  [`/live/news.json/${KEY}/feed`, { expects: true }, "main", "feed"],
  ["/live/news.json/feed", { authorization: `Bearer ${KEY}` }, "main", "feed"],
  ["/live/news.json/feed", { authorization: `bearer  ${KEY}` }, "main", "feed"],
  ["/live/news.json/feed", { authorization: basic(`x:${KEY}`), expects: true }, "main", "feed"],
  ["/live/news.json/feed", { authorization: basic(`:${KEY}`) }, "main", "feed"],
  [`/live/news.json/${KEY}/feed`, { authorization: basic(`x:${KEY}`) }, "main", "feed"],
  ["/live/trial.json/any/feed", { from: "127.0.0.1" }, "loopback", "feed"],
  ["/live/trial.json/any/feed", { from: "::1" }, "loopback", "feed"],
  ["/live/trial.json/any/feed", { from: "::ffff:127.0.0.9" }, "loopback", "feed"],
  [
    "/live/trial.json/a/b",
    { from: "::1", authorization: basic("x:y"), expects: true },
    "loopback",
    "a/b",
  ],
];

for (const [target, options, publisher, path] of accepted) {
  Deno.test(`identifyPublisher() accepts ${target} ${JSON.stringify(options)}`, () => {
    const publication = identify(target, options);
    assertEquals([publication.publisher, publication.path], [publisher, path]);
    assertEquals([publication.channel.startsWith("live/"), publication.stream], [
      true,
      path === "a/b" ? "a" : "feed",
    ]);
  });
}

const rejected: [target: string, options: Options, status: number, reason: string][] = [
  [`/live/${KEY}/other.json/feed`, {}, 404, "Cannot find the channel live/…/other.json"],
  [`/live/${KEY}.json/feed`, {}, 404, "Cannot find the channel live/….json"],
  [`/live/news.json/${KEY}/${KEY}.mp4`, {}, 400, "under a key as name"],
  [`/live/news.json/${KEY}/Streams(${KEY})`, {}, 400, "under a key as name"],
  [
    "/live/other.json/a/b",
    {},
    404,
    "Cannot find the channel live/other.json, expected a valid channel file in",
  ],
  ["/live/news.json/feed.mp4", {}, 401, "without a key"],
  [`/live/news.json/${WRONG}/feed`, {}, 403, "the key is wrong"],
  [`/live/news.json/${WRONG}/feed`, { expects: true }, 401, "without a key"],
  ["/live/news.json/feed", { expects: true }, 401, "without a key"],
  ["/live/news.json", {}, 401, "without a key"],
  ["/live/news.json//feed", {}, 401, "without a key"],
  ["/live/news.json/feed", { authorization: basic(`x:${WRONG}`) }, 403, "the key is wrong"],
  ["/live/news.json/feed", { authorization: basic(`${KEY}:x`) }, 403, "the key is wrong"],
  [`/live/news.json/${KEY}/feed`, { authorization: basic("x:") }, 403, "the key is wrong"],
  ["/live/news.json/feed", { authorization: `Bearer ${WRONG}` }, 403, "the key is wrong"],
  ["/live/news.json/feed", { authorization: basic(KEY) }, 401, "without a key"],
  ["/live/news.json/feed", { authorization: "Basic !" }, 401, "without a key"],
  ["/live/news.json/feed", { authorization: `Digest ${KEY}` }, 401, "without a key"],
  ["/live/news.json/feed", { authorization: "" }, 401, "without a key"],
  [`/live/news.json/${KEY}`, {}, 400, "the name of a stream"],
  [`/live/news.json/${KEY}/`, {}, 400, "the name of a stream"],
  [`/live/news.json/${KEY}/${KEY}/a`, {}, 400, "under a key as name"],
  [`/live/news.json/a/${KEY}`, { authorization: basic(`x:${KEY}`) }, 400, "under a key as name"],
  [`/live/news.json/${KEY}${"/a".repeat(20)}`, {}, 400, "more than 20 names"],
  [`/live/closed.json/${KEY}/feed`, {}, 403, "live/closed.json has no publishers"],
  ["/live/trial.json/any/feed", {}, 403, "expected a loopback address"],
  ["/live/trial.json/any/feed", { from: "" }, 403, "expected a loopback address"],
  ["/live/trial.json/a/b", { from: "::1", expects: true }, 401, "without a key"],
];

for (const [target, options, status, reason] of rejected) {
  Deno.test(`identifyPublisher() rejects ${target} ${JSON.stringify(options)} with ${status}`, () => {
    const error = assertThrows(() => identify(target, options), IngestError, reason);
    assertEquals(error.status, status);
    for (const key of [KEY, WRONG]) assertEquals(error.message.includes(key), false);
  });
}
