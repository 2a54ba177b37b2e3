import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  checkPeriod,
  listEncoded,
  listPresented,
  listStarts,
  NOW,
  pushAll,
  TestChannel,
} from "../channel.ts";
import { Encoder, type EncoderOptions, type Profile, toShortTfdt } from "../encoder.ts";

const GOPS = 12;

const encoders: [name: string, options: Partial<EncoderOptions>][] = [
  ["fragmented MP4", { profile: "frag" }],
  ["CMAF on UTC", { profile: "cmaf", start: NOW }],
  ["Smooth", { profile: "ismv" }],
  ["Smooth on UTC", { profile: "ismv", start: NOW - 100 }],
  ["video alone", { tracks: ["video"] }],
  ["audio alone", { tracks: ["audio"] }],
  ["two languages", { tracks: ["video", "audio", "audio"] }],
  ["44.1 kHz and 50 fps", { sampleRate: 44100, fps: 50, gop: 100 }],
];

Deno.test("ChannelSegmenter waits for audio behind a long fragment of video", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ gop: 175, profile: "ismv" });
  pushAll(channel, encoder, 3);
  assertEquals(channel.periods.map(({ began }) => began.tracks.length), [2]);
  assertEquals(listPresented(channel.last, 0).length, 525);
});

Deno.test("ChannelSegmenter ends no broadcast between long fragments of a request", () => {
  const channel = new TestChannel({ reconnect: 3 });
  const encoder = new Encoder({ gop: 175 });
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 3; i++) {
    channel.wait(7);
    request.push(encoder.fragment(i));
  }
  channel.wait(6);
  assertEquals([channel.broadcasts, channel.periods.length], [0, 1]);
  request.abort();
  channel.wait(2.5);
  assertEquals(channel.broadcasts, 0);
  channel.wait(1);
  assertEquals(channel.broadcasts, 1);
});

Deno.test("ChannelSegmenter stores what is pushed again after a pause once", () => {
  for (const reconnect of ["always", 5] as const) {
    const channel = new TestChannel({ reconnect });
    const encoder = new Encoder({ profile: "cmaf", start: NOW });
    const push = (from: number, to: number, isLast: boolean) => {
      const request = channel.open().push(encoder.init);
      for (let gop = from; gop < to; gop++) {
        if (NOW + gop + 1 > NOW + channel.time) channel.wait(gop + 1 - channel.time);
        request.push(encoder.fragment(gop));
      }
      if (isLast) request.push(encoder.end);
      request.finish();
    };
    push(0, 4, true);
    push(2, 8, true);
    const stored = channel.periods.flatMap((period) => listPresented(period, 0));
    assertEquals(stored.map(({ bytes }) => bytes), listEncoded(encoder, "video", 8));
    assertEquals(channel.broadcasts, reconnect === "always" ? 0 : 2);
  }
});

for (const [name, options] of encoders) {
  Deno.test(`ChannelSegmenter stores every sample of ${name} once, at its time`, () => {
    const encoder = new Encoder(options);
    const channel = new TestChannel();
    pushAll(channel, encoder, GOPS);
    assertEquals([channel.periods.length, channel.broadcasts], [1, 1]);
    const [period] = channel.periods as [typeof channel.last];
    checkPeriod(period);
    const closed = new Set(period.closed.map(({ track }) => track));
    assertEquals([closed.size, period.hasEnded], [encoder.options.tracks.length, true]);
    const { tracks } = encoder.options;
    const names = { video: "feed-video", audio: "feed-audio" };
    const expected = tracks.length === 1
      ? ["feed"]
      : tracks.length === 2
      ? tracks.map((type) => names[type])
      : ["feed-video", "feed-audio", "feed-audio-2"];
    assertEquals(period.began.tracks.map(({ name }) => name), expected);
    tracks.forEach((type, i) => {
      const presented = listPresented(period, i);
      assertEquals(presented.map(({ bytes }) => bytes), listEncoded(encoder, type, GOPS));
      const first = type === "video" ? 0 : -1024 / encoder.options.sampleRate;
      assertAlmostEquals(presented[0]!.time, tracks[0] === "audio" ? 0 : first, 1e-6);
      const frame = presented.find(({ bytes }) => /^v0.7$/.test(bytes));
      if (frame) assertAlmostEquals(frame.time, 7 / encoder.options.fps, 1e-9);
    });
  });
}

