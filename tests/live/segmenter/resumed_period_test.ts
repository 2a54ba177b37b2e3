import { assertEquals } from "@std/assert";
import type { ResumedPeriod } from "../../../lib/live/segmenter/resumed_period.ts";
import {
  checkPeriod,
  listEncoded,
  listPresented,
  NOW,
  type RecordedPeriod,
  TestChannel,
} from "../channel.ts";
import { Encoder } from "../encoder.ts";

/** The period as the archive has it after a restart. */
function toResumed({ began, chunks, closed }: RecordedPeriod): ResumedPeriod {
  const tracks = began.tracks.map((track, i) => {
    const own = chunks.filter((chunk) => chunk.track === i);
    const { run } = own.at(-1)!;
    return {
      ...track,
      initKey: track.init.key,
      decodeEnd: run.time + run.durations.reduce((sum, duration) => sum + duration, 0),
      segments: closed.filter(({ track }) => track === i).length,
    };
  });
  return { tracks, target: 2 };
}

/** Pushes GOPs to a channel until it is killed, and from `from` on to another one. */
function restart(before: Encoder, after: Encoder, from: number): [TestChannel, TestChannel] {
  const killed = new TestChannel();
  const first = killed.open().push(before.init);
  for (let i = 0; i < 6; i++) {
    killed.wait(1);
    first.push(before.fragment(i));
  }
  const resumed = new TestChannel({}, toResumed(killed.last));
  resumed.time = killed.time;
  resumed.periods.push({ ...killed.last, hasEnded: false });
  const second = resumed.open().push(after.init);
  for (let i = from; i < 12; i++) {
    resumed.wait(1);
    second.push(after.fragment(i));
  }
  second.push(after.end).finish();
  return [killed, resumed];
}

for (const profile of ["cmaf", "ismv"] as const) {
  for (const from of [6, 3]) {
    Deno.test(`ChannelSegmenter continues a period of ${profile} after a restart, with samples from ${from} s on`, () => {
      const encoder = new Encoder({ profile, start: NOW });
      const [, channel] = restart(encoder, encoder, from);
      assertEquals([channel.periods.length, channel.continued], [1, 1]);
      checkPeriod(channel.last);
      for (const [i, type] of (["video", "audio"] as const).entries()) {
        const presented = listPresented(channel.last, i);
        assertEquals(presented.map(({ bytes }) => bytes), listEncoded(encoder, type, 12));
      }
      const last = listPresented(channel.last, 0).find(({ bytes }) => bytes === "v0.299");
      assertEquals(last!.time, 299 / 25);
    });
  }
}

Deno.test("ChannelSegmenter begins a period of the same broadcast where samples are missing after a restart", () => {
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const [, channel] = restart(encoder, encoder, 7);
  assertEquals(channel.continued, 0);
  assertEquals(channel.last.began.startsBroadcast, false);
  assertEquals(listPresented(channel.last, 0)[0], { bytes: "v0.175", time: 0 });
});

Deno.test("ChannelSegmenter begins a period after a restart if times are not UTC, or the init segment is another one", () => {
  const utc = new Encoder({ profile: "cmaf", start: NOW });
  const cases = [[new Encoder(), new Encoder()], [utc, new Encoder({ ...utc.options, fps: 50 })]];
  for (const [before, after] of cases) {
    const [, channel] = restart(before!, after!, 0);
    assertEquals([channel.continued, channel.periods.length], [0, 2]);
    assertEquals(channel.last.began.startsBroadcast, false);
  }
});

Deno.test("ChannelSegmenter stores nothing again after a restart, also of a track that comes after a hole was found", () => {
  const before = new Encoder({ profile: "cmaf", start: NOW, tracks: ["video"] });
  const audio = new Encoder({ profile: "cmaf", start: NOW, tracks: ["audio"] });
  const killed = new TestChannel();
  const [v, a] = [killed.open("v").push(before.init), killed.open("a").push(audio.init)];
  for (let i = 0; i < 6; i++) {
    killed.wait(1);
    v.push(before.fragment(i));
    a.push(audio.fragment(i));
  }
  const channel = new TestChannel({}, toResumed(killed.last));
  channel.time = killed.time;
  const [v2, a2] = [channel.open("v").push(before.init), channel.open("a").push(audio.init)];
  for (let i = 8; i < 16; i++) {
    channel.wait(1);
    v2.push(before.fragment(i));
  }
  for (let i = 0; i < 16; i++) a2.push(audio.fragment(i));
  channel.take(channel.segmenter.stop());
  const stored = [killed, channel].flatMap(({ periods }) =>
    periods.flatMap((period) => {
      const track = period.began.tracks.findIndex(({ name }) => name === "a");
      return track < 0 ? [] : listPresented(period, track).map(({ bytes }) => bytes);
    })
  );
  assertEquals(stored.length, new Set(stored).size);
});
