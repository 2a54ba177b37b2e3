import { assertEquals } from "@std/assert";
import {
  checkPeriod,
  listEncoded,
  listPresented,
  listStarts,
  NOW,
  pushPart,
  TestChannel,
} from "../channel.ts";
import { Encoder } from "../encoder.ts";

Deno.test("ChannelSegmenter begins a period after a hole", () => {
  const channel = new TestChannel();
  const encoder = new Encoder();
  const request = channel.open().push(encoder.init);
  for (const gop of [0, 1, 2, 3, 6, 7, 8, 9, 10, 11]) {
    channel.wait(1);
    request.push(encoder.fragment(gop));
  }
  request.push(encoder.end).finish();
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "hole"]);
  channel.periods.forEach(checkPeriod);
  const [first, second] = channel.periods as [typeof channel.last, typeof channel.last];
  assertEquals(listPresented(first, 0).at(-1)!.bytes, "v0.98");
  assertEquals(listPresented(second, 0)[0], { bytes: "v0.150", time: 0 });
  assertEquals(second.began.start - first.began.start, 6e6);
  assertEquals(second.began.startsBroadcast, false);
});

Deno.test("ChannelSegmenter begins a period when the encoder starts again from zero", () => {
  const channel = new TestChannel();
  pushPart(channel, new Encoder(), 5);
  channel.wait(3);
  pushPart(channel, new Encoder({ seed: 1 }), 5);
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "restart"]);
  channel.periods.forEach(checkPeriod);
  const [first, second] = channel.periods as [typeof channel.last, typeof channel.last];
  assertEquals(second.began.start - first.began.start, 8e6); // 5 s of media and 3 s of silence
  assertEquals(listPresented(first, 0).length, 125);
  assertEquals(listPresented(second, 0)[0], { bytes: "v1.0", time: 0 });
});

Deno.test("ChannelSegmenter goes on in the same period when an encoder on UTC comes back", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const first = channel.open().push(encoder.init);
  for (let i = 0; i < 4; i++) first.push(encoder.fragment(i));
  first.abort();
  const second = channel.open().push(encoder.init);
  for (let i = 2; i < 8; i++) second.push(encoder.fragment(i));
  second.push(encoder.end).finish();
  assertEquals(channel.periods.length, 1);
  assertEquals(
    listPresented(channel.last, 0).map(({ bytes }) => bytes),
    listEncoded(encoder, "video", 8),
  );
});

Deno.test("ChannelSegmenter begins a period with another init segment", () => {
  const channel = new TestChannel();
  const [before, after] = [
    new Encoder({ profile: "cmaf", start: NOW }),
    new Encoder({ profile: "cmaf", start: NOW, sampleRate: 44100 }),
  ];
  const request = channel.open().push(before.init);
  for (let i = 0; i < 4; i++) request.push(before.fragment(i));
  request.push(after.init);
  for (let i = 4; i < 12; i++) request.push(after.fragment(i));
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "init"]);
  channel.periods.forEach(checkPeriod);
  assertEquals(channel.periods[1]!.began.start, NOW * 1e6 + 4e6);
});

Deno.test("ChannelSegmenter begins a period when a track comes late, and waits for those announced", () => {
  const channel = new TestChannel();
  const [video, audio] = [new Encoder({ tracks: ["video"] }), new Encoder({ tracks: ["audio"] })];
  const [v, a] = [channel.open("v").push(video.init), channel.open("a").push(audio.init)];
  for (let i = 0; i < 16; i++) {
    channel.wait(1);
    v.push(video.fragment(i));
    if (i >= 10) a.push(audio.fragment(i));
  }
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "track"]);
  assertEquals(channel.periods.map(({ began }) => began.tracks.length), [1, 2]);
  channel.periods.forEach(checkPeriod);
});

Deno.test("ChannelSegmenter lets audio go on without video that is silent", () => {
  const channel = new TestChannel();
  const [video, audio] = [new Encoder({ tracks: ["video"] }), new Encoder({ tracks: ["audio"] })];
  const [v, a] = [channel.open("v").push(video.init), channel.open("a").push(audio.init)];
  for (let i = 0; i < 30; i++) {
    channel.wait(1);
    if (i < 6) v.push(video.fragment(i));
    a.push(audio.fragment(i));
  }
  assertEquals(channel.periods.length, 1);
  const audioTrack = channel.last.began.tracks.findIndex(({ name }) => name === "a");
  assertEquals(listStarts(channel.last, audioTrack).length >= 11, true);
});

for (const step of [3600, -5, -3600]) {
  Deno.test(`ChannelSegmenter begins a period on the right UTC when the clock is set by ${step} s`, () => {
    const channel = new TestChannel();
    const encoder = new Encoder();
    const request = channel.open().push(encoder.init);
    for (let i = 0; i < 20; i++) {
      channel.wait(1);
      if (i === 10) channel.step = step;
      request.push(encoder.fragment(i));
    }
    assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "clock"]);
    const [first, second] = channel.periods as [typeof channel.last, typeof channel.last];
    checkPeriod(second);
    const media = listPresented(first, 0).length / 25;
    assertEquals(second.began.start - first.began.start, (media + step) * 1e6);
    const isBeforeEpoch = step === -3600;
    assertEquals(second.began.startsBroadcast, isBeforeEpoch);
    assertEquals(channel.broadcasts, isBeforeEpoch ? 1 : 0);
    assertEquals(channel.targets.length, isBeforeEpoch ? 2 : 1);
  });
}

