import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { FragmentReader } from "../../../lib/live/media/fragments.ts";
import type { PushedItem } from "../../../lib/live/media/pushed_item.ts";
import { IngestError, toIngestError } from "../../../lib/live/ingest_error.ts";
import type { LiveInit } from "../../../lib/live/media/live_init.ts";
import type { LiveSamples } from "../../../lib/live/media/live_samples.ts";
import { ascii, box, concat, fullBox, u32 } from "../../mp4/movie_file.ts";
import { Prng } from "../../robustness/prng.ts";
import { Encoder, type Profile } from "../encoder.ts";

function readAll(bytes: Uint8Array, step = bytes.length, init?: LiveInit): PushedItem[] {
  const reader = new FragmentReader(() => init);
  const items: PushedItem[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    items.push(...reader.push(bytes.slice(at, at + step)));
  }
  items.push(...reader.finish());
  return items;
}

function readInit(encoder: Encoder): LiveInit {
  const [item] = readAll(encoder.init);
  return item!.kind === "init" ? item!.init : raise();
}

function raise(): never {
  throw new Error("no init");
}

function listSamples({ sizes, durations, compositionOffsets, flags, data }: LiveSamples) {
  let at = 0;
  return [...sizes].map((size, i) => ({
    duration: durations[i],
    offset: compositionOffsets[i],
    isSync: (flags[i]! & 0x10000) === 0,
    bytes: data.slice(at, at += size) as Uint8Array,
  }));
}

for (const profile of ["frag", "cmaf", "ismv"] as Profile[]) {
  for (const step of [1, 7, 4096]) {
    Deno.test(`FragmentReader.push() reads ${profile} in pieces of ${step} bytes`, () => {
      const encoder = new Encoder({ profile, start: profile === "frag" ? 0 : 1.7e9 });
      const body = concat(encoder.init, encoder.fragment(0), encoder.fragment(1), encoder.end);
      const items = readAll(body, step);
      assertEquals(items[0]!.kind, "init");
      assertEquals(items.at(-1)!.kind, "end");
      const fragments = items.flatMap((item) => item.kind === "fragment" ? item.tracks : []);
      const expected = [0, 1].flatMap((gop) => [["video", gop], ["audio", gop]] as const);
      assertEquals(fragments.length, expected.length);
      expected.forEach(([type, gop], i) => {
        const { trackId, samples, time, presentationTime } = fragments[i]!;
        const wanted = encoder.samples(type, gop);
        assertEquals(trackId, type === "video" ? 1 : 2);
        const [{ decodeTime, offset }] = wanted as [typeof wanted[number]];
        assertEquals(time ?? presentationTime! - BigInt(offset), decodeTime);
        assertEquals(
          listSamples(samples),
          wanted.map(({ duration, offset, isSync, bytes }) => ({
            duration,
            offset,
            isSync,
            bytes,
          })),
        );
      });
    });
  }
}

Deno.test("FragmentReader.push() reads a fragment when its last byte has arrived", () => {
  const encoder = new Encoder();
  const reader = new FragmentReader(() => readInit(encoder));
  const fragment = encoder.fragment(0);
  assertEquals(reader.push(fragment.subarray(0, -1)), []);
  assertEquals(reader.push(fragment.subarray(-1)).map(({ kind }) => kind), ["fragment"]);
});

Deno.test("FragmentReader.push() reads signed times of priming", () => {
  const encoder = new Encoder({ profile: "ismv", tracks: ["audio"] });
  const [, item] = readAll(concat(encoder.init, encoder.fragment(0)));
  assertEquals(item!.kind === "fragment" && item!.tracks[0]!.presentationTime, -213333n);
});

