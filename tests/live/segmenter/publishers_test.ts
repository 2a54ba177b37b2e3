import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import {
  checkPeriod,
  listEncoded,
  listPresented,
  NOW,
  pushAll,
  pushPart,
  TestChannel,
} from "../channel.ts";
import { Encoder } from "../encoder.ts";

const GOPS = 12;

Deno.test("ChannelSegmenter ends a broadcast after `reconnect` seconds of silence", () => {
  const channel = new TestChannel({ reconnect: 60 });
  pushPart(channel, new Encoder(), 6);
  assertEquals(channel.segmenter.getState(channel.now), "live");
  channel.wait(59);
  assertEquals([channel.broadcasts, channel.segmenter.getState(channel.now)], [0, "silent"]);
  channel.wait(2);
  assertEquals([channel.broadcasts, channel.segmenter.getState(channel.now)], [1, "over"]);
  pushPart(channel, new Encoder(), 6);
  assertEquals(channel.periods.map(({ began }) => began.startsBroadcast), [true, true]);
});

Deno.test("ChannelSegmenter fixes the target duration of a broadcast of one segment at its end", () => {
  const channel = new TestChannel({ segmentDuration: 10, reconnect: 5 });
  const encoder = new Encoder({ gop: 25 });
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 3; i++) {
    channel.wait(1);
    request.push(encoder.fragment(i));
  }
  request.abort();
  assertEquals(channel.targets, []);
  channel.wait(6);
  assertEquals([channel.targets, channel.broadcasts], [[10], 1]);
});

Deno.test("ChannelSegmenter never ends a broadcast with reconnect: always", () => {
  const channel = new TestChannel({ reconnect: "always" });
  pushAll(channel, new Encoder(), 6);
  channel.wait(300);
  pushAll(channel, new Encoder(), 6);
  assertEquals(channel.broadcasts, 0);
  assertEquals(channel.periods.map(({ began }) => began.startsBroadcast), [true, false]);
});

Deno.test("ChannelSegmenter stores what two encoders on UTC push once, also when one dies", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const [a, b] = [
    channel.open("feed", "a").push(encoder.init),
    channel.open("feed", "b").push(encoder.init),
  ];
  for (let i = 0; i < GOPS; i++) {
    channel.wait(1);
    const fragment = encoder.fragment(i);
    if (i < 5) a.push(fragment);
    if (i === 5) a.push(fragment.subarray(0, 900));
    b.push(fragment);
  }
  b.push(encoder.end).finish();
  assertEquals(channel.periods.length, 1);
  for (const [i, type] of (["video", "audio"] as const).entries()) {
    assertEquals(
      listPresented(channel.last, i).map(({ bytes }) => bytes),
      listEncoded(encoder, type, GOPS),
    );
  }
});

Deno.test("ChannelSegmenter mixes no samples of two encoders on UTC whose key frames have other times", () => {
  const channel = new TestChannel();
  const [main, backup] = [0, 0.36].map((phase, seed) =>
    new Encoder({ profile: "cmaf", start: NOW + phase, seed, gop: 25 })
  ) as [Encoder, Encoder];
  const a = channel.open("feed", "a").push(main.init);
  const b = channel.open("feed", "b").push(backup.init);
  for (let i = 0; i < 20; i++) {
    channel.wait(0.64);
    if (i < 8) a.push(main.fragment(i));
    channel.wait(0.36);
    b.push(backup.fragment(i));
  }
  b.push(backup.end).finish();
  assertEquals(channel.periods.length, 2);
  for (const [seed, period] of channel.periods.entries()) {
    checkPeriod(period);
    for (const [track, prefix] of ["v", "a"].entries()) {
      const bytes = listPresented(period, track).map(({ bytes }) => bytes);
      assertEquals(bytes.filter((it) => !it.startsWith(`${prefix}${seed}.`)), []);
    }
  }
  assertEquals(listPresented(channel.last, 0).at(-1)!.bytes, "v1.498");
});

Deno.test("ChannelSegmenter lets a standby take over", () => {
  const channel = new TestChannel();
  const [main, backup] = [new Encoder(), new Encoder({ seed: 1 })];
  const a = channel.open("feed", "a").push(main.init);
  const b = channel.open("feed", "b").push(backup.init);
  for (let i = 0; i < 20; i++) {
    channel.wait(1);
    if (i < 8) a.push(main.fragment(i));
    b.push(backup.fragment(i));
  }
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "publisher"]);
  assertEquals(listPresented(channel.last, 0)[0]!.bytes, "v1.225"); // 2 s after the last fragment
  assertEquals(channel.logs, ["Stream 'feed' of publisher 'b' is a standby"]);
  assertEquals(channel.segmenter.counts, { stored: 2 * 19, repeated: 0, late: 2 * 9 });
});