for (const [gops, expected] of [[5, [0, 1]], [6, []]] as [number, number[]][]) {
  Deno.test(`ChannelSegmenter states which segments end a period, unless they were closed before: ${gops} s`, () => {
    const channel = new TestChannel();
    pushAll(channel, new Encoder(), gops);
    const { closed } = channel.last;
    assertEquals(closed.filter(({ isLast }) => isLast).map(({ track }) => track), expected);
    assertEquals(closed.slice(-2).map(({ ordinal }) => ordinal), [2, 2]);
  });
}

for (const profile of ["frag", "cmaf", "ismv"] as Profile[]) {
  Deno.test(`ChannelSegmenter starts segments of ${profile} at multiples of the segment duration`, () => {
    const channel = new TestChannel();
    pushAll(channel, new Encoder({ profile }), GOPS);
    assertEquals(listStarts(channel.last, 0), [0, 2, 4, 6, 8, 10]);
    for (const [i, start] of listStarts(channel.last, 1).entries()) {
      if (i > 0) assertEquals(start >= 2 * i && start < 2 * i + 0.022, true, `${start}`);
    }
    assertEquals(channel.targets, [2]);
  });
}

const gops: [gop: number, starts: number[], target: number][] = [
  [13, [0, 2.08, 4.16, 6.24, 8.32], 2], // 0.52 s
  [25, [0, 2, 4, 6, 8], 2],
  [175, [0, 7, 14, 21, 28], 7],
  [64, [0, 2.56, 5.12, 7.68, 10.24], 3],
];

for (const [gop, starts, target] of gops) {
  Deno.test(`ChannelSegmenter starts segments at sync samples of GOPs of ${gop / 25} s`, () => {
    const channel = new TestChannel();
    pushAll(channel, new Encoder({ gop }), Math.ceil(12.5 * 25 / gop) + 5);
    assertEquals(listStarts(channel.last, 0).slice(0, 5), starts);
    assertEquals(channel.targets, [target]);
  });
}

Deno.test("ChannelSegmenter closes a segment with the fragment that ends on its boundary", () => {
  const channel = new TestChannel();
  const encoder = new Encoder();
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 4; i++) request.push(encoder.fragment(i));
  assertEquals(channel.last.closed.map(({ ordinal }) => ordinal), [0, 0, 1, 1]);
});

Deno.test("ChannelSegmenter takes a request per segment", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  channel.open().push(encoder.init).finish();
  for (let i = 0; i < GOPS; i++) {
    channel.wait(1);
    channel.open().push(encoder.fragment(i)).finish();
  }
  channel.open().push(encoder.end).finish();
  assertEquals(channel.periods.length, 1);
  assertEquals(
    listPresented(channel.last, 0).map(({ bytes }) => bytes),
    listEncoded(encoder, "video", GOPS),
  );
});

Deno.test("ChannelSegmenter begins a period with streams of one track each", () => {
  const channel = new TestChannel();
  const [video, audio] = [new Encoder({ tracks: ["video"] }), new Encoder({ tracks: ["audio"] })];
  const requests = [
    channel.open("a").push(audio.init),
    channel.open("v").push(video.init),
  ] as const;
  for (let i = 0; i < GOPS; i++) {
    channel.wait(1);
    requests[0].push(audio.fragment(i));
    requests[1].push(video.fragment(i));
  }
  assertEquals(channel.periods.length, 1);
  assertEquals(channel.last.began.tracks.map(({ name }) => name), ["a", "v"]);
  assertEquals(listStarts(channel.last, 1).slice(0, 4), [0, 2, 4, 6]);
});

Deno.test("ChannelSegmenter drops repeats, and puts late fragments in order", () => {
  const channel = new TestChannel();
  const encoder = new Encoder();
  const request = channel.open().push(encoder.init);
  for (const gop of [0, 1, 1, 2, 4, 3, 5, 4, 6]) {
    channel.wait(1);
    request.push(encoder.fragment(gop));
  }
  request.push(encoder.end).finish();
  assertEquals(channel.periods.length, 1);
  for (const [i, type] of (["video", "audio"] as const).entries()) {
    assertEquals(
      listPresented(channel.last, i).map(({ bytes }) => bytes),
      listEncoded(encoder, type, 7),
    );
  }
});

