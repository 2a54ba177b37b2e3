import { assertEquals } from "@std/assert";
import {
  describeSource,
  getSquareSize,
  resolveAudio,
} from "../../../lib/verify/expected/signalling.ts";
import type { AudioDeclaration } from "../../../lib/verify/readers/aac_declaration.ts";
import type { TrackDeclaration } from "../../../lib/verify/readers/track_declaration.ts";
import { entry } from "../../codecs/entry.ts";

function toAudio(...codecs: string[]): AudioDeclaration[] {
  return codecs.map((codec) => ({ codec, channels: 2, sampleRate: 48000 }));
}

const resolved: [source: string[], init: string[], expected: string | undefined][] = [
  [["lc"], ["lc"], "lc"],
  [["lc", "he"], ["he"], "he"],
  [["lc", "he"], ["lc", "he"], "lc"], // an init segment signals what only samples contain
  [["lc", "he"], ["ps"], "lc"],
  [[], [], undefined],
];

for (const [source, init, expected] of resolved) {
  Deno.test(`resolveAudio() of ${source} and ${init} returns ${expected}`, () => {
    assertEquals(resolveAudio(toAudio(...source), toAudio(...init))?.codec, expected);
  });
}

const AVCC =
  "01 64000c ff e1 001a 6764000cacd941419f9f011000000300100000030320f1429960 01 0006 68ebe3cb22c0";

Deno.test("describeSource() describes video by the sample entry of the first sample", () => {
  const entries = [entry("zzzz", {}), entry("avc1", { avcC: AVCC })];
  const track = { entries, width: 240, height: 180, matrix: [1, 0, 0, 1, 0, 0] };
  const declared = { track: track as unknown as TrackDeclaration, fileTracks: [] };
  const sample = new Uint8Array();
  const { video } = describeSource("video", declared, { description: 1, sample });
  assertEquals(video!.codecs, ["avc1.64000C"]);
  assertEquals(getSquareSize(video!), { width: 240, height: 180 });
  const other = describeSource("video", declared, { description: 0, sample });
  assertEquals([other.video, other.audio], [undefined, []]);
  assertEquals(describeSource("audio", declared, { description: 9, sample }).audio, []);
});