Deno.test("ChannelSegmenter follows drift over ten hours: every sample once, never 3 s off", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ tracks: ["video"], fps: 1, gop: 4 });
  const request = channel.open().push(encoder.init);
  const drift = 1 + 200e-6;
  const gops = 9000;
  for (let i = 0; i < gops; i++) {
    channel.time = (i + 1) * 4 / drift;
    channel.take(channel.segmenter.tick(channel.now));
    request.push(encoder.fragment(i));
  }
  request.push(encoder.end).finish();
  assertEquals(channel.periods.length, 4); // 7.2 s
  const all = channel.periods.flatMap((period) => listPresented(period, 0));
  assertEquals(all.map(({ bytes }) => bytes), listEncoded(encoder, "video", gops));
});

Deno.test("ChannelSegmenter.fail() begins a period with what follows", () => {
  const channel = new TestChannel();
  const encoder = new Encoder();
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 12; i++) {
    request.push(encoder.fragment(i));
    if (i === 5) channel.take(channel.segmenter.fail());
  }
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "disk"]);
  assertEquals(listPresented(channel.last, 0)[0]!.bytes, "v0.150");
});

Deno.test("ChannelSegmenter starts segments of a ladder at the same times", () => {
  const channel = new TestChannel();
  const names = ["low", "mid", "high", "audio"];
  const encoders = names.map((name) =>
    new Encoder({
      profile: name === "high" ? "ismv" : "cmaf", // other timescale
      start: NOW,
      tracks: [name === "audio" ? "audio" : "video"],
    })
  );
  const requests = encoders.map((encoder, i) => channel.open(names[i]).push(encoder.init));
  for (let i = 0; i < 12; i++) {
    channel.wait(1);
    for (const n of i % 2 ? [0, 1, 2, 3] : [3, 2, 1, 0]) {
      requests[n]!.push(encoders[n]!.fragment(i));
    }
  }
  assertEquals(channel.periods.length, 1);
  assertEquals(channel.last.began.tracks.map(({ name }) => name), names);
  for (const track of [0, 1, 2]) assertEquals(listStarts(channel.last, track), [0, 2, 4, 6, 8, 10]);
});

Deno.test("ChannelSegmenter starts segments of video that arrives late where it would have started them in time", () => {
  const channel = new TestChannel();
  const [video, audio] = [new Encoder({ tracks: ["video"] }), new Encoder({ tracks: ["audio"] })];
  const [v, a] = [channel.open("v").push(video.init), channel.open("a").push(audio.init)];
  let sent = 0;
  for (let i = 0; i < 30; i++) {
    channel.wait(1);
    a.push(audio.fragment(i));
    if (i < 4 || i > 16) { while (sent <= i) v.push(video.fragment(sent++)); }
  }
  assertEquals(channel.periods.length, 1);
  checkPeriod(channel.last);
  assertEquals(listStarts(channel.last, 0).slice(0, 14), [...Array(14).keys()].map((i) => 2 * i));
  const starts = listStarts(channel.last, 1);
  for (let i = 1; i < 14; i++) assertEquals(Math.floor(starts[i]!), 2 * i);
});

Deno.test("ChannelSegmenter begins a period with priming of audio on the same clock", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 12; i++) {
    channel.wait(1);
    if (i === 5) channel.step = 7200;
    request.push(encoder.fragment(i));
  }
  assertEquals(channel.periods.map(({ began }) => began.reason), ["start", "clock"]);
  const [first, second] = channel.periods.map((period) => listPresented(period, 1));
  const [priming, next] = second!;
  assertEquals(priming!.time < -0.021 && next!.time <= 0, true);
  assertEquals(Number(priming!.bytes.slice(3)), Number(first!.at(-1)!.bytes.slice(3)) + 1);
});

Deno.test("ChannelSegmenter goes on without a track that is gone", () => {
  const channel = new TestChannel();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const video = new Encoder({ ...encoder.options, tracks: ["video"] });
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 40; i++) {
    channel.wait(1);
    if (i === 10 || i === 25) channel.step += 7200;
    request.push(i < 8 ? encoder.fragment(i) : video.fragment(i));
  }
  assertEquals(channel.periods.map(({ began }) => began.tracks.length), [2, 1, 1]);
  channel.periods.forEach(checkPeriod);
  assertEquals(channel.periods.flatMap((period) => listPresented(period, 0)).length, 1000);
});

Deno.test("ChannelSegmenter begins with streams of one track each whose fragments differ in length", () => {
  const channel = new TestChannel();
  const audio = new Encoder({ tracks: ["audio"] });
  const video = new Encoder({ tracks: ["video"], gop: 55 });
  const [a, v] = [channel.open("a").push(audio.init), channel.open("v").push(video.init)];
  for (let second = 1; second < 12; second++) {
    channel.wait(1);
    a.push(audio.fragment(second - 1));
    if (second % 2 === 0) channel.wait(0.2);
    if (second % 2 === 0) v.push(video.fragment(second / 2 - 1));
  }
  assertEquals(channel.periods.map(({ began }) => began.tracks.length), [2]);
});