Deno.test("ChannelSegmenter takes a stream that is pushed again while its request is open as a standby", () => {
  const channel = new TestChannel();
  channel.open().push(new Encoder().init).push(new Encoder().fragment(0));
  const again = channel.open().push(new Encoder({ seed: 1 }).init);
  for (let i = 0; i < 10; i++) {
    channel.wait(1);
    again.push(new Encoder({ seed: 1 }).fragment(i));
  }
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "publisher"]);
});

Deno.test("ChannelSegmenter takes an encoder that is back at once, though an older connection of it is stuck", () => {
  const channel = new TestChannel();
  const stuck = channel.open().push(new Encoder().init).push(new Encoder().fragment(0));
  const push = (seed: number, count: number) => {
    const encoder = new Encoder({ seed });
    const request = channel.open().push(encoder.init);
    for (let i = 0; i < count; i++) {
      channel.wait(1);
      request.push(encoder.fragment(i));
    }
    return request;
  };
  push(1, 10).abort();
  stuck.abort();
  push(2, 6);
  const reasons = channel.periods.map(({ began }) => began.reason);
  assertEquals(reasons, ["start", "publisher", "restart"]);
  assertEquals(listPresented(channel.last, 0)[0]!.bytes, "v2.0");
});

Deno.test("ChannelSegmenter lets a standby take over soon after an encoder that was once away for long", () => {
  const channel = new TestChannel();
  const [main, backup] = [new Encoder(), new Encoder({ seed: 1 })];
  const a = channel.open("feed", "a").push(main.init).push(main.fragment(0));
  channel.wait(40);
  for (let i = 1; i < 5; i++) {
    channel.wait(1);
    a.push(main.fragment(i));
  }
  const b = channel.open("feed", "b").push(backup.init);
  for (let i = 0; i < 6; i++) {
    channel.wait(1);
    b.push(backup.fragment(i));
  }
  assertEquals(channel.last.began.reason, "publisher");
});

Deno.test("ChannelSegmenter rejects more than 100 streams of a publisher", () => {
  const channel = new TestChannel();
  const { init } = new Encoder();
  for (let i = 0; i < 100; i++) channel.open(`s${i}`).push(init);
  assertThrows(() => channel.open("s100").push(init), MediaError, "more than 100 streams");
});

Deno.test("ChannelSegmenter rejects more than 200 tracks of a publisher", () => {
  const channel = new TestChannel();
  const { init } = new Encoder({ tracks: ["video", "audio", "audio", "audio", "audio"] });
  for (let i = 0; i < 40; i++) channel.open(`s${i}`).push(init);
  const { init: one } = new Encoder({ tracks: ["audio"] });
  assertThrows(() => channel.open("s40").push(one), MediaError, "201 tracks of a publisher");
});

Deno.test("ChannelSegmenter ends a broadcast when the last of two encoders on UTC has ended", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const [a, b] = ["a", "b"].map((name) => channel.open("feed", name).push(encoder.init));
  for (let i = 0; i < 8; i++) {
    channel.wait(1);
    if (i < 4) a!.push(encoder.fragment(i));
    if (i === 4) a!.push(encoder.end).finish();
    b!.push(encoder.fragment(i));
  }
  assertEquals([channel.periods.length, channel.broadcasts], [1, 0]);
  b!.push(encoder.end).finish();
  assertEquals([channel.periods.length, channel.broadcasts], [1, 1]);
  assertEquals(listPresented(channel.last, 0).length, 200);
});

Deno.test("ChannelSegmenter stores audio while video declares hours", () => {
  const channel = new TestChannel();
  const [video, audio] = [new Encoder({ tracks: ["video"] }), new Encoder({ tracks: ["audio"] })];
  const long = video.fragment(0);
  const trun = new TextDecoder("latin1").decode(long).indexOf("trun");
  new DataView(long.buffer).setUint32(trun + 16, 3 * 3600 * 12800); // duration of the first sample
  const [v, a] = [channel.open("v").push(video.init), channel.open("a").push(audio.init)];
  v.push(long);
  for (let i = 0; i < 120; i++) {
    channel.wait(1);
    a.push(audio.fragment(i));
  }
  const names = channel.periods.map(({ began }) => began.tracks.map(({ name }) => name));
  assertEquals(names, [["v", "a"]]);
  const stored = listPresented(channel.last, 1);
  const encoded = listEncoded(audio, "audio", 120);
  assertEquals(stored.map(({ bytes }) => bytes), encoded.slice(0, stored.length));
  assertEquals(encoded.length - stored.length < 24, true); // half a second, which may join the segment before
  assertEquals(channel.segmenter.waitingBytes < 5000, true, `${channel.segmenter.waitingBytes}`);
});