Deno.test("FragmentReader.push() reads a prft, and ignores sidx, emsg and other boxes", () => {
  const encoder = new Encoder();
  const prft = fullBox("prft", 1, 0x18, u32(1, 2208988800 + 5, 2 ** 31, 0, 336));
  const others = concat(
    box("styp", ascii("msdh"), u32(0)),
    box("sidx", new Uint8Array(40)),
    box("free"),
  );
  const items = readAll(
    concat(others, prft, box("emsg", u32(0)), encoder.fragment(0)),
    5,
    readInit(encoder),
  );
  assertEquals(items.map((item) => item.kind === "fragment" && item.prft), [
    { trackId: 1, utc: 5_500_000, mediaTime: 336n },
  ]);
});

Deno.test("FragmentReader reads an mdat to the end of the body, or with a 64-bit size", () => {
  const encoder = new Encoder({ tracks: ["audio"] });
  const init = readInit(encoder);
  const [a, b, c] = ["same", "rest", "long"].map((kind) => {
    const fragment = encoder.fragment(0);
    const mdatAt = new DataView(fragment.buffer).getUint32(0);
    const view = new DataView(fragment.buffer);
    if (kind === "rest") view.setUint32(mdatAt, 0);
    if (kind !== "long") return readAll(fragment, 100, init);
    const [moof, data] = [fragment.slice(0, mdatAt), fragment.slice(mdatAt + 8)];
    const trun = new TextDecoder("latin1").decode(moof).indexOf("trun");
    const moofView = new DataView(moof.buffer);
    moofView.setUint32(trun + 12, moofView.getUint32(trun + 12) + 8);
    return readAll(concat(moof, u32(1), ascii("mdat"), u32(0, data.length + 16), data), 100, init);
  });
  assertEquals(b, a);
  assertEquals(c, a);
});

Deno.test("FragmentReader.finish() ends a stream after a styp with lmsg, and an empty mfra ends it at once", () => {
  const encoder = new Encoder();
  const init = readInit(encoder);
  const last = concat(box("styp", ascii("msdh"), u32(0), ascii("msdhlmsg")), encoder.fragment(0));
  assertEquals(readAll(last, 100, init).map(({ kind }) => kind), ["fragment", "end"]);
  assertEquals(new FragmentReader(() => init).push(box("mfra")), [{ kind: "end" }]);
  assertEquals(new FragmentReader(() => init).push(box("mfra", u32(0))), []);
});

Deno.test("FragmentReader.finish() returns nothing for an empty body", () => {
  const reader = new FragmentReader();
  assertEquals([reader.finish(), reader.position], [[], 0]);
});

Deno.test("readLiveInit() gives equal keys for equal tracks, whenever they were created", () => {
  const keyOf = (bytes: Uint8Array) => {
    const [item] = readAll(bytes);
    return item!.kind === "init" ? item!.init.key : "";
  };
  const { init } = new Encoder();
  const later = init.slice();
  const mvhd = new TextDecoder("latin1").decode(init).indexOf("mvhd");
  new DataView(later.buffer).setUint32(mvhd + 8, 3_900_000_000);
  assertEquals(keyOf(later), keyOf(init));
  assertEquals(keyOf(new Encoder({ fps: 50 }).init) === keyOf(init), false);
});

Deno.test("readLiveInit() leaves out tracks that are not supported, with the reason", () => {
  const init = new Encoder().init;
  init.set(ascii("enca"), new TextDecoder("latin1").decode(init).indexOf("Opus"));
  const [item] = readAll(init);
  const { tracks, warnings } = item!.kind === "init" ? item!.init : raise();
  assertEquals([...tracks.keys()], [1]);
  assertEquals(warnings, ['Track 2 is left out: it is encrypted ("enca")']);
  init.set(ascii("encv"), new TextDecoder("latin1").decode(init).indexOf("avc1"));
  assertThrows(
    () => readAll(init),
    MediaError,
    "Cannot find audio or video in moov: Track 1 is left",
  );
});