Deno.test("ChannelSegmenter closes a segment without a sync sample when it would be too long", () => {
  const channel = new TestChannel();
  const [short, long] = [new Encoder(), new Encoder({ gop: 250 })];
  const request = channel.open().push(short.init);
  for (let i = 0; i < 10; i++) request.push(short.fragment(i));
  request.push(long.fragment(1));
  request.push(long.fragment(2)).push(long.end).finish();
  assertEquals(channel.targets, [2]);
  const video = channel.last.chunks.filter(({ track }) => track === 0);
  const forced = video.filter(({ isForced }) => isForced);
  assertEquals(
    forced.length >= 3 &&
      forced.every(({ run, startsSegment }) => run.flags[0] === 0x1010000 && startsSegment),
    true,
  );
  checkPeriod(channel.last);
  assertEquals(listPresented(channel.last, 0).length, 750);
});

Deno.test("ChannelSegmenter goes on over a tfdt of 32 bits that wraps", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ start: (2 ** 32 - 40_000) / 12800, tracks: ["video"] });
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < GOPS; i++) request.push(toShortTfdt(encoder.fragment(i)));
  request.push(encoder.end).finish();
  assertEquals(channel.periods.length, 1);
  assertEquals(
    listPresented(channel.last, 0).map(({ bytes }) => bytes),
    listEncoded(encoder, "video", GOPS),
  );
});

for (const profile of ["frag", "cmaf"] as Profile[]) {
  Deno.test(`ChannelSegmenter stores ${profile} with a fragment a frame`, () => {
    const channel = new TestChannel();
    const encoder = new Encoder({ profile });
    const request = channel.open().push(encoder.init);
    for (let i = 0; i < GOPS; i++) {
      for (const part of encoder.parts(i, 1)) {
        channel.wait(1 / 25);
        request.push(part);
      }
    }
    request.push(encoder.end).finish();
    assertEquals(channel.periods.length, 1);
    checkPeriod(channel.last);
    assertEquals(listStarts(channel.last, 0), [0, 2, 4, 6, 8, 10]);
    const stored = listPresented(channel.last, 0).map(({ bytes }) => bytes);
    assertEquals(stored, listEncoded(encoder, "video", GOPS));
  });
}

Deno.test("ChannelSegmenter joins a tail of less than half a second with the segment before", () => {
  const channel = new TestChannel();
  const encoder = new Encoder();
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 6; i++) for (const part of encoder.parts(i, 5)) request.push(part);
  request.push(encoder.parts(6, 5)[0]!).push(encoder.end).finish(); // 0.2 s
  checkPeriod(channel.last);
  assertEquals(listStarts(channel.last, 0), [0, 2, 4]);
  assertEquals(listPresented(channel.last, 0).length, 155);
});

Deno.test("ChannelSegmenter leaves out the tracks of `skipped`", () => {
  const channel = new TestChannel({ skipped: new Set(["feed-audio"]) });
  pushAll(channel, new Encoder(), 4);
  assertEquals(channel.last.began.tracks.map(({ name }) => name), ["feed-video"]);
});

Deno.test("ChannelSegmenter.waitingBytes is bounded while no period can begin", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ tracks: ["video"] });
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 100; i++) {
    channel.wait(1);
    request.push(encoder.parts(i, 5)[1]!); // no sync sample
  }
  assertEquals(channel.periods.length, 0);
  assertEquals(channel.segmenter.waitingBytes < 10_000, true, `${channel.segmenter.waitingBytes}`);
});

Deno.test("ChannelSegmenter.hasWaiting() is true until the samples of a request are in chunks, for a second at most", () => {
  const channel = new TestChannel();
  const encoder = new Encoder();
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 4; i++) for (const part of encoder.parts(i, 5)) request.push(part);
  assertEquals(channel.segmenter.hasWaiting(request.request), false);
  request.push(encoder.parts(4, 5)[0]!); // starts a segment with 0.2 s
  assertEquals(channel.segmenter.hasWaiting(request.request), true);
  channel.wait(0.75);
  assertEquals(channel.segmenter.hasWaiting(request.request), false);
  assertEquals(listStarts(channel.last, 0), [0, 2, 4]);
});
