import { assertEquals } from "@std/assert";
import { avc } from "../../lib/codecs/avc.ts";
import type { Codec } from "../../lib/codecs/codec.ts";
import { CODECS } from "../../lib/codecs/mod.ts";
import { pcm } from "../../lib/codecs/pcm.ts";
import { describeTooMany } from "../../lib/input/sample_limit.ts";
import type { Track } from "../../lib/mp4/movie.ts";
import { buildTrack } from "../presentation/synthetic_track.ts";

/** Returns a track of two samples, which claims to have more. */
function claim(count: number, durations: number | number[]): Track {
  const track = buildTrack({ durations, count: 2 }, 1000);
  const get = (table: Track["samples"], key: keyof Track["samples"]) => {
    if (key === "count") return count;
    return key === "uniformFields" ? () => table.uniformFields(0, 2) : table[key];
  };
  return { ...track, samples: new Proxy(track.samples, { get } as ProxyHandler<Track["samples"]>) };
}

const [ipcm] = pcm;

const cases: [what: string, count: number, codec: Codec, durations: number | number[], string?][] =
  [
    ["as many frames as are allowed", 2 ** 24, avc, 1],
    ["a frame more", 2 ** 24 + 1, avc, 1, "16777217 samples, expected at most 16777216"],
    ["PCM of three hours", 2 ** 29, ipcm!, 1],
    ["more PCM", 2 ** 29 + 1, ipcm!, 1, "536870913 samples, expected at most 16777216"],
    ["PCM of different durations", 2 ** 25, ipcm!, [1, 2], "33554432 samples, expected at most"],
  ];

for (const [what, count, codec, durations, expected] of cases) {
  Deno.test(`describeTooMany() ${expected ? "refuses" : "accepts"} ${what}`, async () => {
    const reason = await describeTooMany(claim(count, durations), codec);
    assertEquals(reason?.startsWith(`it contains ${expected}`), expected && true);
  });
}

Deno.test("only PCM has samples of single frames", () => {
  const families = CODECS.filter(({ hasFrameSamples }) => hasFrameSamples)
    .map(({ family }) => family);
  assertEquals(families, ["ipcm", "fpcm"]);
});