const encoder = new Encoder();
const rejected: [name: string, bytes: () => Uint8Array, message: string][] = [
  ["MPEG-TS", () => concat(u32(0x47400010), new Uint8Array(184)), "Cannot store MPEG-TS"],
  ["text", () => ascii("<!DOCTYPE html>"), "Cannot store a body that starts with a box"],
  ["Matroska", () => u32(0x1a45dfa3, 0x01000000), "Cannot read Matroska, expected MP4"],
  ["a cut mdat", () => encoder.fragment(0).slice(0, -5), "mdat: Cannot find the last 5 bytes"],
  ["a moof without data", () => concat(encoder.fragment(0).slice(0, 1000)), "Cannot find the last"],
  [
    "a file that is not fragmented",
    () => Deno.readFileSync("testdata/ladder-aac-eng.mp4"),
    "in moov, expected fragmented MP4, as of ffmpeg with -movflags +frag_keyframe+delay_moov",
  ],
  ["a small box", () => concat(u32(7), ascii("moof")), "moof: Cannot read a box smaller"],
  [
    "an unknown track",
    () => new Encoder({ tracks: ["video", "audio", "audio"] }).fragment(0),
    "Cannot find track 3",
  ],
];

for (const [name, bytes, message] of rejected) {
  Deno.test(`FragmentReader rejects ${name}`, () => {
    assertThrows(() => readAll(bytes(), 50, readInit(encoder)), MediaError, message);
  });
}

Deno.test("FragmentReader.push() rejects a fragment of a stream without an init segment", () => {
  const error = assertThrows(() => readAll(encoder.fragment(0)), IngestError);
  assertEquals(error.status, 412);
});

Deno.test("FragmentReader.push() rejects fragments of more than 64 MB before they arrive", () => {
  const fragment = encoder.fragment(0);
  const trun = new TextDecoder("latin1").decode(fragment).indexOf("trun");
  new DataView(fragment.buffer).setUint32(trun + 20, 65 * 2 ** 20); // size of the first sample
  const reader = new FragmentReader(() => readInit(encoder));
  const error = assertThrows(
    () => reader.push(fragment.slice(0, 3000)),
    IngestError,
    "expected at most 67108864",
  );
  assertEquals(error.status, 413);
});

Deno.test("FragmentReader.push() rejects a moov of more than a megabyte before it arrives", () => {
  const start = concat(u32(2 ** 24), ascii("moov"));
  assertThrows(
    () => new FragmentReader().push(start),
    IngestError,
    "moov: Cannot store 16777208 bytes",
  );
});

Deno.test("FragmentReader takes 20,000 damaged bodies, and throws only expected errors", () => {
  const prng = new Prng("live fragments");
  const body = concat(encoder.init, new Encoder({ gop: 4 }).fragment(0), encoder.end);
  for (let i = 0; i < 20_000; i++) {
    const damaged = body.slice(0, i % 5 === 0 ? prng.below(body.length) : body.length);
    for (let n = 0; n <= i % 4; n++) {
      damaged[prng.below(damaged.length || 1)] = prng.below(256);
    }
    try {
      readAll(damaged, 997);
    } catch (error) {
      if (toIngestError(error).code === "INTERNAL") throw error;
    }
  }
});

Deno.test("FragmentReader rejects a moov without a size, as ffmpeg sends when it fails", () => {
  const moov = box("moov", new Uint8Array(100));
  new DataView(moov.buffer).setUint32(0, 0);
  assertThrows(
    () => new FragmentReader().push(moov),
    MediaError,
    "moov: Cannot store a box without",
  );
});

Deno.test("FragmentReader has the smaller track in memory of its own", () => {
  const encoder = new Encoder({ gop: 250 });
  const [fragment] = readAll(encoder.fragment(0), 100, readInit(encoder));
  if (fragment?.kind !== "fragment") throw new Error("no fragment");
  const [video, audio] = fragment.tracks.map(({ samples: { data } }) => data);
  assertEquals(video!.buffer === audio!.buffer, false);
  assertEquals(video!.buffer.byteLength, video!.length);
});
