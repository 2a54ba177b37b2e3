import { assertEquals } from "@std/assert";
import {
  checkPeriod,
  listEncoded,
  listPresented,
  listStarts,
  NOW,
  pushPart,
  TestChannel,
} from "./channel.ts";
import { Encoder } from "./encoder.ts";

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

for (const step of [3600, -3600]) {
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
