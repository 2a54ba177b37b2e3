/** Encoders, networks and publishers that misbehave at random. */

import { assertEquals } from "@std/assert";
import { toIngestError } from "../../lib/live/ingest_error.ts";
import { concat } from "../mp4/movie_file.ts";
import { Prng } from "../robustness/prng.ts";
import {
  checkPeriod,
  listEncoded,
  listPresented,
  NOW,
  TestChannel,
  type TestRequest,
} from "./channel.ts";
import { Encoder } from "./encoder.ts";

const RUNS = 60;
const GOPS = 30;

/** Fragments in order, some of them repeated, swapped or split; if `loses`, dropped. */
function buildPushes(prng: Prng, encoder: Encoder, loses: boolean): Uint8Array[] {
  const pushes: Uint8Array[] = [];
  for (let gop = 0; gop < GOPS; gop++) {
    const parts = prng.below(3) === 0 ? encoder.parts(gop, 5) : [encoder.fragment(gop)];
    const fate = gop < 2 ? 19 : prng.below(20); // what comes before the first fragment is not known
    if (fate === 0 && loses) continue;
    pushes.push(...parts);
    if (fate === 1) pushes.push(...parts);
    if (fate === 2 && pushes.length > 1) pushes.push(pushes.splice(-2, 1)[0]!);
  }
  return pushes;
}

function checkUnique(channel: TestChannel): void {
  const seen = new Set<string>();
  for (const period of channel.periods) {
    checkPeriod(period);
    for (const [i, { name }] of period.began.tracks.entries()) {
      let last = -Infinity;
      for (const { bytes, time } of listPresented(period, i)) {
        const id = `${name} ${bytes}`;
        assertEquals(seen.has(id), false, id);
        seen.add(id);
        if (bytes.startsWith("a")) assertEquals(time > last, true);
        last = time;
      }
    }
  }
}

/** Frames carry their number: their UTC is that of frame 0 and the number, until a period begins with 2 s of correction. */
function checkTimes(channel: TestChannel, fps: number): void {
  let start: number | undefined;
  for (const { began, ...period } of channel.periods) {
    const track = began.tracks.findIndex(({ name }) => name.endsWith("video"));
    if (track < 0) continue;
    for (const [i, { bytes, time }] of listPresented({ began, ...period }, track).entries()) {
      const utcOfFrame0 = began.start + (time - Number(bytes.split(".")[1]) / fps) * 1e6;
      const isCorrected = i === 0 && Math.abs(utcOfFrame0 - (start ?? 0)) >= 2e6;
      if (start === undefined || isCorrected) start = utcOfFrame0;
      assertEquals(Math.abs(utcOfFrame0 - start) < 2, true, `${bytes}: ${utcOfFrame0 - start}`);
    }
  }
}

Deno.test("ChannelSegmenter stores no sample twice, none at another time, whatever is lost or repeated", () => {
  for (let run = 0; run < RUNS; run++) {
    const prng = new Prng(`live ${run}`);
    const profile = prng.pick(["frag", "cmaf", "ismv"] as const);
    const encoder = new Encoder({ profile, start: prng.below(2) * NOW });
    const channel = new TestChannel({ segmentDuration: 1 + prng.below(4) });
    let request: TestRequest = channel.open().push(encoder.init);
    for (const bytes of buildPushes(prng, encoder, true)) {
      channel.wait(prng.below(8) / 4);
      request.push(bytes);
      if (prng.below(10) > 0) continue;
      request.abort();
      request = channel.open();
      if (prng.below(2) === 0) request.push(encoder.init);
    }
    request.push(encoder.end).finish();
    checkUnique(channel);
    checkTimes(channel, 25);
  }
});

Deno.test("ChannelSegmenter stores every sample once in one period, whatever is repeated or comes late", () => {
  for (let run = 0; run < RUNS; run++) {
    const prng = new Prng(`complete ${run}`);
    const profile = prng.pick(["frag", "cmaf", "ismv"] as const);
    const encoder = new Encoder({ profile, start: prng.below(2) * NOW });
    const channel = new TestChannel({ segmentDuration: 1 + prng.below(4) });
    const request = channel.open().push(encoder.init);
    for (const bytes of buildPushes(prng, encoder, false)) request.push(bytes);
    request.push(encoder.end).finish();
    assertEquals([channel.periods.length, channel.logs], [1, []]);
    checkUnique(channel);
    for (const [i, type] of (["video", "audio"] as const).entries()) {
      const stored = listPresented(channel.last, i).map(({ bytes }) => bytes);
      assertEquals(stored, listEncoded(encoder, type, GOPS));
    }
  }
});

Deno.test("ChannelSegmenter takes damaged fragments, and throws only expected errors", () => {
  const encoders = [
    new Encoder({ gop: 4, profile: "ismv" }),
    new Encoder({ gop: 7, profile: "cmaf", start: NOW }),
  ];
  for (let run = 0; run < 500; run++) {
    const prng = new Prng(`damaged ${run}`);
    const channel = new TestChannel();
    const encoder = prng.pick(encoders);
    for (let part = 0; part < 4; part++) {
      const request = channel.open();
      const body = concat(encoder.init, encoder.fragment(part), encoder.fragment(part + 1));
      for (let n = prng.below(6); n > 0; n--) body[prng.below(body.length)] = prng.below(256);
      try {
        request.push(body).finish();
      } catch (error) {
        if (toIngestError(error).code === "INTERNAL") throw error;
        request.abort();
      }
      channel.wait(prng.below(12) / 4);
    }
    channel.take(channel.segmenter.stop());
  }
});
